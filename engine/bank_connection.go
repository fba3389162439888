package engine

import (
	"context"
	"errors"
	"time"
)

// Connect makes a connection from an authenticated process and starts its import. It refuses with
// [CodeNotFound], [CodeNotAuthenticated] and [CodeAlreadyUsed].
func (b *Bank) Connect(ctx context.Context, processID string, within ...Within[ConnectionState]) (ConnectionState, error) {
	_, flow, err := b.process(ctx, processID)
	if err != nil {
		return ConnectionState{}, err
	}
	var state ConnectionState
	err = b.change(ctx, func(tx Tx) error {
		p, err := tx.Process(processID)
		if err != nil {
			return missing(err, processNoun, processID)
		}
		now := later(b.Now(ctx, p.Session), p.UpdatedAt)
		p, _ = flow.Resolve(p, now)
		if err := connectable(flow, &p); err != nil {
			return err
		}
		c := b.newConnection(&p, flow, now)
		p.ConnectionID = c.ID
		if err := tx.SaveProcess(p); err != nil {
			return err
		}
		state, err = b.insertConnection(tx, c, flow, now)
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
	c.begin(flow, 1, -1, now)
	return c
}

// begin starts a run of the connection's import.
func (c *Connection) begin(flow *Flow, run, updateCase int, now time.Time) {
	c.Run, c.Case, c.StartedAt, c.Written = run, updateCase, now, 0
	c.Status, c.Progress, c.Message, c.Error, c.Warnings, c.FinishedAt = InProgress, 0, "", nil, nil, nil
	c.UpdatedAt = later(now, c.UpdatedAt)
	flow.connectionOutlook(c)
}

// insertConnection stores the connection with what its import does at once.
func (b *Bank) insertConnection(tx Tx, c Connection, flow *Flow, now time.Time) (ConnectionState, error) {
	steps := flow.writeDue(&c, now)
	if err := tx.InsertConnection(c, flow); err != nil {
		return ConnectionState{}, err
	}
	if err := tx.AppendHistory(steps...); err != nil {
		return ConnectionState{}, err
	}
	return flow.ConnectionState(c, now), nil
}

// Connection returns a connection as it is now.
func (b *Bank) Connection(ctx context.Context, id string) (ConnectionState, error) {
	c, flow, err := b.connection(ctx, id)
	if err != nil {
		return ConnectionState{}, err
	}
	return flow.ConnectionState(c, b.Now(ctx, c.Session)), nil
}

// Connections returns a page of connections as they are now, oldest first. The filter's Now is set here.
func (b *Bank) Connections(ctx context.Context, filter ConnectionFilter) ([]ConnectionState, error) {
	filter.Now = b.Now(ctx, filter.Session)
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
		states = append(states, flow.ConnectionState(c, filter.Now))
	}
	return states, nil
}

// DeleteConnection removes a connection and its history, or refuses with [CodeNotFound].
func (b *Bank) DeleteConnection(ctx context.Context, id string) error {
	return b.change(ctx, func(tx Tx) error {
		return missing(tx.DeleteConnection(id), connectionNoun, id)
	})
}

// UpdateConnection imports again, as the scenario of the connection's name says now, else as its
// frozen flow does. It refuses with [CodeNotFound] and [CodeImportRunning].
func (b *Bank) UpdateConnection(ctx context.Context, id string, within ...Within[ConnectionState]) (ConnectionState, error) {
	rs := b.rules.Load()
	for range maxTries {
		_, frozen, err := b.connection(ctx, id)
		if err != nil {
			return ConnectionState{}, err
		}
		state, err := b.update(ctx, id, rs, frozen, within)
		if !errors.Is(err, errFlowChanged) {
			return state, err
		}
	}
	return ConnectionState{}, tooMuch()
}

// errFlowChanged says that an update with newer rules won the race: the connection's flow must be
// read again, which cannot be done within a transaction.
var errFlowChanged = errors.New("the connection has another flow now")

func (b *Bank) update(ctx context.Context, id string, rs *RuleSet, frozen *Flow, within []Within[ConnectionState]) (ConnectionState, error) {
	var state ConnectionState
	err := b.change(ctx, func(tx Tx) error {
		c, err := tx.Connection(id)
		if err != nil {
			return missing(err, connectionNoun, id)
		}
		if c.FlowHash != frozen.hash {
			return errFlowChanged
		}
		now := later(b.Now(ctx, c.Session), c.UpdatedAt)
		if before := frozen.ConnectionState(c, now); !before.Status.Ended() {
			return &Error{Code: CodeImportRunning, Message: "the connection's import is still running", Related: id}
		}
		state, err = b.restart(tx, rs, frozen, c, now)
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
func (b *Bank) restart(tx Tx, rs *RuleSet, frozen *Flow, c Connection, now time.Time) (ConnectionState, error) {
	// The last steps of the run before belong to the history, even where its job was late.
	last := frozen.writeDue(&c, now)
	flow := frozen
	if scenario, ok := rs.Scenario(c.Scenario); ok && scenario.Flow.CheckCaptures(c.Captures) == nil {
		flow, c.FlowHash, c.Rules = scenario.Flow, scenario.Flow.hash, rs.ID()
	}
	c.begin(flow, c.Run+1, flow.updateCase(&c, now), now)
	first := flow.writeDue(&c, now)
	if err := tx.SaveConnection(c, true, flow); err != nil {
		return ConnectionState{}, err
	}
	c.Version++
	if err := tx.AppendHistory(append(last, first...)...); err != nil {
		return ConnectionState{}, err
	}
	return flow.ConnectionState(c, now), nil
}

// updateCase returns the index of the first case that fits an update now, -1 for the import.
func (f *Flow) updateCase(c *Connection, now time.Time) int {
	age := now.Sub(c.AuthenticatedAt)
	for i := range f.Update {
		limit, err := f.Update[i].OlderThan.Value(c.Captures, draw{c.Seed, [3]int{-2, c.Run, i}})
		if err == nil && (f.Update[i].OlderThan.IsZero() || age > limit) {
			return i
		}
	}
	return -1
}

// connection reads a connection and its flow.
func (b *Bank) connection(ctx context.Context, id string) (Connection, *Flow, error) {
	c, err := b.store.Connection(ctx, id)
	if err != nil {
		return Connection{}, nil, missing(err, connectionNoun, id)
	}
	flow, err := b.flow(ctx, c.FlowHash)
	return c, flow, err
}
