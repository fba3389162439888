package engine

import (
	"context"
	"errors"
	"time"
)

// Ending is a process whose end time alone brings, and which webhooks are to be told of.
type Ending struct {
	ProcessID string
	Session   string
	// DueAt is when the process ends, by its session's clock.
	DueAt time.Time
	// Turn is the turn of that clock that the background job goes by.
	Turn int
}

// tellProcess tells of each end that the process's moves led to, and plans to tell of the one that time
// will bring. Begun says that the process is a new one.
func (b *Bank) tellProcess(tx Tx, rs *RuleSet, flow *Flow, p *Process, moves []Move, begun bool) error {
	if len(rs.Webhooks) == 0 {
		return nil
	}
	if err := b.tell(tx, rs, flow.ends(p, moves, begun)...); err != nil {
		return err
	}
	if p.EndsAt == nil || flow.Steps[p.Step].Status.Ended() {
		return nil
	}
	planned := resolvedEvent(flow, *p, p.Step, 0, *p.EndsAt)
	for i := range rs.Webhooks {
		if rs.Webhooks[i].wants(&planned) {
			return planEnding(tx, p)
		}
	}
	return nil
}

func planEnding(tx Tx, p *Process) error {
	session, err := tx.Session(p.Session)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return tx.SaveEnding(Ending{ProcessID: p.ID, Session: p.Session, DueAt: *p.EndsAt, Turn: session.Clock.Turns}, true)
}

// ends returns the events of the steps that end the process: the first, where it is a new one, and those
// that moves led to.
func (f *Flow) ends(p *Process, moves []Move, begun bool) []webhookEvent {
	var events []webhookEvent
	before := p.Visits - len(moves)
	if begun {
		first := p.Step
		if len(moves) > 0 {
			first = moves[0].From
		}
		if f.Steps[first].Status.Ended() {
			events = append(events, resolvedEvent(f, *p, first, before, p.CreatedAt))
		}
	}
	for i, move := range moves {
		if f.Steps[move.To].Status.Ended() {
			events = append(events, resolvedEvent(f, *p, move.To, before+i+1, move.At))
		}
	}
	return events
}

// tellSteps tells of an import's steps.
func (b *Bank) tellSteps(tx Tx, rs *RuleSet, c *Connection, steps []ImportStep) error {
	if len(rs.Webhooks) == 0 {
		return nil
	}
	events := make([]webhookEvent, len(steps))
	for i := range steps {
		events[i] = stepEvent(c, &steps[i])
	}
	return b.tell(tx, rs, events...)
}

// TellEnding tells webhooks of a process that time has ended. It is a background job's whole work, and
// idempotent. It returns when, by the wall clock, there is more to do, or done.
func (b *Bank) TellEnding(ctx context.Context, processID string, turn int) (next time.Time, done bool, err error) {
	ending, err := b.tellEnding(ctx, processID, func(e *Ending) bool { return e.Turn == turn })
	if err != nil || ending == nil {
		return time.Time{}, err == nil, err
	}
	session, err := b.session(ctx, ending.Session)
	if err != nil {
		return time.Time{}, false, err
	}
	next, runs := b.comes(session.Clock, ending.DueAt)
	return next, !runs, nil
}

// tellEnding tells what is due of a process, and returns its ending where that is still to come.
func (b *Bank) tellEnding(ctx context.Context, id string, wanted func(*Ending) bool) (*Ending, error) {
	rs := b.rules.Load()
	found, flow, session, err := b.process(ctx, id)
	if CodeOf(err) == CodeNotFound {
		return nil, b.change(ctx, func(tx Tx) error { return tx.DropEnding(id) })
	}
	if err != nil {
		return nil, err
	}
	now := b.at(session.Clock)
	var left *Ending
	err = b.change(ctx, func(tx Tx) error {
		left = nil
		ending, err := tx.Ending(id)
		if errors.Is(err, ErrNotFound) || err == nil && !wanted(&ending) {
			return nil
		}
		if err != nil {
			return err
		}
		p, err := tx.Process(id)
		if err != nil || p.FlowHash != found.FlowHash { // it was connected, so it had ended before
			return errors.Join(ignoreMissing(err), tx.DropEnding(id))
		}
		left, err = b.tellTime(tx, rs, flow, p, ending, now)
		return err
	})
	return left, err
}

// tellTime tells of the moves that time has made, and writes them.
func (b *Bank) tellTime(tx Tx, rs *RuleSet, flow *Flow, p Process, ending Ending, now time.Time) (*Ending, error) {
	p, moves := flow.Resolve(p, now)
	if len(moves) > 0 {
		flow.outlook(&p)
		if err := tx.SaveProcess(p); err != nil {
			return nil, err
		}
		if err := b.tell(tx, rs, flow.ends(&p, moves, false)...); err != nil {
			return nil, err
		}
	}
	if p.EndsAt == nil || flow.Steps[p.Step].Status.Ended() {
		return nil, tx.DropEnding(p.ID)
	}
	if ending.DueAt.Equal(*p.EndsAt) {
		return &ending, nil
	}
	ending.DueAt = *p.EndsAt
	return &ending, tx.SaveEnding(ending, false)
}

func ignoreMissing(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// writeEndings tells of the processes of a session that have ended by now, as many as one turn writes.
func (b *Bank) writeEndings(ctx context.Context, session string, now time.Time) error {
	for range maxTurnWrites / turnPortion {
		due, err := b.store.DueEndings(ctx, session, now, turnPortion)
		if err != nil {
			return err
		}
		for _, ending := range due {
			if _, err := b.tellEnding(ctx, ending.ProcessID, func(*Ending) bool { return true }); err != nil {
				return err
			}
		}
		if len(due) < turnPortion {
			break
		}
	}
	return nil
}
