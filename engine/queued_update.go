package engine

import (
	"context"
	"errors"
	"time"
)

// QueuedUpdate is an update of a connection that was decided when it was asked for, and begins as the run ends.
type QueuedUpdate struct {
	// Case is the index of the update's case in the flow, -1 for its import.
	Case     int    `json:"case"`
	FlowHash string `json:"flow"`
	Rules    string `json:"rules"`
	// AskedAt is when the update was asked for, by the session's clock.
	AskedAt time.Time `json:"asked_at"`
}

// queue keeps an update that begins as the run that is under way ends.
func (c *change) queue(q *inquiry, frozen, flow *Flow, record Connection, p *Process) (ConnectionState, error) {
	played, err := flow.updateCase(q, &record)
	if err != nil {
		return ConnectionState{}, err
	}
	record.Queued = &QueuedUpdate{Case: played, FlowHash: flow.hash, Rules: c.rulesOf(&record), AskedAt: c.now}
	if frozen.awaits || flow.awaits {
		if p, err = c.bindQueued(frozen, &record); err != nil {
			return ConnectionState{}, err
		}
	}
	steps := frozen.writeDue(&record, p, c.now)
	written := &changedConnection{flow: frozen, record: &record, queued: flow, steps: steps, run: q.run}
	if played >= 0 {
		written.respond = flow.Update[played].Respond
	}
	c.connection(written)
	return frozen.ConnectionState(record, p, c.now), nil
}

// bindQueued notes in the connection's process that an update waits, whose import may open it again.
func (c *change) bindQueued(frozen *Flow, record *Connection) (*Process, error) {
	p, err := c.tx.Process(record.ProcessID)
	if errors.Is(err, ErrNotFound) || err == nil && p.FlowHash != frozen.hash {
		return nil, nil // aged out, or another connection's
	}
	if err != nil {
		return nil, err
	}
	p, moves := frozen.Resolve(p, c.now)
	if p.Await == nil {
		p.Await = &Await{Started: record.StartedAt, Run: record.Run, Case: record.Case}
	}
	p.Await.Queued = true
	c.process(&changedProcess{flow: frozen, record: &p, moves: moves})
	return &p, nil
}

// mayEnd reports whether the run that is under way ends, be it by time or as its user decides.
func (f *Flow) mayEnd(c *Connection, p *Process, now time.Time) bool {
	r := f.run(c, p)
	for _, state := range r.steps() {
		if state.Status.Ended() && state.ChangedAt.After(now) {
			return true
		}
	}
	return r.awaiting != nil
}

// queuedEnd returns when the run that an update waits for ended, and false where it has not by now.
func (f *Flow) queuedEnd(c *Connection, p *Process, now time.Time) (time.Time, bool) {
	r := f.run(c, p)
	end := r.endAfter(c.Queued.AskedAt)
	return end.ChangedAt, end.Status.Ended() && !end.ChangedAt.After(now)
}

// endAfter returns the first end of the run after a moment; the zero state where there is none.
func (r *run) endAfter(moment time.Time) ImportState {
	for _, state := range r.steps() {
		if state.Status.Ended() && state.ChangedAt.After(moment) {
			return state
		}
	}
	return ImportState{}
}

// beginQueued begins the update that waits for the run, at the exact end of that, where it is over. It reports whether
// the connection has to be read anew.
func (im Imports) beginQueued(ctx context.Context, found *Connection, frozen *Flow, session *Session) (bool, error) {
	now := im.bank.at(session.Clock)
	process, err := im.awaited(ctx, frozen, found)
	if err != nil {
		return false, err
	}
	if _, over := frozen.queuedEnd(found, process, now); !over {
		return false, nil
	}
	flow, err := im.bank.flow(ctx, found.Queued.FlowHash)
	if err != nil {
		return false, err
	}
	var record Connection
	var p *Process
	return true, im.bank.run(ctx, im.bank.rules.Load(), now, operation{
		session: session,
		load: func(c *change) (err error) {
			if record, err = c.tx.Connection(found.ID); err != nil {
				record = Connection{}
				return ignoreMissing(err)
			}
			if record.FlowHash != frozen.hash || record.Queued == nil || record.Queued.FlowHash != flow.hash {
				record = Connection{} // another request, or node, has begun it
				return nil
			}
			p, err = frozen.awaited(c.tx, &record)
			return err
		},
		apply: func(c *change) error {
			if record.ID == "" {
				return nil
			}
			at, over := frozen.queuedEnd(&record, p, c.now)
			if !over {
				return nil
			}
			c.now = at
			record.Generation = session.Clock.Generation
			steps := frozen.writeUntil(&record, p, at)
			record.AuthenticatedAt = lastAuthenticated(&record, p, at)
			_, _, err := c.begin(frozen, flow, &record, *record.Queued, steps)
			return err
		},
		compose: func(*change) error { return nil },
	})
}

func ptr[T any](value T) *T { return &value }
