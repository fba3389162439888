package reload

import (
	"context"
	"time"
)

// Run watches and reloads until ctx ends. Where the system cannot watch files, reloads by hand and the
// slow rescan still work; see [Reloader.Unwatched].
func (r *Reloader) Run(ctx context.Context) {
	defer close(r.ended)
	defer r.watch.close()
	r.watch.follow(r.config.Report.Inputs())
	r.reportUnwatched()
	r.reloadOnce(ctx, TriggerRescan, false) // what was saved between the first load and now
	r.loop(ctx)
}

// loop takes all triggers, one after the other.
func (r *Reloader) loop(ctx context.Context) {
	rescan := time.NewTicker(r.config.Rescan)
	defer rescan.Stop()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		if due := r.due(); !due.IsZero() {
			timer.Reset(time.Until(due))
		}
		select {
		case <-ctx.Done():
			return
		case event := <-r.watch.events():
			if now := time.Now(); r.watch.concerns(event, r.refused != "") {
				r.pending.record(now)
			} else {
				r.watch.foreign(event, now)
			}
		case now := <-r.watch.noise.rescan:
			if r.watch.poll(now) {
				r.pending.record(now)
			}
		case <-r.watch.errors(): // events were lost
			r.pending.record(time.Now())
		case <-timer.C:
			r.saved(ctx)
		case <-rescan.C:
			r.poll(ctx)
		case <-r.triggered:
			r.reloadOnce(ctx, TriggerSignal, false)
		case asked := <-r.asked:
			if outcome, led := r.reloadOnce(ctx, TriggerAPI, false); led == settled {
				asked.reply <- outcome
			}
		}
		r.reportUnwatched()
	}
}

// due returns when to load what was saved, else when to look again at what is in doubt; zero where
// there is neither.
func (r *Reloader) due() time.Time {
	if due := r.pending.due(); !due.IsZero() {
		return due
	}
	return r.doubt.due
}

// saved loads what was saved. A file may still be being written: only at the latest time is a bad one
// refused.
func (r *Reloader) saved(ctx context.Context) {
	now := time.Now()
	if due := r.due(); due.IsZero() || now.Before(due) {
		return // the timer was set for what is over
	}
	patient := !r.pending.due().IsZero() && now.Before(r.pending.end())
	if _, led := r.reloadOnce(ctx, r.pending.trigger(), patient); led == unfinished {
		r.pending.hold()
	}
}

// reloadOnce loads once, and watches what the configuration consists of from then on.
func (r *Reloader) reloadOnce(ctx context.Context, trigger Trigger, patient bool) (Outcome, progress) {
	r.watch.remember()
	outcome, led := r.reload(ctx, trigger, patient)
	switch led {
	case doubtful:
		r.pending.over()
	case settled:
		r.pending.over()
		if r.watch.follow(outcome.Report.Inputs()) {
			r.pending.record(time.Now())
		}
	}
	return outcome, led
}

// poll is the net beneath the watching: it finds changes that no event told of, such as on network
// drives, and folders that came anew; and it tries again what could not be read.
//
// A file's time is coarse: what was saved just after a change that was found may bear the same. So the
// look after such a change loads once more.
func (r *Reloader) poll(ctx context.Context) {
	further := r.watch.renew()
	if !r.pending.due().IsZero() || !r.doubt.due.IsZero() || ctx.Err() != nil {
		return
	}
	changed := r.watch.changed()
	if further || changed || r.again || r.unread != nil && r.unread.ReadAgain() {
		r.pending.found(time.Now())
	}
	r.again = changed
}

// reportUnwatched tells whether saved files are seen at once, where that has changed.
func (r *Reloader) reportUnwatched() {
	why := r.watch.failure()
	r.mu.Lock()
	before := r.unwatched
	r.unwatched = why
	r.mu.Unlock()
	if r.config.Unwatched != nil && textOf(before) != textOf(why) {
		r.config.Unwatched(why)
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
