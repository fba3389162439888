package engine

import (
	"context"
	"errors"
	"time"
)

// Process returns a process as it is now. It never changes anything.
func (b *Bank) Process(ctx context.Context, id string) (ProcessState, error) {
	p, flow, session, err := b.process(ctx, id)
	if err != nil {
		return ProcessState{}, err
	}
	now := b.at(session.Clock)
	p, moves := flow.Resolve(p, now)
	b.observeProcess(ctx, p, flow, moves, false)
	return flow.State(p, now), nil
}

// Poll returns a process as it is now for a client that waits for it: where the step counts reads, or
// shapes its answers, this one is counted.
func (b *Bank) Poll(ctx context.Context, id string) (ProcessState, error) {
	p, flow, session, err := b.process(ctx, id)
	if err != nil {
		return ProcessState{}, err
	}
	now := b.at(session.Clock)
	polled, moves, counted := flow.Poll(p, now)
	if !counted && !flow.shapes(&polled) {
		b.observeProcess(ctx, polled, flow, moves, false)
		return flow.State(polled, now), nil
	}
	return b.changeProcess(ctx, flow, p, now, nil, processChange{shaped: true, apply: func(p Process) (Process, []Move, error) {
		p, moves, _ := flow.Poll(p, now)
		return p, moves, nil
	}})
}

// Continue gives a process an input. Of two inputs racing for one step exactly one is taken there;
// the other meets the state that the first led to. It refuses with [CodeNotFound] and
// [CodeNoChallengeOpen].
func (b *Bank) Continue(ctx context.Context, id string, in Input, within ...Within[ProcessState]) (ProcessState, error) {
	p, flow, session, err := b.process(ctx, id)
	if err != nil {
		return ProcessState{}, err
	}
	now := b.at(session.Clock)
	return b.changeProcess(ctx, flow, p, now, within, processChange{shaped: in.fromClient(), apply: func(p Process) (Process, []Move, error) {
		return flow.Apply(p, in, now)
	}})
}

// processChange is a change to a process, and whether the step that it leads to shapes its answer.
type processChange struct {
	apply  func(Process) (Process, []Move, error)
	shaped bool
}

// changeProcess applies a change to the process as the transaction finds it. A flow never changes,
// so it need not be read again.
func (b *Bank) changeProcess(ctx context.Context, flow *Flow, p Process, now time.Time, within []Within[ProcessState],
	change processChange,
) (ProcessState, error) {
	id, rs := p.ID, b.rules.Load()
	var state ProcessState
	var taken []Move
	tries := tries[Process]{read: p}
	err := b.change(ctx, func(tx Tx) error {
		current, err := tries.record(func() (Process, error) { return tx.Process(id) })
		if err != nil {
			return missing(err, processNoun, id)
		}
		next, moves, err := change.apply(current)
		if err != nil {
			return err
		}
		taken = moves
		for _, move := range moves {
			if !move.counts() {
				continue
			}
			if err := flow.keepCounters(tx, &next, move.To); err != nil {
				return err
			}
		}
		var shape *Shape
		if change.shaped {
			if shape, err = flow.shapeAnswer(tx, &next, now); err != nil {
				return err
			}
		}
		flow.outlook(&next)
		if err := tx.SaveProcess(next); err != nil {
			return err
		}
		next.Version++
		if err := b.tellProcess(tx, rs, flow, &next, moves, false); err != nil {
			return err
		}
		if err := b.resumeImport(tx, rs, flow, &next); err != nil {
			return err
		}
		state = flow.State(next, later(now, next.UpdatedAt))
		state.Shape = shape
		return runWithin(tx, state, within)
	})
	if err != nil {
		return ProcessState{}, err
	}
	b.observeProcess(ctx, state.Process, flow, taken, false)
	return state, nil
}

// resumeImport lets the import that a process opened for go on, or end, as an input decided.
func (b *Bank) resumeImport(tx Tx, rs *RuleSet, f *Flow, p *Process) error {
	if p.Await == nil || p.ConnectionID == "" {
		return nil
	}
	c, err := tx.Connection(p.ConnectionID)
	if errors.Is(err, ErrNotFound) || err == nil && (c.FlowHash != f.hash || c.Run != p.Await.Run) {
		return nil
	}
	if err != nil {
		return err
	}
	steps := f.writeDue(&c, p, p.UpdatedAt)
	f.connectionOutlook(&c, p)
	if err := tx.SaveConnection(c, true, f); err != nil {
		return err
	}
	if err := tx.AppendHistory(steps...); err != nil {
		return err
	}
	return b.tellSteps(tx, rs, &c, steps)
}

// process reads a process, its flow and its session.
func (b *Bank) process(ctx context.Context, id string) (Process, *Flow, Session, error) {
	p, err := b.store.Process(ctx, id)
	if err != nil {
		return Process{}, nil, Session{}, missing(err, processNoun, id)
	}
	flow, err := b.flow(ctx, p.FlowHash)
	if err != nil {
		return Process{}, nil, Session{}, err
	}
	session, err := b.session(ctx, p.Session)
	return p, flow, session, err
}
