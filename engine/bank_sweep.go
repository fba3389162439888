package engine

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Imports and endings of a session are brought forward in portions, each of which is looked for anew, so that a
// session of a hundred thousand takes no more memory than one of two hundred.
const (
	sweepPortion = 200
	// maxChangePortions is how many portions a turn of the clock writes before it is answered, and changePatience how
	// long it does; the session's background job writes the rest.
	maxChangePortions = 50
	changePatience    = 10 * time.Second
	// maxSweepPortions is how many portions a background job writes at a time.
	maxSweepPortions = 10
)

// Sweep brings forward what a session has due since a turn of its clock: imports and endings whose own jobs
// were planned by the clock as it was before, and come too late. It is a background job's whole work, and idempotent.
// It returns when, by the wall clock, there is more to do, or done: nothing of the session is to come, its clock
// stands, or was turned again, which brings another job.
func (cs Clocks) Sweep(ctx context.Context, id string, change int) (next time.Time, done bool, err error) {
	s, err := cs.bank.store.Session(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (s.Clock.Generation != change || s.Clock.Frozen()) {
		return time.Time{}, true, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	_, left, err := cs.writeDue(ctx, id, cs.bank.at(s.Clock), maxSweepPortions)
	if err != nil || left {
		return cs.bank.now(), false, err
	}
	due, found, err := cs.bank.store.NextDue(ctx, id)
	if err != nil || !found {
		return time.Time{}, err == nil, err
	}
	next, runs := cs.wallTime(s.Clock, due)
	return next, !runs, nil
}

// writeDue writes what is due in a session at a time, so many portions of it at most. It returns how many connections
// it wrote, and whether there is more.
func (cs Clocks) writeDue(ctx context.Context, session string, now time.Time, portions int) (written int, left bool, err error) {
	begun := cs.bank.now()
	ctx = context.WithValue(ctx, sweptKey{}, true)
	for range portions {
		left, err := cs.writeEndings(ctx, session, now, begun)
		if err != nil || left {
			return written, true, err
		}
		due, err := cs.bank.store.DueConnections(ctx, session, now, sweepPortion)
		if err != nil {
			return written, true, err
		}
		err = together(cs.bank.atOnce, len(due), func(i int) error { return cs.bank.Imports().write(ctx, due[i].ID) })
		if err != nil {
			return written, true, err
		}
		written += len(due)
		if len(due) < sweepPortion {
			return written, false, nil
		}
		if cs.bank.now().Sub(begun) > changePatience {
			break
		}
	}
	return written, true, nil
}

// writeEndings tells each ending of a session that is due, and what its connection has until then, in the order of
// their times: a connection is brought up to now only once its process has nothing due before. It returns whether
// there was too much.
func (cs Clocks) writeEndings(ctx context.Context, session string, now, begun time.Time) (left bool, err error) {
	for {
		endings, err := cs.bank.store.DueEndings(ctx, session, now, sweepPortion)
		if err != nil || len(endings) == 0 {
			return false, err
		}
		err = together(cs.bank.atOnce, len(endings), func(i int) error {
			_, err := cs.bank.Webhooks().notifyEnding(ctx, endings[i].ProcessID, &endings[i])
			return err
		})
		if err != nil || cs.bank.now().Sub(begun) > changePatience {
			return true, err
		}
	}
}

// together does something for each of a portion, so many at once, and returns an error of theirs.
func together(atOnce, n int, do func(i int) error) error {
	if atOnce <= 1 {
		for i := range n {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, min(n, atOnce))
	for worker := range errs {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && errs[worker] == nil; i = int(next.Add(1)) - 1 {
				errs[worker] = do(i)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
