package engine

import (
	"context"
	"time"
)

// Observation is what one call of a [Bank] did, for whoever follows it: a journal, a coverage.
type Observation struct {
	// Process is the process as the call left it, or read it; nil where the call was about a
	// connection alone.
	Process *Process
	// Connection is the connection as the call left it, or read it; nil where the call was about a
	// process alone.
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

// Observer is told of each call that succeeded, after its change was committed and before it is
// answered. The context is that of the call. Calls come at the same time from many goroutines, and
// wait for it.
type Observer func(ctx context.Context, o Observation)

func (b *Bank) observeProcess(ctx context.Context, now time.Time, p Process, flow *Flow, moves []Move, started bool) {
	if b.observer == nil {
		return
	}
	observed := p // p itself would else be allocated for nobody
	b.observer(ctx, Observation{Process: &observed, Flow: flow, Moves: moves, Started: started, At: now})
}

// observeConnection tells of a connection, and of the process that it was made from just now.
func (b *Bank) observeConnection(ctx context.Context, now time.Time, p *Process, c Connection, moves []Move, started bool) {
	if b.observer == nil {
		return
	}
	flow, err := b.flow(ctx, c.FlowHash)
	if err != nil {
		flow = nil // it was there a moment ago; the call itself succeeded
	}
	observed := c
	o := Observation{Connection: &observed, Flow: flow, Moves: moves, Started: started, At: now}
	if p != nil {
		process := *p
		o.Process = &process
	}
	b.observer(ctx, o)
}

// observeEnds tells of the imports that a change ended, once it is committed.
func (b *Bank) observeEnds(written []changed) {
	if b.importEnded == nil {
		return
	}
	for _, record := range written {
		c, ok := record.(*changedConnection)
		if !ok {
			continue
		}
		for i := range c.steps {
			if c.steps[i].Ends {
				b.importEnded(c.steps[i].Status)
			}
		}
	}
}
