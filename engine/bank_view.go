package engine

import (
	"context"
	"time"
)

// Due is what time will change next if nobody sends an input.
type Due struct {
	At time.Time
	// What is the cause in the scenario language's words, such as "after: 2s", or the progress of an import.
	What string
	// Status that it leads to.
	Status string
}

// ProcessView is a process seen from inside the bank: with the flow that it plays, and what time does next.
type ProcessView struct {
	ProcessState
	Flow *Flow
	// Now is the session's time of the view.
	Now time.Time
	// Next is nil where only an input changes the process.
	Next *Due
}

// ConnectionView is a connection seen from inside the bank.
type ConnectionView struct {
	ConnectionState
	Flow *Flow
	Now  time.Time
	// Moments are the states of this run in order, each with the time at which it begins: those that are past,
	// and those to come if nobody sends an input.
	Moments []ImportState
	// Straight says that the progress grows from each moment to the next.
	Straight bool
	Next     *Due
	History  []ImportStep
}

// ViewProcess returns a process as it is now, without counting as a poll. It refuses with [CodeNotFound].
func (b *Bank) ViewProcess(ctx context.Context, id string) (ProcessView, error) {
	p, flow, session, err := b.process(ctx, id)
	if err != nil {
		return ProcessView{}, err
	}
	now := b.at(session.Clock)
	p, _ = flow.Resolve(p, now)
	return ProcessView{ProcessState: flow.State(p, now), Flow: flow, Now: now, Next: flow.due(&p)}, nil
}

// due returns what time does next to a process that was resolved to now, nil where it does nothing. A change
// that nobody can see, such as the end of a step that has ended, counts too.
func (f *Flow) due(p *Process) *Due {
	move, found := f.nextDue(p)
	if !found {
		return nil
	}
	from, to := &f.Steps[p.Step], &f.Steps[move.To]
	due := &Due{At: move.At, Status: string(to.Status), What: "expires_after: " + from.ExpiresAfter.String()}
	switch {
	case move.Event == EventAwait:
		due.What = string(EventAwait)
	case move.Transition >= 0:
		due.What = from.Next[move.Transition].Event.String()
	}
	return due
}

// ViewConnection returns a connection as it is now. It refuses with [CodeNotFound].
func (b *Bank) ViewConnection(ctx context.Context, id string) (ConnectionView, error) {
	state, err := b.PeekConnection(ctx, id)
	if err != nil {
		return ConnectionView{}, err
	}
	flow, err := b.flow(ctx, state.FlowHash)
	if err != nil {
		return ConnectionView{}, err
	}
	now, err := b.Now(ctx, state.Session)
	if err != nil {
		return ConnectionView{}, err
	}
	var process *Process
	if p, err := b.store.Process(ctx, state.ProcessID); err == nil {
		process = &p
	}
	history, err := b.store.History(ctx, id)
	if err != nil {
		return ConnectionView{}, err
	}
	r := flow.run(&state.Connection, process)
	view := ConnectionView{
		ConnectionState: state, Flow: flow, Now: now, Moments: r.steps(), Straight: r.timeline.Straight(), History: history,
	}
	view.Next = nextMoment(view.Moments, now)
	return view, nil
}

// nextMoment returns the first of the moments that is to come, nil where none is.
func nextMoment(moments []ImportState, now time.Time) *Due {
	for i := range moments {
		if moments[i].ChangedAt.After(now) {
			return &Due{At: moments[i].ChangedAt, What: Percent{Number: moments[i].Progress}.String() + " %",
				Status: string(moments[i].Status)}
		}
	}
	return nil
}
