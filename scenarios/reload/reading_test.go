package reload

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// unreadable returns the report of a configuration that the system refuses to read.
func unreadable(t *testing.T) *scenarios.Report {
	t.Helper()
	l := &live{t: t, folder: t.TempDir()}
	l.do(os.Symlink("mockbank.yaml", l.path("mockbank.yaml")))
	config, report := scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
	if config != nil || !report.ReadAgain() {
		t.Fatal(report.Diagnostics)
	}
	return report
}

// A save that could not be read for a moment is read at the next look, without a further save and without
// an event.
func TestWhatCouldNotBeReadIsReadAgain(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	report := unreadable(t)
	refusals := 0
	l.prepare = func(r *Reloader) {
		watchedBy(newFakeWatcher(), nil)(r)
		r.load = func(ctx context.Context, path string, options scenarios.Options) (*scenarios.Config, *scenarios.Report) {
			config, read := scenarios.Load(ctx, path, options)
			if config != nil && config.Rules.Scenarios[0].Name == "saved" && refusals < 5 {
				refusals++
				return nil, report
			}
			return config, read
		}
	}
	l.start("mockbank.yaml", func(c *Config) { c.Rescan = time.Millisecond })
	l.write("mockbank.yaml", bankText("saved"))
	l.awaitLive("saved")
	if outcomes := l.awaitOutcomes(2); len(outcomes) != 2 || outcomes[0].Result != ResultRefused || outcomes[1].Result != ResultApplied {
		t.Errorf("told of %d outcomes, want the refusal once and that it is live: %v", len(outcomes), outcomes)
	}
}

// A refusal because of what the files say is not tried again: nothing but a save can mend it.
func TestBadContentIsNotLoadedAgain(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	r := &Reloader{pending: debounce{quiet: time.Hour, ceiling: time.Hour}, watch: newWatch()}
	watchedBy(newFakeWatcher(), nil)(r)
	_, r.unread = scenarios.Load(t.Context(), writeBad(l), scenarios.Options{})
	r.watch.follow(r.unread.Inputs())
	r.watch.remember()
	if r.poll(t.Context()); !r.pending.due().IsZero() {
		t.Error("bad content is loaded again")
	}
	r.unread = unreadable(t)
	if r.poll(t.Context()); r.pending.due().IsZero() {
		t.Error("what could not be read is not")
	}
}

func writeBad(l *live) string {
	l.write("mockbank.yaml", "nonsense: 1\n")
	return l.path("mockbank.yaml")
}

// stuck starts a reloader whose loads last until their context ends, the first one apart. The channel is
// closed once such a load is under way.
func stuck(t *testing.T) (r *Reloader, loading <-chan struct{}, stop context.CancelFunc, ended <-chan struct{}) {
	t.Helper()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	config, report := scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
	r = New(Config{Path: l.path("mockbank.yaml"), Config: config, Report: report, Use: l.use, Rescan: time.Hour})
	began, first := make(chan struct{}), true
	r.load = func(ctx context.Context, path string, options scenarios.Options) (*scenarios.Config, *scenarios.Report) {
		if !first {
			close(began)
			<-ctx.Done()
		}
		first = false
		return scenarios.Load(ctx, path, options)
	}
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		r.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-over
	})
	return r, began, cancel, over
}

func TestAReloadHeedsItsCaller(t *testing.T) {
	t.Parallel()
	r, loading, _, _ := stuck(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-loading
		cancel()
	}()
	if _, err := r.Reload(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	waiting, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Reload(waiting); !errors.Is(err, context.Canceled) {
		t.Errorf("who waits for a turn: error %v", err)
	}
}

func TestAReloadHeedsTheEnd(t *testing.T) {
	t.Parallel()
	r, loading, stop, ended := stuck(t)
	go func() {
		<-loading
		stop()
	}()
	if _, err := r.Reload(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("error %v", err)
	}
	<-ended
	if status := r.Status(); status.Result != ResultApplied || status.Trigger != TriggerStart {
		t.Errorf("a load that was called off is told of: %+v", status)
	}
}
