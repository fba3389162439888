package engine

import "time"

// Move is a step taken by a process, for whoever follows what happens.
type Move struct {
	From, To int
	At       time.Time
	// Event is the kind of transition, "" for the expiry of a step, and [EventAwait].
	Event EventKind
	// Transition is the index in the step's Next, -1 where no transition of the step led out of it.
	Transition int
}

// EventAwait is the kind of [Move] that opens a process for its import. It is no event that a
// scenario's transition can name.
const EventAwait EventKind = "await"

// counts reports whether the step that the move enters counts it: time enters without counting, and so
// does a read.
func (m *Move) counts() bool { return m.Transition >= 0 && m.Event.Spec().Counts() }

// OfScenario reports whether the scenario itself says that the step is left so, which tests are to
// exercise. An import that opens its process again is no way out that is written at the step.
func (m *Move) OfScenario() bool { return m.Event != EventAwait }

// Expires reports whether the move is the end of a step by `expires_after`.
func (m *Move) Expires() bool { return m.OfScenario() && m.Transition < 0 }

// Describe returns what led out of the step, in the scenario language's words.
func (m *Move) Describe(f *Flow) string {
	from := &f.Steps[m.From]
	switch {
	case !m.OfScenario():
		return string(m.Event)
	case m.Transition < 0:
		return from.expiry()
	default:
		return from.Next[m.Transition].Event.String()
	}
}

// expiry describes the end of a step by `expires_after`.
func (s *Step) expiry() string { return "expires_after: " + s.ExpiresAfter.String() }
