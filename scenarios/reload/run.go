package reload

import (
	"context"
	"fmt"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Run watches and reloads until ctx ends; it then returns nil. It fails where the system cannot
// watch files; reloads by hand and the slow rescan then still work while it runs, so that it
// returns that error only at the end.
func (r *Reloader) Run(ctx context.Context) error {
	watcher, err := fsnotify.NewWatcher()
	r.watch = newWatch(watcher)
	if err != nil {
		err = fmt.Errorf("watch the configuration: %w", err)
	} else {
		defer watcher.Close() //nolint:errcheck // nothing is lost
	}
	defer close(r.ended)
	r.watch.follow(r.config.Report.Inputs())
	r.reloadOnce(ctx, TriggerRescan, false) // what was saved between the first load and now
	r.loop(ctx)
	return err
}

// loop takes all triggers, one after the other.
func (r *Reloader) loop(ctx context.Context) {
	rescan := time.NewTicker(r.config.Rescan)
	defer rescan.Stop()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		if due := r.pending.due(); !due.IsZero() {
			timer.Reset(time.Until(due))
		}
		select {
		case <-ctx.Done():
			return
		case event := <-r.watch.events:
			if r.watch.concerns(event, r.refused != "") {
				r.pending.note(time.Now())
			}
		case <-r.watch.errors: // events were lost, or a folder cannot be watched
			r.pending.note(time.Now())
		case <-timer.C:
			r.saved(ctx)
		case <-rescan.C:
			r.look(ctx)
		case <-r.nudged:
			r.now(ctx, TriggerSignal)
		case asked := <-r.asked:
			// Who asked may be gone before the reload ends; its outcome still counts.
			asked.reply <- r.now(context.WithoutCancel(asked.ctx), TriggerAPI)
		}
	}
}

// saved loads what was saved. A file may still be being written: only at the latest time is a bad one
// refused.
func (r *Reloader) saved(ctx context.Context) {
	if r.pending.due().IsZero() {
		return
	}
	patient := time.Now().Before(r.pending.end())
	if _, told := r.reloadOnce(ctx, TriggerWatch, patient); !told {
		r.pending.hold()
	}
}

// now loads because somebody asked.
func (r *Reloader) now(ctx context.Context, trigger Trigger) Outcome {
	outcome, _ := r.reloadOnce(ctx, trigger, false)
	return outcome
}

// reloadOnce loads once, and watches what the configuration consists of from then on.
func (r *Reloader) reloadOnce(ctx context.Context, trigger Trigger, patient bool) (Outcome, bool) {
	r.watch.remember()
	outcome, told := r.reload(ctx, trigger, patient)
	if !told {
		return outcome, false
	}
	r.pending.over()
	if r.watch.follow(outcome.Report.Inputs()) {
		r.pending.note(time.Now())
	}
	return outcome, true
}

// look is the net beneath the watching: it finds changes that no event told of, such as on network
// drives, and folders that came anew.
func (r *Reloader) look(ctx context.Context) {
	further := r.watch.renew()
	if r.pending.due().IsZero() && (further || r.watch.changed()) {
		r.pending.note(time.Now())
	}
}
