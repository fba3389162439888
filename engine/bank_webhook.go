package engine

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Ending is a process whose end time alone brings, and which webhooks are to be told of.
type Ending struct {
	ProcessID string
	Session   string
	// DueAt is when the process ends, by its session's clock.
	DueAt time.Time
	// Generation is the turn of that clock by which its background job was planned.
	Generation int
}

// nextEnding returns the next moment at which time brings the process to a step that webhooks are told of, nil
// where there is none or no webhook wants to know.
func (c *change) nextEnding(flow *Flow, p *Process) (*Ending, error) {
	move, ok := flow.nextNotified(*p)
	if !ok {
		return nil, nil
	}
	planned := enteredEvents(flow, p, move.To, 0, move.At)
	if wanted, err := c.mayNotify(p.ID, planned); err != nil || !wanted {
		return nil, err
	}
	session, err := c.tx.Session(p.Session)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return &Ending{ProcessID: p.ID, Session: p.Session, DueAt: move.At, Generation: session.Clock.Generation}, nil
}

// mayNotify reports whether some webhook may want to know of an event of the process.
func (c *change) mayNotify(processID string, planned []webhookEvent) (bool, error) {
	for i := range c.rs.Webhooks {
		w := &c.rs.Webhooks[i]
		if !slices.ContainsFunc(planned, func(e webhookEvent) bool { return w.mayWant(c.rs, &e) }) {
			continue
		}
		if w.API == "" {
			return true, nil
		}
		if begun, err := c.begunBy(w.API, processID); err != nil || begun {
			return begun, err
		}
	}
	return false, nil
}

// nextNotified returns the next move by which time alone brings the process to a step that webhooks are told of:
// one that ends it, also where it had ended before, or that has an event of its own.
func (f *Flow) nextNotified(p Process) (Move, bool) {
	for {
		move, ok := f.nextDue(&p)
		if !ok || f.Steps[move.To].Status.Ended() || f.Steps[move.To].Event != nil {
			return move, ok
		}
		f.move(&p, move)
	}
}

// notified returns the events of the steps that a process entered: the first, where it is a new one, and those
// that moves led to.
func (f *Flow) notified(p *Process, moves []Move, begun bool) []webhookEvent {
	var events []webhookEvent
	before := p.Visits - len(moves)
	if begun {
		first := p.Step
		if len(moves) > 0 {
			first = moves[0].From
		}
		events = enteredEvents(f, p, first, before, p.CreatedAt)
	}
	for i, move := range moves {
		events = append(events, enteredEvents(f, p, move.To, before+i+1, move.At)...)
	}
	return events
}

// NotifyEnding tells webhooks of a process that time has ended. It is a background job's whole work, and
// idempotent. It returns when, by the wall clock, there is more to do, or done.
func (wh Webhooks) NotifyEnding(ctx context.Context, processID string) (next time.Time, done bool, err error) {
	ending, err := wh.notifyEnding(ctx, processID, nil)
	if err != nil || ending == nil {
		return time.Time{}, err == nil, err
	}
	session, err := wh.bank.session(ctx, ending.Session)
	if err != nil {
		return time.Time{}, false, err
	}
	next, runs := wh.bank.Clocks().wallTime(session.Clock, ending.DueAt)
	return next, !runs, nil
}

// notifyEnding tells what is due of a process at the moment that its ending was planned for, and returns its next ending
// where one is still to come. What its connection has until then comes first: a webhook is told of both in the order
// in which they happen, also where a turn of the clock, or a start after a night, brings them all at once. Planned is
// the ending as it was read, nil to have it looked up.
func (wh Webhooks) notifyEnding(ctx context.Context, id string, planned *Ending) (*Ending, error) {
	if planned == nil {
		var err error
		if planned, err = wh.plannedEnding(ctx, id); err != nil || planned == nil {
			return nil, err
		}
	}
	for range maxTries {
		found, flow, session, err := wh.bank.process(ctx, id)
		if CodeOf(err) == CodeNotFound {
			return nil, wh.bank.change(ctx, func(tx Tx) error { return tx.DropEnding(id) })
		}
		if err != nil {
			return nil, err
		}
		now := wh.bank.at(session.Clock)
		if planned.DueAt.Before(now) {
			now = planned.DueAt
		}
		if found.ConnectionID != "" {
			if err := wh.bank.Imports().writeUntil(ctx, found.ConnectionID, now); err != nil {
				return nil, err
			}
		}
		var notified *timedProcess
		err = wh.bank.run(ctx, wh.bank.rules.Load(), now, operation{
			session: &session,
			load: func(c *change) (err error) {
				notified, err = c.timedProcess(&found, flow)
				return err
			},
			apply: func(c *change) error {
				if notified != nil {
					c.written = append(c.written, notified)
				}
				return nil
			},
			compose: func(*change) error { return nil },
		})
		switch {
		case errors.Is(err, errFlowChanged):
		case err != nil || notified == nil:
			return nil, err
		default:
			_, err := wh.bank.ConnectIfDue(ctx, id)
			return notified.next, err
		}
	}
	return nil, tooMuch()
}

// plannedEnding returns the ending that is planned for a process, nil where there is none.
func (wh Webhooks) plannedEnding(ctx context.Context, id string) (planned *Ending, err error) {
	err = wh.bank.change(ctx, func(tx Tx) error {
		e, err := tx.Ending(id)
		if err == nil {
			planned = &e
		}
		return ignoreMissing(err)
	})
	return planned, err
}

// timedProcess returns a process that an ending is planned for, brought up to now; nil where the ending is
// gone.
func (c *change) timedProcess(found *Process, flow *Flow) (*timedProcess, error) {
	planned, err := c.tx.Ending(found.ID)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	p, err := c.tx.Process(found.ID)
	if errors.Is(err, ErrNotFound) || err == nil && p.FlowHash != found.FlowHash {
		return nil, errFlowChanged
	}
	if err != nil {
		return nil, err
	}
	p, moves := flow.Resolve(p, c.now)
	return &timedProcess{changedProcess: changedProcess{flow: flow, record: &p, moves: moves}, planned: planned}, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
