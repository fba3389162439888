package engine

import (
	"context"
	"errors"
	"time"
)

// Clocks are the clocks of a [Bank]'s sessions, with what falls due by them.
type Clocks struct{ bank *Bank }

// Clocks returns the clocks of the bank's sessions.
func (b *Bank) Clocks() Clocks { return Clocks{b} }

// ClockChange is a turn of a session's clock: one of its fields is set.
type ClockChange struct {
	// Advance sets the clock forward; it is not negative.
	Advance time.Duration
	// ToNext sets it forward exactly to what time brings next; where nothing is due it stays.
	ToNext bool
	// Freeze lets the clock stand, Resume lets it run on.
	Freeze, Resume bool
	// to is the moment of what is due next, nil where nothing is.
	to *time.Time
}

func (t ClockChange) apply(clock Clock, wall time.Time) Clock {
	switch {
	case t.Freeze:
		clock = clock.Freeze(wall)
	case t.Resume:
		clock = clock.Resume(wall)
	}
	if t.to != nil {
		t.Advance = max(0, t.to.Sub(clock.At(wall)))
	}
	clock = clock.Advance(t.Advance)
	clock.Generation++
	return clock
}

// ClockOutcome is what a turn of the clock led to.
type ClockOutcome struct {
	SessionState
	// Due is what has come due by a turn ToNext, nil where nothing was due.
	Due []DueEvent
	// Written is how many connections had something due, which is written now.
	Written int
	// Sent is how many deliveries of webhooks their receivers took because of the turn, before the answer, whoever
	// sent them.
	Sent int
	// Left says that there was more due than one turn writes or sends; background jobs, or the next turn,
	// do the rest.
	Left bool
}

// Change turns a session's clock and writes what has become due by it. Answers go by the new
// time from then on, on every node.
func (cs Clocks) Change(ctx context.Context, id string, change ClockChange) (ClockOutcome, error) {
	if err := cs.bank.Sessions().admit(ctx, id); err != nil {
		return ClockOutcome{}, err
	}
	var due []DueEvent
	if change.ToNext {
		var err error
		if due, err = cs.NextDue(ctx, id); err != nil {
			return ClockOutcome{}, err
		}
	}
	by := change
	if len(due) > 0 {
		by.to = &due[0].At
	}
	reports := cs.bank.courier != nil && len(cs.bank.rules.Load().Webhooks) > 0
	var mark deliveredMark
	if reports {
		var err error
		if mark, err = cs.markDelivered(ctx, id, by); err != nil {
			return ClockOutcome{}, err
		}
	}
	behind, err := cs.behind(ctx, id, by)
	if err != nil {
		return ClockOutcome{}, err
	}
	s, err := cs.change(ctx, id, by)
	if err != nil {
		return ClockOutcome{}, err
	}
	outcome := ClockOutcome{SessionState: cs.bank.Sessions().state(s), Due: due}
	outcome.Written, outcome.Left, err = cs.writeDue(ctx, id, outcome.Now, maxChangePortions)
	outcome.Written = max(outcome.Written, behind) // a connection's own job may write it beside
	if err != nil || !reports {
		return outcome, err
	}
	err = cs.bank.courier.SendDue(ctx, cs.bank, id)
	if err == nil {
		outcome.Sent, err = cs.countSent(ctx, mark)
	}
	if err != nil {
		return outcome, err
	}
	left, err := cs.bank.Webhooks().wake(ctx, s)
	outcome.Left = outcome.Left || left
	return outcome, err
}

// behind returns how many connections of a session a change of its clock leaves behind, of the first portion.
func (cs Clocks) behind(ctx context.Context, id string, change ClockChange) (int, error) {
	s, err := cs.bank.session(ctx, id)
	if err != nil {
		return 0, err
	}
	wall := cs.bank.now()
	due, err := cs.bank.store.DueConnections(ctx, id, change.apply(s.Clock, wall).At(wall), sweepPortion)
	return len(due), err
}

// change turns the clock, and returns the session.
func (cs Clocks) change(ctx context.Context, id string, change ClockChange) (s Session, err error) {
	err = cs.bank.change(ctx, func(tx Tx) (err error) {
		wall := cs.bank.now().UTC().Truncate(time.Millisecond)
		s, err = tx.Session(id)
		if errors.Is(err, ErrNotFound) {
			s, err = cs.bank.Sessions().unmade(id), nil
			s.CreatedAt = wall
		}
		if err != nil {
			return err
		}
		s.Clock, s.UsedAt = change.apply(s.Clock, cs.bank.now()), later(wall, s.UsedAt)
		if err := tx.SaveSession(s); err != nil {
			return err
		}
		s.Version++
		if s.Clock.Frozen() {
			return nil // the jobs of a frozen session rest
		}
		return tx.EnqueueSweep(id, s.Clock.Generation)
	})
	cs.bank.clockWaiters.notify()
	return s, err
}
