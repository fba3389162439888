package reload

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// TestAStartDuringASave: S-18. What is saved while the bank starts is waited for, as before a reload.
func TestAStartDuringASave(t *testing.T) {
	t.Parallel()
	good := bankOf("one", "last")
	for name, c := range map[string]struct {
		texts []string // by 100 ms
		good  bool
		loads int
	}{
		"good at once":       {[]string{good}, true, 1},
		"empty for a moment": {[]string{"", good}, true, 2},
		"half a file":        {[]string{good[:40], good[:40], good}, true, 2},
		"slowly":             {[]string{"", "v", good[:20], good[:22], good[:50], good}, true, 4},
		"bad for good":       {[]string{"scenarios: ["}, false, 2},
		"bad and changing":   {[]string{"a", "a", "b", "b", "c", "c", "c"}, false, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				l := &live{t: t, folder: folder}
				begun, loads := time.Now(), 0
				config, _ := first(t.Context(), func() (*scenarios.Config, *scenarios.Report) {
					loads++
					l.write("mockbank.yaml", c.texts[min(int(time.Since(begun)/(100*time.Millisecond)), len(c.texts)-1)])
					return scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
				})
				if (config != nil) != c.good || loads != c.loads {
					t.Errorf("good: %v after %d loads, want %v, %d", config != nil, loads, c.good, c.loads)
				}
			})
		})
	}
}

func TestAStartIsCalledOff(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	loads := 0
	config, report := first(ctx, func() (*scenarios.Config, *scenarios.Report) {
		loads++
		cancel()
		return nil, &scenarios.Report{}
	})
	if config != nil || report == nil || loads != 1 {
		t.Errorf("%v %v after %d loads", config, report, loads)
	}
}
