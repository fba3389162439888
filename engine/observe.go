package engine

import (
	"context"
	"time"
)

// Observation is what a call of a [Bank] did with a record, for whoever follows it: a journal, a coverage. It is
// read, and not changed.
type Observation struct {
	// Process is the process as the call left it, or read it; nil where it tells of a connection.
	Process *Process
	// Connection is the connection as the call left it, or read it; nil where it tells of a process. Both are nil
	// where the bank did not carry a request out.
	Connection *Connection
	// Flow is what the process or the connection follows.
	Flow *Flow
	// Moves are the process's, since its record was written last: a read that stores nothing tells
	// those that time took each time again.
	Moves []Move
	// Started says that the call began the process, or a run of the connection's import.
	Started bool
	// At is the session's time at which the bank did it.
	At time.Time
}

// Observer is told of each record that a call read for a client, or wrote, after its change was committed and before it is
// answered. The context is that of the call. Calls come at the same time from many goroutines, and
// wait for it.
type Observer func(ctx context.Context, o Observation)

type sweptKey struct{}

// Swept reports whether a call of an [Observer] is about a record that was brought forward among others of its session,
// because its clock was turned: it is not what the context's request is about.
func Swept(ctx context.Context) bool { return ctx.Value(sweptKey{}) != nil }

// audience are those who follow a bank; each may be nil, which is nobody.
type audience struct {
	observer    Observer
	importEnded func(ImportStatus)
}

// sees tells of a process that was read.
func (a *audience) sees(ctx context.Context, now time.Time, p Process, flow *Flow, moves []Move) {
	if a.observer == nil {
		return
	}
	observed := p // p itself would else be allocated for nobody
	a.observer(ctx, Observation{Process: &observed, Flow: flow, Moves: moves, At: now})
}

// seesConnection tells of a connection that was read.
func (a *audience) seesConnection(ctx context.Context, now time.Time, c Connection, flow *Flow) {
	if a.observer == nil {
		return
	}
	observed := c
	a.observer(ctx, Observation{Connection: &observed, Flow: flow, At: now})
}

// follows tells of a change that is committed: of each record that it wrote, and of each import that it ended. The
// scenario that a login came to counts it.
func (a *audience) follows(ctx context.Context, c *change) {
	if c.refused() {
		if a.observer != nil {
			a.observer(ctx, Observation{At: c.now})
		}
		return
	}
	for _, record := range c.written {
		seen := record.observation()
		if seen.Started && seen.Process != nil {
			c.rs.hit(seen.Process.Scenario)
		}
		if a.observer != nil && (seen.Process != nil || seen.Connection != nil) {
			seen.At = c.now
			a.observer(ctx, seen)
		}
		if imported, ok := record.(*changedConnection); ok && a.importEnded != nil {
			imported.reportEnds(a.importEnded)
		}
	}
}

// observation is of a process, which began where it is new, or where its scenario was chosen now.
func (p *changedProcess) observation() Observation {
	return Observation{Process: p.record, Flow: p.flow, Moves: p.moves, Started: p.made || p.rebound}
}

func (p seenProcess) observation() Observation {
	return Observation{Process: p.record, Flow: p.flow, Moves: p.moves}
}

func (w *changedConnection) observation() Observation {
	return Observation{Connection: w.record, Flow: w.flow, Started: w.made || w.began}
}

func (deletedConnection) observation() Observation { return Observation{} }

// reportEnds reports the ends of the import that are among the steps that were written.
func (w *changedConnection) reportEnds(ended func(ImportStatus)) {
	for i := range w.steps {
		if w.steps[i].Ends {
			ended(w.steps[i].Status)
		}
	}
}
