package engine

import (
	"context"
	"errors"
	"slices"
)

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
		if !errors.Is(err, errFlowChanged) {
			return state, err
		}
	}
	return ConnectionState{}, tooMuch()
}

// errFlowChanged says that an update with newer rules won the race: the connection's flow must be
// read again, which cannot be done within a transaction.
var errFlowChanged = errors.New("the connection has another flow now")

func (b *Bank) update(ctx context.Context, id string, session Session, rs *RuleSet, frozen *Flow,
	within []Within[ConnectionState]) (ConnectionState, error) {
	var state ConnectionState
	var found, before Connection
	var p *Process
	rs, err := b.own.rulesFor(rs, &session)
	if err != nil {
		return ConnectionState{}, err
	}
	now := b.at(session.Clock)
	err = b.run(ctx, rs, now, operation{
		session: &session, request: requestOf(ctx),
		decide: func(c *change) (*ResponseShape, error) {
			return c.decideFaults(ctx, c.inquireConnection(ctx, &found, p))
		},
		load: func(c *change) (err error) {
			if found, err = c.tx.Connection(id); err != nil {
				return missing(err, connectionNoun, id)
			}
			if found.FlowHash != frozen.hash {
				return errFlowChanged
			}
			c.now, before = later(c.now, found.UpdatedAt), found
			p, err = frozen.awaited(c.tx, &found)
			return err
		},
		apply: func(c *change) (err error) {
			if found.Queued != nil {
				if _, over := frozen.queuedEnd(&found, p, c.now); over {
					return errFlowChanged // the update that waited has begun meanwhile
				}
			}
			before = found.Copy()
			found.Generation = session.Clock.Generation
			state, err = c.update(c.inquireConnection(ctx, &found, p), frozen, found, p)
			return err
		},
		compose: func(c *change) error {
			if c.refused() {
				state = frozen.ConnectionState(before, p, c.now)
				state.Shape = c.answer
				return nil
			}
			state.Shape = c.answer
			return runWithin(c.tx, state, within)
		},
	})
	if err != nil {
		return ConnectionState{}, err
	}
	return state, nil
}

// update begins the connection's next run, or lets it wait, as its scenario says; or refuses with [CodeImportRunning].
func (c *change) update(q *inquiry, frozen *Flow, record Connection, p *Process) (ConnectionState, error) {
	flow := c.updates(frozen, &record)
	if !frozen.ConnectionState(record, p, c.now).Status.Ended() {
		switch {
		case flow.WhileRunning == RestartImport:
		case flow.WhileRunning != QueueUpdate:
			return ConnectionState{}, importRunning(&record, "the connection's import is still running")
		case record.Queued != nil:
			return ConnectionState{}, importRunning(&record,
				"the connection's import is still running, and an update waits for its end already")
		case !frozen.mayEnd(&record, p, c.now):
			return ConnectionState{}, importRunning(&record, "the connection's import is still running, and never ends")
		default:
			return c.queue(q, frozen, flow, record, p)
		}
	}
	return c.restart(q, frozen, flow, record, p)
}

func importRunning(c *Connection, message string) error {
	return &Error{Code: CodeImportRunning, Message: message, Related: c.ID}
}

// restart begins the connection's next run.
func (c *change) restart(q *inquiry, frozen, flow *Flow, record Connection, p *Process) (ConnectionState, error) {
	// The last steps of the run before belong to the history, even where its job was late.
	steps := frozen.writeDue(&record, p, c.now)
	record.AuthenticatedAt = lastAuthenticated(&record, p, c.now)
	played, err := flow.updateCase(q, &record)
	if err != nil {
		return ConnectionState{}, err
	}
	written, p, err := c.begin(frozen, flow, &record, QueuedUpdate{Case: played, FlowHash: flow.hash, Rules: c.rulesOf(&record)}, steps)
	if err != nil {
		return ConnectionState{}, err
	}
	written.run = q.run
	if played >= 0 {
		written.respond = flow.Update[played].Respond
	}
	return flow.ConnectionState(record, p, c.now), nil
}

// begin begins an update that was decided as the connection's next run, by the flow that it was decided for. The steps
// are those of the run before that the history lacks.
func (c *change) begin(frozen, flow *Flow, record *Connection, decided QueuedUpdate,
	steps []ImportStep) (*changedConnection, *Process, error) {
	record.FlowHash, record.Rules, record.Queued = decided.FlowHash, decided.Rules, nil
	record.begin(record.Run+1, decided.Case, c.now)
	mark := len(c.written)
	p, err := c.rebound(frozen, flow, record)
	if err != nil {
		return nil, nil, err
	}
	flow.connectionOutlook(record, p)
	steps = append(steps, flow.writeDue(record, p, c.now)...)
	written := &changedConnection{flow: flow, record: record, restarts: true, began: true, steps: steps}
	// What the process came to meanwhile is told before its import's end, and it refers to the connection's flow.
	c.written = slices.Insert(c.written, min(mark+1, len(c.written)), changed(written))
	return written, p, nil
}

// rulesOf names the rule set by which an update of the connection is played.
func (c *change) rulesOf(record *Connection) string {
	if _, known := c.rs.Scenario(record.Scenario); known {
		return c.rs.ID()
	}
	return record.Rules
}

// updates returns the flow that an update of the connection follows: that of its scenario as it is now, else the
// frozen one.
func (c *change) updates(frozen *Flow, record *Connection) *Flow {
	if scenario, ok := c.rs.Scenario(record.Scenario); ok && scenario.Flow.CheckCaptures(record.Captures) == nil {
		return scenario.Flow
	}
	return frozen
}

// rebound lets the connection's process follow the new run, by the run's flow, and returns it; nil where
// the flow never awaits the user.
func (c *change) rebound(frozen, f *Flow, record *Connection) (*Process, error) {
	if !f.awaits {
		return nil, c.releaseProcess(frozen, record.ProcessID)
	}
	p, err := c.tx.Process(record.ProcessID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // aged out
	}
	if err != nil {
		return nil, err
	}
	p = c.sees(frozen, p)
	p.FlowHash = f.hash
	c.authenticatedAgain(f, &p, frozen.Steps[p.Step].Status, later(c.now, p.UpdatedAt))
	f.awaitRun(&p, record)
	c.process(&changedProcess{flow: f, record: &p})
	return &p, nil
}
