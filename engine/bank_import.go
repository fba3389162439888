package engine

import (
	"context"
	"errors"
	"time"
)

// recordInterval is how often the record of a straight line is brought up to date between its ends.
const recordInterval = time.Second

// AdvanceImport brings a connection's record and history up to now. It is the background job's
// whole work, and idempotent: what is written already is not written again. It returns when there
// is more to do, or done: the run is over, its timeline stands still for ever, or the run or its
// connection is no longer there.
func (b *Bank) AdvanceImport(ctx context.Context, connectionID string, number int) (next time.Time, done bool, err error) {
	c, flow, err := b.connection(ctx, connectionID)
	if CodeOf(err) == CodeNotFound {
		return time.Time{}, true, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	err = b.change(ctx, func(tx Tx) error {
		c, err = tx.Connection(connectionID)
		if errors.Is(err, ErrNotFound) || err == nil && c.Run != number {
			next, done = time.Time{}, true
			return nil
		}
		if err != nil {
			return err
		}
		now := b.Now(ctx, c.Session)
		if err := flow.advance(tx, &c, now); err != nil {
			return err
		}
		next, done = flow.nextWrite(&c, now)
		return nil
	})
	return next, done, err
}

// advance writes what is due into the connection's record and history.
func (f *Flow) advance(tx Tx, c *Connection, now time.Time) error {
	before := *c
	steps := f.writeDue(c, now)
	if len(steps) == 0 && before.Progress == c.Progress && before.Status == c.Status {
		return nil
	}
	if err := tx.SaveConnection(*c, false, f); err != nil {
		return err
	}
	return tx.AppendHistory(steps...)
}

// writeDue brings the record up to now and returns the history's entries that are due and not written.
func (f *Flow) writeDue(c *Connection, now time.Time) []ImportStep {
	r := f.run(c)
	var due []ImportStep
	for i, state := range r.steps() {
		if i < c.Written || state.ChangedAt.After(now) {
			continue
		}
		due = append(due, ImportStep{
			ConnectionID: c.ID, Run: c.Run, Number: i, At: state.ChangedAt, Status: state.Status,
			Progress: state.Progress, Message: state.Message, Error: state.Error,
		})
	}
	c.Written += len(due)
	c.show(r.at(later(now, c.UpdatedAt)))
	return due
}

// nextWrite returns when the record is to be written next.
func (f *Flow) nextWrite(c *Connection, now time.Time) (time.Time, bool) {
	r := f.run(c)
	steps := r.steps()
	if c.Written >= len(steps) {
		return time.Time{}, true
	}
	next := steps[c.Written].ChangedAt
	if r.timeline.Straight() && next.Sub(now) > recordInterval {
		next = now.Add(recordInterval)
	}
	return next, false
}
