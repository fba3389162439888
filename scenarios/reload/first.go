package reload

import (
	"context"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

const (
	// firstPatience is how long a start waits for the rest of files that are no configuration: as long as a reload does.
	firstPatience = 200 * time.Millisecond
	// firstCeiling bounds it where the files change at every look.
	firstCeiling = 2 * time.Second
)

// First loads the configuration that a start plays. Where it has errors, the files are looked at once more: an editor may
// just be saving them, as it may before a reload. The files are refused once they stay as they are.
func First(ctx context.Context, path string, options scenarios.Options) (*scenarios.Config, *scenarios.Report) {
	return first(ctx, func() (*scenarios.Config, *scenarios.Report) { return scenarios.Load(ctx, path, options) })
}

func first(ctx context.Context, load func() (*scenarios.Config, *scenarios.Report)) (*scenarios.Config, *scenarios.Report) {
	begun := time.Now()
	config, report := load()
	for config == nil && time.Since(begun) < firstCeiling {
		rest := time.NewTimer(firstPatience)
		select {
		case <-ctx.Done():
			rest.Stop()
			return config, report
		case <-rest.C:
		}
		before := report.Hash
		if config, report = load(); report.Hash == before {
			return config, report
		}
	}
	return config, report
}
