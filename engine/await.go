package engine

import (
	"slices"
	"time"
)

// Await ties a process to the import that holds for its user: at a point with `await` the process
// opens again, and the import goes on once the user has authenticated. It is part of the process,
// so that inputs race for one record only.
type Await struct {
	// Started, Run and Case are those of the connection's run.
	Started time.Time `json:"started"`
	Run     int       `json:"run"`
	Case    int       `json:"case"`
	// Queued says that an update waits for the run to end.
	Queued bool `json:"queued,omitempty"`
	// Open says that the process waits for the user on behalf of the import.
	Open bool `json:"open,omitempty"`
	// Resumed holds, for each await point that is passed, when the user had authenticated.
	Resumed []time.Time `json:"resumed,omitempty"`
	// FailedAt is when the user failed to, in the step FailedStep; this ended the import.
	FailedAt   *time.Time `json:"failed_at,omitempty"`
	FailedStep int        `json:"failed_step,omitempty"`
}

// awaitRun lets the process follow the connection's new run, if its timeline awaits the user.
func (f *Flow) awaitRun(p *Process, c *Connection) {
	p.Await = nil
	if f.awaits {
		p.Await = &Await{Started: c.StartedAt, Run: c.Run, Case: c.Case}
	}
}

// nextAwait returns when the import opens the process again, if its user goes on as the process's
// record says, and in which step.
func (f *Flow) nextAwait(p *Process) (at time.Time, step int, ok bool) {
	if p.Await == nil || p.Await.Open || p.Await.FailedAt != nil || f.Steps[p.Step].Status != Authenticated {
		return time.Time{}, 0, false
	}
	r := run{
		timeline: f.timeline(p.Await.Case), started: p.Await.Started, captures: p.Captures,
		seed: p.Seed, number: p.Await.Run, await: p.Await,
	}
	states := r.points()
	if r.awaiting == nil {
		return time.Time{}, 0, false
	}
	return later(states[len(states)-1].ChangedAt, p.EnteredAt), *r.awaiting, true
}

// move enters a step and keeps account of what the import waits for.
func (f *Flow) move(p *Process, move Move) {
	p.enter(move.To, move.At)
	if p.Await == nil || move.Event != EventAwait && !p.Await.Open {
		return
	}
	await := *p.Await
	await.Resumed = slices.Clone(await.Resumed)
	switch status := f.Steps[move.To].Status; {
	case status == Authenticated:
		await.Open, await.Resumed = false, append(await.Resumed, move.At)
	case status == AuthenticationFailed:
		at := move.At
		await.Open, await.FailedAt, await.FailedStep = false, &at, move.To
	default:
		await.Open = true
	}
	p.Await = &await
}

// foresee returns what becomes of a process if nobody sends an input.
func (f *Flow) foresee(p Process) Process {
	for {
		move, ok := f.nextDue(&p)
		if !ok {
			return p
		}
		f.move(&p, move)
	}
}

// lastAuthenticated is when the user last authenticated for the connection, by now.
func lastAuthenticated(c *Connection, p *Process, now time.Time) time.Time {
	last := c.AuthenticatedAt
	if p == nil || p.Await == nil {
		return last
	}
	for _, at := range p.Await.Resumed {
		if !at.After(now) {
			last = later(last, at)
		}
	}
	return last
}
