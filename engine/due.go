package engine

import (
	"context"
	"slices"
	"time"
)

// DueEvent is something that time brings in a session.
type DueEvent struct {
	Kind DueKind
	// At is when, by the session's clock.
	At time.Time
	// ProcessID and ConnectionID are those that it happens to, "" for none.
	ProcessID, ConnectionID string
	// Status is the one that follows, "" where none does, and Progress that of an import.
	Status   string
	Progress int
	// Delivery is the identifier of a delivery that a fault has kept back until then.
	Delivery string
	// Name is that of the webhook, or of the session's fault, "" for none.
	Name string
}

// DueKind says what time brings.
type DueKind string

// The kinds of what time brings.
const (
	// DueTransition: a process goes to another step.
	DueTransition DueKind = "transition"
	// DueExpiry: a process's step expires.
	DueExpiry DueKind = "expiry"
	// DueImportPoint: an import comes to a point of its timeline, and goes on.
	DueImportPoint DueKind = "import_point"
	// DueImportEnd: an import ends.
	DueImportEnd DueKind = "import_end"
	// DueQueuedUpdate: an update that waited for a run to end begins.
	DueQueuedUpdate DueKind = "queued_update"
	// DueWebhook: a delivery that was kept back is sent.
	DueWebhook DueKind = "webhook"
	// DueFaultEnd: a fault of the session ends.
	DueFaultEnd DueKind = "fault_end"
)

// DueKinds lists what time can bring.
func DueKinds() []DueKind {
	return []DueKind{DueTransition, DueExpiry, DueImportPoint, DueImportEnd, DueQueuedUpdate, DueWebhook, DueFaultEnd}
}

// maxDue bounds how many records of a kind [Clocks.NextDue] tells of.
const maxDue = 100

// Coming are the records of a session to which time does something next: all of them at the time At, which is zero
// where there are none.
type Coming struct {
	At          time.Time
	Processes   []Process
	Connections []Connection
	Deliveries  []Delivery
}

// NextDue returns what time brings next in a session, all at the same moment; nothing where nothing is due. It
// brings the session's processes up to now first.
func (cs Clocks) NextDue(ctx context.Context, session string) ([]DueEvent, error) {
	s, err := cs.bank.session(ctx, session)
	if err != nil {
		return nil, err
	}
	now := cs.bank.at(s.Clock)
	if err := cs.settle(ctx, session, now); err != nil {
		return nil, err
	}
	coming, err := cs.bank.store.Coming(ctx, session, now, maxDue)
	if err != nil {
		return nil, err
	}
	all, err := cs.describeComing(ctx, &coming)
	if err != nil {
		return nil, err
	}
	ends, err := s.faultEnds(now)
	return earliest(append(all, ends...)), err
}

// settle writes what time has made of the session's processes and imports by now: from then on their records
// say when it moves them next.
func (cs Clocks) settle(ctx context.Context, session string, now time.Time) error {
	for range maxChangePortions {
		moved, err := cs.bank.store.DueProcesses(ctx, session, now, sweepPortion)
		if err != nil {
			return err
		}
		err = together(cs.bank.atOnce, len(moved), func(i int) error { return cs.settleProcess(ctx, &moved[i], now) })
		if err != nil {
			return err
		}
		if len(moved) < sweepPortion {
			break
		}
	}
	_, _, err := cs.writeDue(ctx, session, now, maxChangePortions)
	return err
}

// settleProcess writes the moves that time has made of a process. One that others change meanwhile is theirs.
func (cs Clocks) settleProcess(ctx context.Context, found *Process, now time.Time) error {
	flow, err := cs.bank.flow(ctx, found.FlowHash)
	if err != nil {
		return err
	}
	var moved *changedProcess
	return cs.bank.run(ctx, cs.bank.rules.Load(), now, operation{
		load: func(c *change) error {
			moved = nil
			p, err := c.tx.Process(found.ID)
			if err != nil || p.FlowHash != found.FlowHash {
				return ignoreMissing(err)
			}
			next, moves := flow.Resolve(p, now)
			moved = &changedProcess{flow: flow, record: &next, moves: moves}
			return nil
		},
		apply: func(c *change) error {
			if moved != nil {
				c.process(moved)
			}
			return nil
		},
		compose: func(*change) error { return nil },
	})
}

// describeComing says what happens to the records.
func (cs Clocks) describeComing(ctx context.Context, coming *Coming) (all []DueEvent, err error) {
	for i := range coming.Processes {
		p := &coming.Processes[i]
		flow, err := cs.bank.flow(ctx, p.FlowHash)
		if err != nil {
			return nil, err
		}
		all = append(all, flow.dueOf(p, coming.At)...)
	}
	for i := range coming.Connections {
		c := &coming.Connections[i]
		flow, err := cs.bank.flow(ctx, c.FlowHash)
		if err != nil {
			return nil, err
		}
		p, err := cs.bank.Imports().awaited(ctx, flow, c)
		if err != nil {
			return nil, err
		}
		all = append(all, flow.stepsAt(c, p, coming.At)...)
	}
	for i := range coming.Deliveries {
		d := &coming.Deliveries[i]
		all = append(all, DueEvent{Kind: DueWebhook, At: coming.At, ProcessID: d.Stream, Delivery: d.ID, Name: d.Webhook})
	}
	return all, nil
}

// dueOf says which moves time makes of a process at a moment, one at once after the other.
func (f *Flow) dueOf(p *Process, at time.Time) (all []DueEvent) {
	_, moves := f.Resolve(*p, at)
	for _, move := range moves {
		kind := DueTransition
		if move.Expires() {
			kind = DueExpiry
		}
		all = append(all, DueEvent{Kind: kind, At: at, ProcessID: p.ID, ConnectionID: p.ConnectionID,
			Status: string(f.Steps[move.To].Status)})
	}
	return all
}

// stepsAt says which steps a connection's run makes at a moment.
func (f *Flow) stepsAt(c *Connection, p *Process, at time.Time) (all []DueEvent) {
	r := f.run(c, p)
	for _, state := range r.steps() {
		if !state.ChangedAt.Equal(at) {
			continue
		}
		kind := DueImportPoint
		if r.ends(state) {
			kind = DueImportEnd
		}
		all = append(all, DueEvent{
			Kind: kind, At: at, ProcessID: c.ProcessID, ConnectionID: c.ID, Status: string(state.Status), Progress: state.Progress,
		})
		if c.Queued != nil && r.endAfter(c.Queued.AskedAt).ChangedAt.Equal(at) && state.Status.Ended() {
			return append(all, DueEvent{
				Kind: DueQueuedUpdate, At: at, ProcessID: c.ProcessID, ConnectionID: c.ID, Status: string(InProgress),
			})
		}
	}
	return all
}

// nextStep returns when the first of the run's steps that are not written yet is due, nil where none is to come.
func (r *run) nextStep(written int) *time.Time {
	steps := r.steps()
	if written >= len(steps) {
		return nil
	}
	at := steps[written].ChangedAt
	return &at
}

// nextMove returns when time next moves the process as its record says, nil where it does not.
func (f *Flow) nextMove(p *Process) *time.Time {
	move, found := f.nextDue(p)
	if !found {
		return nil
	}
	return &move.At
}

// earliest returns those of the entries that are due first.
func earliest(all []DueEvent) []DueEvent {
	if len(all) == 0 {
		return nil
	}
	first := slices.MinFunc(all, func(a, b DueEvent) int { return a.At.Compare(b.At) }).At
	return slices.DeleteFunc(all, func(d DueEvent) bool { return !d.At.Equal(first) })
}
