package engine

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Connect makes a connection from an authenticated process and starts its import. It refuses with
// [CodeNotFound], [CodeNotAuthenticated] and [CodeAlreadyUsed].
func (b *Bank) Connect(ctx context.Context, processID string, within ...Within[ConnectionState]) (ConnectionState, error) {
	return b.connectFrom(ctx, processID, nil, within...)
}

// connectFrom is as [Bank.Connect], for an import that began when the function says; nil is now.
func (b *Bank) connectFrom(ctx context.Context, processID string, began func(*Process) time.Time,
	within ...Within[ConnectionState]) (ConnectionState, error) {
	found, flow, session, err := b.process(ctx, processID)
	if err != nil {
		return ConnectionState{}, err
	}
	tries := tries[Process]{read: found}
	var used *changedProcess
	var state ConnectionState
	rs, err := b.own.rulesFor(b.rules.Load(), &session)
	if err != nil {
		return ConnectionState{}, err
	}
	now := b.at(session.Clock)
	err = b.run(ctx, rs, now, operation{
		session: &session, request: requestOf(ctx),
		decide: func(c *change) (*ResponseShape, error) {
			q := c.inquireProcess(ctx, used.record)
			q.authenticatedAt = authenticatedSince(flow, used.record.Step, used.record.EnteredAt)
			return c.decideFaults(ctx, q)
		},
		load: func(c *change) error {
			p, err := tries.record(func() (Process, error) { return c.tx.Process(processID) })
			if err != nil {
				return missing(err, processNoun, processID)
			}
			c.now = later(c.now, p.UpdatedAt)
			p, moves := flow.Resolve(p, c.now)
			used = &changedProcess{flow: flow, record: &p, moves: moves}
			return nil
		},
		apply: func(c *change) (err error) {
			if err := connectable(flow, used.record); err != nil {
				return err
			}
			start := c.now
			if began != nil {
				start = began(used.record)
			}
			state, err = c.connect(ctx, used, session.Clock, start)
			return err
		},
		compose: func(c *change) error {
			if c.refused() {
				state = ConnectionState{Shape: c.answer}
				return nil
			}
			state.Shape = c.answer
			return runWithin(c.tx, state, within)
		},
	})
	if err != nil || state.Refused() {
		return state, err
	}
	b.Imports().followClock(ctx, session.Clock, &state.Connection)
	return state, nil
}

// connect uses an authenticated process for a new connection, with what its import does at once.
func (c *change) connect(ctx context.Context, used *changedProcess, clock Clock, start time.Time) (ConnectionState, error) {
	flow, p := used.flow, used.record
	made := newConnection(c.bank.newID(), p, flow, start)
	made.Generation = clock.Generation
	p.ConnectionID = made.ID
	flow.awaitRun(p, &made)
	next, moves, err := flow.cause(*p, used.moves, ByConnection, c.now, flow.asker(c.inquireProcess(ctx, p)))
	if err != nil {
		return ConnectionState{}, err
	}
	*p, used.moves = next, moves
	flow.connectionOutlook(&made, p)
	steps := flow.writeDue(&made, p, c.now)
	c.process(used)
	c.connection(&changedConnection{flow: flow, record: &made, made: true, due: c.bank.Imports().firstDue(clock, &made), steps: steps})
	return flow.ConnectionState(made, p, c.now), nil
}

func connectable(flow *Flow, p *Process) error {
	if p.ConnectionID != "" && !flow.Reusable {
		return &Error{
			Code: CodeAlreadyUsed, Related: p.ConnectionID,
			Message: "the process was used already, for the bank connection " + p.ConnectionID,
		}
	}
	if status := flow.Steps[p.Step].Status; status != Authenticated {
		return refuse(CodeNotAuthenticated, "the process is %s; only an %s one can be connected", status, Authenticated)
	}
	return nil
}

func newConnection(id string, p *Process, flow *Flow, now time.Time) Connection {
	c := Connection{
		ID: id, Session: p.Session, Bank: p.Bank, Username: p.Username, ProcessID: p.ID,
		Scenario: p.Scenario, Trigger: p.Trigger, Rules: p.Rules, FlowHash: flow.hash,
		Captures: p.Captures, Seed: p.Seed, AuthenticatedAt: p.EnteredAt,
		CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	c.begin(1, -1, now)
	return c
}

// begin starts a run of the connection's import.
func (c *Connection) begin(run, updateCase int, now time.Time) {
	c.Run, c.Case, c.StartedAt, c.Written = run, updateCase, now, 0
	c.Status, c.Progress, c.Message, c.Error, c.Warnings, c.FinishedAt = InProgress, 0, "", nil, nil, nil
	c.UpdatedAt = later(now, c.UpdatedAt)
}

// Connection returns a connection as it is now.
func (b *Bank) Connection(ctx context.Context, id string) (ConnectionState, error) {
	c, flow, session, err := b.connection(ctx, id)
	if err != nil {
		return ConnectionState{}, err
	}
	now := b.at(session.Clock)
	p, err := b.Imports().awaited(ctx, flow, &c)
	if err != nil {
		return ConnectionState{}, err
	}
	state := flow.ConnectionState(c, p, now)
	state.Shape, err = b.shapeRead(ctx, flow, &c, p, now)
	if err == nil {
		b.audience.seesConnection(ctx, now, state.Connection, flow)
	}
	return state, err
}

// PeekConnection is as [Bank.Connection], for others than clients: no scenario shapes or counts it.
func (b *Bank) PeekConnection(ctx context.Context, id string) (ConnectionState, error) {
	c, flow, session, err := b.connection(ctx, id)
	if err != nil {
		return ConnectionState{}, err
	}
	now := b.at(session.Clock)
	p, err := b.Imports().awaited(ctx, flow, &c)
	if err != nil {
		return ConnectionState{}, err
	}
	return flow.ConnectionState(c, p, now), nil
}

// awaited is as [Flow.awaited], outside a transaction.
func (im Imports) awaited(ctx context.Context, flow *Flow, c *Connection) (*Process, error) {
	if !flow.awaits {
		return nil, nil
	}
	p, err := im.bank.store.Process(ctx, c.ProcessID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // aged out
	}
	return &p, err
}

// Connections returns a page of a session's connections as they are now, oldest first. Where they are selected
// by their status, the records that time has changed meanwhile are brought up to date before. The filter's Now is
// set here.
func (b *Bank) Connections(ctx context.Context, filter ConnectionFilter) ([]ConnectionState, error) {
	now, err := b.Now(ctx, filter.Session)
	if err != nil {
		return nil, err
	}
	filter.Now = now
	if filter.Status != "" {
		if err := b.Imports().refreshStatus(ctx, filter.Session, now); err != nil {
			return nil, err
		}
	}
	records, err := b.store.Connections(ctx, filter)
	if err != nil {
		return nil, err
	}
	states := make([]ConnectionState, 0, len(records))
	for _, c := range records {
		flow, err := b.flow(ctx, c.FlowHash)
		if c.Queued != nil {
			c, flow, _, err = b.connection(ctx, c.ID) // it may have begun
		}
		if CodeOf(err) == CodeNotFound {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		p, err := b.Imports().awaited(ctx, flow, &c)
		if err != nil {
			return nil, err
		}
		states = append(states, flow.ConnectionState(c, p, now))
	}
	return states, nil
}

// refreshStatus brings those of a session's records up to date whose status time has changed, in portions.
func (im Imports) refreshStatus(ctx context.Context, session string, now time.Time) error {
	last := ""
	for {
		outdated, err := im.bank.store.OutdatedConnections(ctx, session, now, sweepPortion)
		if err != nil || len(outdated) == 0 || outdated[0].ID == last { // which cannot be brought forward
			return err
		}
		last = outdated[0].ID
		if err := together(im.bank.atOnce, len(outdated), func(i int) error { return im.write(ctx, outdated[i].ID) }); err != nil {
			return err
		}
	}
}

// DeleteConnection removes a connection and its history, or refuses with [CodeNotFound].
func (b *Bank) DeleteConnection(ctx context.Context, id string) error {
	for range maxTries {
		_, flow, session, err := b.connection(ctx, id)
		if err != nil {
			return err
		}
		if err := b.deleteConnection(ctx, id, flow, session); !errors.Is(err, errFlowChanged) {
			return err
		}
	}
	return tooMuch()
}

func (b *Bank) deleteConnection(ctx context.Context, id string, flow *Flow, session Session) error {
	var found Connection
	rs, err := b.own.rulesFor(b.rules.Load(), &session)
	if err != nil {
		return err
	}
	return b.run(ctx, rs, b.at(session.Clock), operation{
		session: &session, request: requestOf(ctx),
		decide: func(c *change) (*ResponseShape, error) {
			return c.decideFaults(ctx, c.inquireConnection(ctx, &found, nil))
		},
		load: func(c *change) (err error) {
			if found, err = c.tx.Connection(id); err == nil && found.FlowHash != flow.hash {
				return errFlowChanged
			}
			return missing(err, connectionNoun, id)
		},
		apply: func(c *change) error {
			// What is due is told before the record goes: the job that would have told it may be late.
			p, err := flow.awaited(c.tx, &found)
			if err != nil {
				return err
			}
			c.advance(flow, &found, p, false)
			c.written = append(c.written, deletedConnection(id))
			return c.releaseProcess(flow, found.ProcessID)
		},
		compose: func(*change) error { return nil },
	})
}

// releaseProcess lets a process forget the import that it opens for. One that waits for its user on behalf
// of the import is AUTHENTICATED again, as it was before.
func (c *change) releaseProcess(flow *Flow, id string) error {
	p, err := c.tx.Process(id)
	if errors.Is(err, ErrNotFound) || err == nil && p.Await == nil {
		return nil
	}
	if err != nil {
		return err
	}
	if p.FlowHash != flow.hash {
		return errFlowChanged
	}
	p = c.sees(flow, p)
	if p.Await.Open {
		c.authenticatedAgain(flow, &p, flow.Steps[p.Step].Status, later(c.now, p.UpdatedAt))
	}
	p.Await = nil
	c.process(&changedProcess{flow: flow, record: &p})
	return nil
}

// sees returns a process as it is now. What time has done with it is told, although a job may not have come for it.
func (c *change) sees(flow *Flow, p Process) Process {
	now, moves := flow.Resolve(p, c.now)
	reported := now
	c.written = append(c.written, seenProcess{flow: flow, record: &reported, moves: moves})
	return now
}

// authenticatedAgain lets a process be AUTHENTICATED without its user, and tells so where it was something else.
func (c *change) authenticatedAgain(f *Flow, p *Process, was Status, at time.Time) {
	p.enter(f.authenticated(), at)
	if was != Authenticated {
		reported, moves := *p, []Move{{From: p.Step, To: p.Step, At: at, Event: EventAwait, Transition: -1}}
		c.written = append(c.written, seenProcess{flow: f, record: &reported, moves: moves})
	}
}

// authenticated returns the index of the first step that is AUTHENTICATED, 0 where there is none.
func (f *Flow) authenticated() int {
	return max(0, slices.IndexFunc(f.Steps, func(s Step) bool { return s.Status == Authenticated }))
}

// connection reads a connection, its flow and its session. An update that waited for a run that is over has begun.
func (b *Bank) connection(ctx context.Context, id string) (Connection, *Flow, Session, error) {
	for range maxTries {
		c, flow, session, err := b.readConnection(ctx, id)
		if err != nil || c.Queued == nil {
			return c, flow, session, err
		}
		begun, err := b.Imports().beginQueued(ctx, &c, flow, &session)
		if err != nil {
			return Connection{}, nil, Session{}, err
		}
		if !begun {
			return c, flow, session, nil
		}
	}
	return Connection{}, nil, Session{}, tooMuch()
}

func (b *Bank) readConnection(ctx context.Context, id string) (Connection, *Flow, Session, error) {
	c, session, err := b.store.ConnectionInSession(ctx, id)
	if err != nil {
		return Connection{}, nil, Session{}, missing(err, connectionNoun, id)
	}
	flow, err := b.flow(ctx, c.FlowHash)
	if err != nil {
		return Connection{}, nil, Session{}, err
	}
	return c, flow, b.asked(ctx, c.Session, session), nil
}
