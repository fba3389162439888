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
	found, flow, session, err := b.process(ctx, processID)
	if err != nil {
		return ConnectionState{}, err
	}
	rs, now := b.rules.Load(), b.at(session.Clock)
	var state ConnectionState
	var used Process
	var moves []Move
	tries := tries[Process]{read: found}
	err = b.change(ctx, func(tx Tx) error {
		p, err := tries.record(func() (Process, error) { return tx.Process(processID) })
		if err != nil {
			return missing(err, processNoun, processID)
		}
		now := later(now, p.UpdatedAt)
		p, moves = flow.Resolve(p, now)
		if err := connectable(flow, &p); err != nil {
			return err
		}
		c := b.newConnection(&p, flow, now)
		c.Turn = session.Clock.Turns
		p.ConnectionID = c.ID
		flow.awaitRun(&p, &c)
		flow.connectionOutlook(&c, &p)
		if err := tx.SaveProcess(p); err != nil {
			return err
		}
		if err := b.tellProcess(tx, rs, flow, &p, moves, false); err != nil {
			return err
		}
		used = p
		state, err = b.insertConnection(tx, rs, session.Clock, c, &p, flow, now)
		if err != nil {
			return err
		}
		return runWithin(tx, state, within)
	})
	if err != nil {
		return ConnectionState{}, err
	}
	b.observeConnection(ctx, &used, state.Connection, moves, true)
	b.followTurn(ctx, session.Clock, &state.Connection, flow)
	return state, nil
}

func connectable(flow *Flow, p *Process) error {
	if p.ConnectionID != "" {
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

func (b *Bank) newConnection(p *Process, flow *Flow, now time.Time) Connection {
	c := Connection{
		ID: b.newID(), Session: p.Session, Bank: p.Bank, Username: p.Username, ProcessID: p.ID,
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

// insertConnection stores the connection with what its import does at once.
func (b *Bank) insertConnection(tx Tx, rs *RuleSet, clock Clock, c Connection, p *Process, flow *Flow, now time.Time) (ConnectionState, error) {
	steps := flow.writeDue(&c, p, now)
	if err := tx.InsertConnection(c, flow, b.firstTurn(clock, &c)); err != nil {
		return ConnectionState{}, err
	}
	if err := tx.AppendHistory(steps...); err != nil {
		return ConnectionState{}, err
	}
	if err := b.tellSteps(tx, rs, &c, steps); err != nil {
		return ConnectionState{}, err
	}
	return flow.ConnectionState(c, p, now), nil
}

// Connection returns a connection as it is now.
func (b *Bank) Connection(ctx context.Context, id string) (ConnectionState, error) {
	c, flow, session, err := b.connection(ctx, id)
	if err != nil {
		return ConnectionState{}, err
	}
	now := b.at(session.Clock)
	p, err := b.awaited(ctx, flow, &c)
	if err != nil {
		return ConnectionState{}, err
	}
	state := flow.ConnectionState(c, p, now)
	state.Shape, err = b.shapeRead(ctx, flow, &c, p, now)
	if err == nil {
		b.observeConnection(ctx, nil, state.Connection, nil, false)
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
	p, err := b.awaited(ctx, flow, &c)
	if err != nil {
		return ConnectionState{}, err
	}
	return flow.ConnectionState(c, p, now), nil
}

// awaited is as [Flow.awaited], outside a transaction.
func (b *Bank) awaited(ctx context.Context, flow *Flow, c *Connection) (*Process, error) {
	if !flow.awaits {
		return nil, nil
	}
	p, err := b.store.Process(ctx, c.ProcessID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // aged out
	}
	return &p, err
}

// Connections returns a page of connections as they are now, oldest first. The filter's Now is set here.
func (b *Bank) Connections(ctx context.Context, filter ConnectionFilter) ([]ConnectionState, error) {
	var err error
	if filter.Now, err = b.Now(ctx, filter.Session); err != nil {
		return nil, err
	}
	records, err := b.store.Connections(ctx, filter)
	if err != nil {
		return nil, err
	}
	states := make([]ConnectionState, 0, len(records))
	for _, c := range records {
		flow, err := b.flow(ctx, c.FlowHash)
		if err != nil {
			return nil, err
		}
		p, err := b.awaited(ctx, flow, &c)
		if err != nil {
			return nil, err
		}
		states = append(states, flow.ConnectionState(c, p, filter.Now))
	}
	return states, nil
}

// DeleteConnection removes a connection and its history, or refuses with [CodeNotFound].
func (b *Bank) DeleteConnection(ctx context.Context, id string) error {
	return b.change(ctx, func(tx Tx) error {
		c, err := tx.Connection(id)
		if err != nil {
			return missing(err, connectionNoun, id)
		}
		if err := releaseProcess(tx, c.ProcessID); err != nil {
			return err
		}
		return missing(tx.DeleteConnection(id), connectionNoun, id)
	})
}

// releaseProcess lets a process forget the import that it opens for.
func releaseProcess(tx Tx, id string) error {
	p, err := tx.Process(id)
	if errors.Is(err, ErrNotFound) || err == nil && p.Await == nil {
		return nil
	}
	if err != nil {
		return err
	}
	p.Await = nil
	return tx.SaveProcess(p)
}

// UpdateConnection imports again, as the scenario of the connection's name says now, else as its
// frozen flow does. It refuses with [CodeNotFound] and [CodeImportRunning].
func (b *Bank) UpdateConnection(ctx context.Context, id string, within ...Within[ConnectionState]) (ConnectionState, error) {
	rs := b.rules.Load()
	for range maxTries {
		c, frozen, session, err := b.connection(ctx, id)
		if err != nil {
			return ConnectionState{}, err
		}
		state, err := b.update(ctx, c.ID, session, rs, frozen, within)
		if err == nil {
			b.observeConnection(ctx, nil, state.Connection, nil, true)
		}
		if !errors.Is(err, errFlowChanged) {
			return state, err
		}
	}
	return ConnectionState{}, tooMuch()
}

// errFlowChanged says that an update with newer rules won the race: the connection's flow must be
// read again, which cannot be done within a transaction.
var errFlowChanged = errors.New("the connection has another flow now")

func (b *Bank) update(ctx context.Context, id string, session Session, rs *RuleSet, frozen *Flow, within []Within[ConnectionState]) (ConnectionState, error) {
	now := b.at(session.Clock)
	var state ConnectionState
	err := b.change(ctx, func(tx Tx) error {
		c, err := tx.Connection(id)
		if err != nil {
			return missing(err, connectionNoun, id)
		}
		if c.FlowHash != frozen.hash {
			return errFlowChanged
		}
		now := later(now, c.UpdatedAt)
		p, err := frozen.awaited(tx, &c)
		if err != nil {
			return err
		}
		if before := frozen.ConnectionState(c, p, now); !before.Status.Ended() {
			return &Error{Code: CodeImportRunning, Message: "the connection's import is still running", Related: id}
		}
		c.Turn = session.Clock.Turns
		state, err = b.restart(tx, rs, frozen, c, p, now)
		if err != nil {
			return err
		}
		return runWithin(tx, state, within)
	})
	if err != nil {
		return ConnectionState{}, err
	}
	return state, nil
}

// restart begins the connection's next run.
func (b *Bank) restart(tx Tx, rs *RuleSet, frozen *Flow, c Connection, p *Process, now time.Time) (ConnectionState, error) {
	// The last steps of the run before belong to the history, even where its job was late.
	last := frozen.writeDue(&c, p, now)
	before := c
	c.AuthenticatedAt = lastAuthenticated(&c, p, now)
	flow := frozen
	if scenario, ok := rs.Scenario(c.Scenario); ok && scenario.Flow.CheckCaptures(c.Captures) == nil {
		flow, c.FlowHash, c.Rules = scenario.Flow, scenario.Flow.hash, rs.ID()
	}
	c.begin(c.Run+1, flow.updateCase(&c, now), now)
	p, err := flow.rebound(tx, &c, now)
	if err != nil {
		return ConnectionState{}, err
	}
	flow.connectionOutlook(&c, p)
	first := flow.writeDue(&c, p, now)
	if err := tx.SaveConnection(c, true, flow); err != nil {
		return ConnectionState{}, err
	}
	c.Version++
	if err := saveRebound(tx, p); err != nil {
		return ConnectionState{}, err
	}
	if err := tx.AppendHistory(append(last, first...)...); err != nil {
		return ConnectionState{}, err
	}
	if err := b.tellSteps(tx, rs, &before, last); err != nil {
		return ConnectionState{}, err
	}
	if err := b.tellSteps(tx, rs, &c, first); err != nil {
		return ConnectionState{}, err
	}
	return flow.ConnectionState(c, p, now), nil
}

// rebound returns the connection's process as it follows the new run, by the run's flow: still to be
// saved, after that flow. It returns nil where the flow never awaits the user.
func (f *Flow) rebound(tx Tx, c *Connection, now time.Time) (*Process, error) {
	if !f.awaits {
		return nil, releaseProcess(tx, c.ProcessID)
	}
	p, err := tx.Process(c.ProcessID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // aged out
	}
	if err != nil {
		return nil, err
	}
	step := slices.IndexFunc(f.Steps, func(s Step) bool { return s.Status == Authenticated })
	p.FlowHash = f.hash
	p.enter(max(step, 0), now)
	f.awaitRun(&p, c)
	f.outlook(&p)
	return &p, nil
}

func saveRebound(tx Tx, p *Process) error {
	if p == nil {
		return nil
	}
	err := tx.SaveProcess(*p)
	p.Version++
	return err
}

// updateCase returns the index of the first case that fits an update now, -1 for the import.
func (f *Flow) updateCase(c *Connection, now time.Time) int {
	age := now.Sub(c.AuthenticatedAt)
	for i := range f.Update {
		limit, err := f.Update[i].OlderThan.Value(c.Captures, draw{c.Seed, [3]int{-2, c.Run, i}})
		if err == nil && (f.Update[i].OlderThan.IsZero() || age >= limit) {
			return i
		}
	}
	return -1
}

// connection reads a connection, its flow and its session.
func (b *Bank) connection(ctx context.Context, id string) (Connection, *Flow, Session, error) {
	c, err := b.store.Connection(ctx, id)
	if err != nil {
		return Connection{}, nil, Session{}, missing(err, connectionNoun, id)
	}
	flow, err := b.flow(ctx, c.FlowHash)
	if err != nil {
		return Connection{}, nil, Session{}, err
	}
	session, err := b.session(ctx, c.Session)
	return c, flow, session, err
}
