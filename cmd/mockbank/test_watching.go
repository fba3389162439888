package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/reload"
)

// watchTests plays the tests, and again whenever one of their files or of the configuration's was
// saved, until ctx ends.
func watchTests(ctx context.Context, t terminal, options testOptions, names []string) error {
	var files testFiles
	read := func() []*scenarios.Report {
		files = readTests(ctx, options, names)
		return files.reports
	}
	return reload.WatchFiles(ctx, read, func() {
		err := playOnce(ctx, t, options, files)
		if ctx.Err() != nil {
			return
		}
		var status exitStatus
		if err != nil && !errors.As(err, &status) {
			_, _ = fmt.Fprintf(t.stderr, "mockbank: %v\n", err)
		}
		_, _ = fmt.Fprintf(t.stderr, "%s, watching; Ctrl-C ends\n", time.Now().Format(time.TimeOnly))
	})
}
