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
	b.audience.sees(ctx, now, p, flow, moves)
	return flow.State(p, now), nil
}

// Processes returns a page of a session's processes as they are now, in the order in which they began; filter.Now is set here.
// That nobody waits for them counts nothing.
func (b *Bank) Processes(ctx context.Context, filter ProcessFilter) ([]ProcessState, error) {
	now, err := b.Now(ctx, filter.Session)
	if err != nil {
		return nil, err
	}
	filter.Now = now
	records, err := b.store.Processes(ctx, filter)
	if err != nil {
		return nil, err
	}
	states := make([]ProcessState, 0, len(records))
	for _, p := range records {
		flow, err := b.flow(ctx, p.FlowHash)
		if CodeOf(err) == CodeNotFound {
			continue // cleaned up meanwhile
		}
		if err != nil {
			return nil, err
		}
		p, _ = flow.Resolve(p, now)
		states = append(states, flow.State(p, now))
	}
	return states, nil
}

// Poll returns a process as it is now for a client that waits for it: where the step counts reads, or
// shapes its answers, this one is counted, unless it is refused.
func (b *Bank) Poll(ctx context.Context, id string) (ProcessState, error) {
	p, flow, session, err := b.process(ctx, id)
	if err != nil {
		return ProcessState{}, err
	}
	now := b.at(session.Clock)
	polled, moves, counted, err := flow.Poll(p, now, nil)
	if err != nil {
		return ProcessState{}, err
	}
	if !counted && !flow.shapes(&polled) { // faults are asked about reads that change nothing by [Bank.Fault]
		b.audience.sees(ctx, now, polled, flow, moves)
		return flow.State(polled, now), nil
	}
	return b.changeProcess(ctx, flow, p, now, processChange{
		session: &session,
		apply: func(p Process, ask asker) (Process, []Move, error) {
			p, moves, _, err := flow.Poll(p, now, ask)
			return p, moves, err
		},
		reads: true, shapes: true,
	})
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
	state, err := b.changeProcess(ctx, flow, p, now, processChange{
		session: &session,
		apply:   func(p Process, ask asker) (Process, []Move, error) { return flow.Apply(p, in, now, ask) },
		shapes:  in.fromClient(), within: within,
	})
	if err != nil || state.Refused() {
		return state, err
	}
	return b.connectIfDue(ctx, state)
}

// processChange is what a request does to a process.
type processChange struct {
	session *Session
	// apply asks the conditions of transitions of ask.
	apply func(p Process, ask asker) (Process, []Move, error)
	// reads says that the request only reads: a limit of reads that refuses it does so before it counts.
	reads bool
	// shapes says that the step that it leads to shapes the answer.
	shapes bool
	within []Within[ProcessState]
}

// changeProcess applies a change to the process as the transaction finds it. A flow never changes,
// so it need not be read again.
func (b *Bank) changeProcess(ctx context.Context, flow *Flow, found Process, now time.Time, wanted processChange) (ProcessState, error) {
	tries := tries[Process]{read: found}
	var before Process
	var moved *changedProcess
	var state ProcessState
	op := operation{
		session: wanted.session, request: requestOf(ctx),
		load: func(c *change) (err error) {
			moved = &changedProcess{flow: flow, shapes: wanted.shapes}
			before, err = tries.record(func() (Process, error) { return c.tx.Process(found.ID) })
			return missing(err, processNoun, found.ID)
		},
		apply: func(c *change) error {
			next, moves, err := wanted.apply(before, flow.asker(c.inquireProcess(ctx, &before)))
			if err != nil {
				return err
			}
			moved.record, moved.moves = &next, moves
			c.process(moved)
			return c.resumeImport(flow, &next)
		},
		compose: func(c *change) error {
			if c.refused() {
				moved.record = &before
				moved.moves = nil
			}
			state = c.state(moved)
			state.Returns = flow.returns(moved.moves)
			if c.refused() {
				return nil
			}
			return runWithin(c.tx, state, wanted.within)
		},
	}
	op.decide = func(c *change) (*ResponseShape, error) {
		shape, err := c.decideFaults(ctx, c.inquireProcess(ctx, &before))
		if err != nil || shape != nil || !wanted.reads {
			return shape, err
		}
		return moved.limitReads(c, before)
	}
	rs, err := b.own.rulesFor(b.rules.Load(), wanted.session)
	if err != nil {
		return ProcessState{}, err
	}
	if err := b.run(ctx, rs, now, op); err != nil {
		return ProcessState{}, err
	}
	return state, nil
}

// limitReads refuses a read beyond the limit of reads of the step that the process is in. One within the
// limit is counted by it here, and not again where it leaves the process in that step.
func (p *changedProcess) limitReads(c *change, before Process) (*ResponseShape, error) {
	current, _ := p.flow.Resolve(before, c.now)
	if next := p.flow.nextResponse(&current); next == nil || next.RateLimit == nil {
		return nil, nil
	}
	p.limited = current.Visits
	return p.flow.shapeAnswer(c.tx, &current, c.now)
}

// state describes the process as the change leaves it.
func (c *change) state(p *changedProcess) ProcessState {
	record := *p.record
	if c.refused() {
		record, _ = p.flow.Resolve(record, c.now)
	}
	state := p.flow.State(record, later(c.now, record.UpdatedAt))
	state.Shape = c.answer
	return state
}

// resumeImport lets the import that a process opened for go on, or end, as an input decided.
func (c *change) resumeImport(f *Flow, p *Process) error {
	if p.Await == nil || p.ConnectionID == "" {
		return nil
	}
	connection, err := c.tx.Connection(p.ConnectionID)
	if errors.Is(err, ErrNotFound) || err == nil && (connection.FlowHash != f.hash || connection.Run != p.Await.Run) {
		return nil
	}
	if err != nil {
		return err
	}
	steps := f.writeDue(&connection, p, p.UpdatedAt)
	f.connectionOutlook(&connection, p)
	c.connection(&changedConnection{flow: f, record: &connection, restarts: true, steps: steps})
	return nil
}

// process reads a process, its flow and its session. An update that waited for the run whose import the process opens
// for has begun where that is over.
func (b *Bank) process(ctx context.Context, id string) (Process, *Flow, Session, error) {
	p, session, err := b.store.ProcessInSession(ctx, id)
	if err == nil && p.Await != nil && p.Await.Queued {
		if _, _, _, err := b.connection(ctx, p.ConnectionID); err != nil && CodeOf(err) != CodeNotFound {
			return Process{}, nil, Session{}, err
		}
		p, session, err = b.store.ProcessInSession(ctx, id)
	}
	if err != nil {
		return Process{}, nil, Session{}, missing(err, processNoun, id)
	}
	flow, err := b.flow(ctx, p.FlowHash)
	if err != nil {
		return Process{}, nil, Session{}, err
	}
	return p, flow, b.asked(ctx, p.Session, session), nil
}
