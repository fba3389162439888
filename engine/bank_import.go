package engine

import (
	"context"
	"errors"
	"time"
)

// How often the record of a straight line is brought up to date between its ends: each tenth of its
// time, and at most once an interval. Answers never wait for it.
const (
	recordParts    = 10
	recordInterval = time.Second
)

// Imports are the records of a [Bank]'s imports, which have to be brought forward where nobody reads them.
type Imports struct{ bank *Bank }

// Imports returns the records of the bank's imports.
func (b *Bank) Imports() Imports { return Imports{b} }

// Advance brings a connection's record and history up to now. It is the background job's
// whole work, and idempotent: what is written already is not written again. It returns when, by the
// wall clock, there is more to do, or done: the run is over, its timeline stands still for ever, its
// session's clock stands (the job of its next turn sees to it then, see [Clocks.Sweep]), or it is no longer there.
func (im Imports) Advance(ctx context.Context, connectionID string, number int) (next time.Time, done bool, err error) {
	c, clock, err := im.advance(ctx, connectionID, time.Time{}, func(c *Connection) bool { return c.Run == number })
	if err != nil || c == nil || c.DueAt == nil {
		return time.Time{}, err == nil, err
	}
	next, runs := im.bank.Clocks().wallTime(clock, *c.DueAt)
	return next, !runs, nil
}

// wallTime returns when, by the wall clock, a session's clock comes to a time, and false where it stands
// before it.
func (cs Clocks) wallTime(clock Clock, at time.Time) (time.Time, bool) {
	wall := cs.bank.now()
	left, runs := clock.Until(at, wall)
	return wall.Add(left), runs
}

// firstDue returns when, by the wall clock, a new connection's background job has something to do; the
// zero time is at once.
func (im Imports) firstDue(clock Clock, c *Connection) time.Time {
	if c.DueAt == nil {
		return time.Time{}
	}
	at, runs := im.bank.Clocks().wallTime(clock, *c.DueAt)
	if !runs {
		return time.Time{}
	}
	return at
}

// followClock sees to a new connection whose session's clock was turned while it was made: its own job comes when it
// would have been due before, and the turn's job may have looked already. Where that fails the job is late, as one
// may be.
func (im Imports) followClock(ctx context.Context, before Clock, made *Connection) {
	session, err := im.bank.session(ctx, made.Session)
	if err != nil || session.Clock.Generation == before.Generation || session.Clock.Frozen() {
		return
	}
	_ = im.bank.change(ctx, func(tx Tx) error { return tx.EnqueueSweep(made.Session, session.Clock.Generation) })
}

// write brings a connection's record and history up to now, whatever its run.
func (im Imports) write(ctx context.Context, id string) error {
	_, _, err := im.advance(ctx, id, time.Time{}, func(*Connection) bool { return true })
	return err
}

// writeUntil is as write, without what is due after a moment.
func (im Imports) writeUntil(ctx context.Context, id string, moment time.Time) error {
	_, _, err := im.advance(ctx, id, moment, func(*Connection) bool { return true })
	return err
}

// advance writes what is due of a connection and returns it, nil where it is gone or unwanted, and the
// clock that it goes by. Until is the moment up to which it is due, zero for now.
func (im Imports) advance(ctx context.Context, id string, until time.Time, wanted func(*Connection) bool) (*Connection, Clock, error) {
	found, flow, session, err := im.bank.connection(ctx, id)
	if CodeOf(err) == CodeNotFound {
		return nil, Clock{}, nil
	}
	if err != nil {
		return nil, Clock{}, err
	}
	var written *Connection
	var p *Process
	tries := tries[Connection]{read: found}
	now := im.bank.at(session.Clock)
	if !until.IsZero() && until.Before(now) {
		now = until
	}
	err = im.bank.run(ctx, im.bank.rules.Load(), now, operation{
		load: func(c *change) error {
			written = nil
			record, err := tries.record(func() (Connection, error) { return c.tx.Connection(id) })
			if errors.Is(err, ErrNotFound) || err == nil && (!wanted(&record) || record.FlowHash != found.FlowHash) {
				return nil
			}
			if err != nil {
				return err
			}
			written = &record
			p, err = flow.awaited(c.tx, written)
			return err
		},
		apply: func(c *change) error {
			if written != nil {
				c.advance(flow, written, p, true)
			}
			return nil
		},
		compose: func(*change) error { return nil },
	})
	return written, session.Clock, err
}

// advance brings the connection's record and history up to now, where something is due. What the process
// whose user it awaits has done by then is told before what the import does, and written where saves says so.
func (c *change) advance(f *Flow, record *Connection, p *Process, saves bool) {
	before := *record
	steps := f.writeDue(record, p, c.now)
	if len(steps) == 0 && before.Progress == record.Progress && before.Status == record.Status &&
		equalTimes(before.DueAt, record.DueAt) && equalTimes(before.HoldsUntil, record.HoldsUntil) {
		return
	}
	if p != nil {
		awaited, moves := f.Resolve(*p, c.now)
		switch {
		case len(moves) == 0:
		case saves:
			c.process(&changedProcess{flow: f, record: &awaited, moves: moves})
		default:
			c.written = append(c.written, seenProcess{flow: f, record: &awaited, moves: moves})
		}
	}
	c.connection(&changedConnection{flow: f, record: record, steps: steps})
}

func equalTimes(a, b *time.Time) bool {
	return a == b || a != nil && b != nil && a.Equal(*b)
}

// awaited returns the process whose user the connection's import may wait for, nil where none of its
// timelines waits.
func (f *Flow) awaited(tx Tx, c *Connection) (*Process, error) {
	if !f.awaits {
		return nil, nil
	}
	p, err := tx.Process(c.ProcessID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // aged out
	}
	return &p, err
}

// writeDue brings the record up to now and returns the history's entries that are due and not written.
func (f *Flow) writeDue(c *Connection, p *Process, now time.Time) []ImportStep {
	r := f.run(c, p)
	var due []ImportStep
	for i, state := range r.steps() {
		if i >= c.Written && !state.ChangedAt.After(now) {
			due = append(due, r.step(c, i, state))
		}
	}
	c.Written += len(due)
	c.show(r.at(later(now, c.UpdatedAt)))
	c.DueAt, c.StepsAt = r.nextWrite(c.Written, now), r.nextStep(c.Written)
	c.HoldsUntil = r.holdsUntil(c, now)
	if c.Queued != nil {
		if end := r.endAfter(c.Queued.AskedAt); end.Status.Ended() && (c.DueAt == nil || end.ChangedAt.Before(*c.DueAt)) {
			c.DueAt = &end.ChangedAt // also where its steps are written: the update is to begin
		}
	}
	return due
}

// writeUntil is as writeDue at the first end of the run after an update was asked for, without the points that are
// left.
func (f *Flow) writeUntil(c *Connection, p *Process, end time.Time) []ImportStep {
	r := f.run(c, p)
	var due []ImportStep
	for i, state := range r.steps() {
		if i >= c.Written {
			due = append(due, r.step(c, i, state))
		}
		if state.Status.Ended() && state.ChangedAt.Equal(end) {
			break
		}
	}
	return due
}

// holdsUntil returns when time changes the status that was written, where the record's EndsAt does not tell that:
// where the run changes its status more than once, or an update waits for its end.
func (r *run) holdsUntil(c *Connection, now time.Time) *time.Time {
	if r.timeline.Straight() && c.Queued == nil {
		return nil
	}
	var next *time.Time
	changes, status := 0, InProgress
	for _, state := range r.steps() {
		if state.Status == status {
			continue
		}
		status = state.Status
		changes++
		if next == nil && state.ChangedAt.After(now) && status != c.Status {
			next = &state.ChangedAt
		}
	}
	if c.Queued == nil && changes < 2 {
		return nil
	}
	return next
}

// step returns the history's entry of this number, with what webhooks are told of it.
func (r *run) step(c *Connection, number int, state ImportState) ImportStep {
	step := ImportStep{
		ConnectionID: c.ID, Run: c.Run, Number: number, At: state.ChangedAt, Status: state.Status,
		Progress: state.Progress, Message: state.Message.String(), Blank: state.Blank, Error: state.Error, Warnings: state.Warnings,
		Ends: r.ends(state),
	}
	if state.point > 0 {
		point := &r.timeline.Points[state.point-1]
		step.Quiet, step.Event = point.onlyNotifies(), point.Event
	}
	return step
}

// ends reports whether the import ends with a state, which is that of a step: a point may also follow an end.
func (r *run) ends(state ImportState) bool {
	if state.point > 0 {
		return r.timeline.Points[state.point-1].Status.Ended()
	}
	return state.Status.Ended()
}

// nextWrite returns when the record is to be written next, nil where there is nothing more to write.
// While the run waits for its user there is nothing: the input that lets it go on enqueues a job.
func (r *run) nextWrite(written int, now time.Time) *time.Time {
	steps := r.steps()
	if written >= len(steps) {
		return nil
	}
	next := steps[written].ChangedAt
	if between := r.nextProgress(now); r.timeline.Straight() && between.Before(next) {
		next = between
	}
	return &next
}

// nextProgress returns when the record of a straight line is to be written between its ends: when its
// progress has moved, but not before its part of the time has passed.
func (r *run) nextProgress(now time.Time) time.Time {
	takes, stop := r.duration(r.timeline.Takes, 0), r.stop()
	progress := r.at(now).Progress
	if progress >= stop {
		return r.started.Add(takes)
	}
	pause := max(recordInterval, takes/recordParts)
	return later(now.Add(pause), r.started.Add(reached(progress+1, stop, takes)))
}
