package jobs

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func TestPauseAfter(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{
		0: time.Second, 1: 2 * time.Second, 5: 32 * time.Second, 10: 10 * time.Minute, 1_000_000: 10 * time.Minute,
	} {
		if got := pauseAfter(failures); got != want {
			t.Errorf("after %d failures: a pause of %v, want %v", failures, got, want)
		}
	}
}

func TestPasses(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		name string
		ctx  context.Context
		err  error
		want bool
	}{
		{"no database", t.Context(), fmt.Errorf("advance: %w", &engine.Error{Code: engine.CodeUnavailable}), true},
		{"a contested record", t.Context(), &engine.Error{Code: engine.CodeConflict}, true},
		{"the node stops", ended, context.Canceled, true},
		{"something else was cancelled", t.Context(), context.Canceled, false},
		{"a mistake", t.Context(), errors.New("mistake"), false},
	} {
		if got := passes(c.ctx, c.err); got != c.want {
			t.Errorf("%s: passes by itself: %v, want %v", c.name, got, c.want)
		}
	}
}
