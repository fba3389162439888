package engine

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// EventKind is the kind of a transition's event, in the scenario language's words.
type EventKind string

// Event is what takes a process from one step to the next.
type Event struct {
	Kind EventKind `json:"kind"`
	// After is the time in the step, for `after`.
	After Duration `json:"after,omitzero"`
	// Value is what an input must be, for the kinds that an input answers, and the word of those that
	// have one.
	Value Matcher `json:"value,omitzero"`
	// Fields, where not nil, are what the fields of an answer must be, in place of Value.
	Fields map[string]Matcher `json:"fields,omitempty"`
	// Polls is the number of reads in the step, for `polls`.
	Polls int `json:"polls,omitempty"`

	spec *EventSpec
}

// Input is what a client, the phone or the bank's page sends to a process.
type Input struct {
	Kind  EventKind
	Value string
	// Fields, where not nil, are the answers to a challenge's fields, in place of Value.
	Fields map[string]string
}

// EventSpec is all that the house knows of a kind of event. Each kind has a file of its own,
// event_KIND.go, which declares it; whoever deals with events asks the kind's EventSpec.
type EventSpec struct {
	Kind  EventKind
	Cause EventCause
	// Door is where inputs of the kind come in; nil where none does.
	Door *Door
	// Else is the kind that a decision made for somebody (by the admin API, by a test) tries next where
	// the step takes none of this one.
	Else EventKind
	// Problem says, in a tester's words, why an event cannot be as it is written, and what to write; ""
	// where it can. Nil: it always can.
	Problem func(e *Event) (problem, hint string)
	// NeverFires says why, in a step like this, the event cannot happen, "" where it can. Nil: it can.
	NeverFires func(step *Step, e *Event) string

	// value describes what the event waits for, as a scenario writes it behind the key.
	value func(e *Event) string
	// due is the time in the step after which the event happens, for [ByTime].
	due func(e *Event) Duration
	// reached reports whether this many of what the event counts are enough, for [ByReads].
	reached func(e *Event, count int) bool
	// read returns what an input says, where that depends on what the step shows. Nil: its value.
	read func(f *Flow, p *Process, in Input, now time.Time) string
	// offered reports whether the step offers what an input says, so that the event may take it. Nil: it does.
	offered func(step *Step, e *Event, in Input) bool
	// choices are the values that a step offers, of which an input must be one. Nil: it offers none.
	choices func(step *Step) []string
	// covers reports whether whatever is b is a too; both are of the kind. Nil: that cannot be told.
	covers func(a, b *Event) bool
}

// EventCause is what brings an event about.
type EventCause int

// The causes of events.
const (
	// ByInput: somebody sends something, which the event's Value must match.
	ByInput EventCause = iota
	// ByWrongAnswers: an input was the last wrong answer that the step takes.
	ByWrongAnswers
	// ByTime: the event is due after a time in the step, by itself.
	ByTime
	// ByReads: clients have read the process so many times in the step.
	ByReads
	// ByConnection: a connection was made from the process.
	ByConnection
	// ByLogin: the process's user logs in again at the bank.
	ByLogin
)

// Door is where an input comes in: a member of a request to the bank's API, or a decision of the user
// on one of the bank's own pages.
type Door struct {
	// Endpoint takes the request, and Field is the member of its body; "" for a decision.
	Endpoint Endpoint
	Field    string
	// Page says that a decision is made on the page that the browser was sent to, not on the phone.
	Page bool
}

// eventTable holds every kind of event, filled by the files that declare them.
var eventTable = map[EventKind]*EventSpec{}

// declareEvent adds a kind to the table.
func declareEvent(spec EventSpec) *EventSpec {
	if _, twice := eventTable[spec.Kind]; twice {
		panic("two files declare the event " + string(spec.Kind))
	}
	eventTable[spec.Kind] = &spec
	return &spec
}

// EventKinds lists every kind of event, in the alphabet's order.
func EventKinds() []EventKind {
	kinds := make([]EventKind, 0, len(eventTable))
	for kind := range eventTable {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b EventKind) int { return cmp.Compare(a, b) })
	return kinds
}

// Spec returns what is known of the kind, nil where it is none.
func (k EventKind) Spec() *EventSpec { return eventTable[k] }

// noEvent is what is known of an event that could not be read: nothing brings it about.
var noEvent = &EventSpec{}

// Spec returns what is known of the event's kind. It is never nil: a file with mistakes is looked at as a whole.
func (e *Event) Spec() *EventSpec {
	if e.spec != nil {
		return e.spec
	}
	if spec := eventTable[e.Kind]; spec != nil {
		return spec
	}
	return noEvent
}

// compile prepares the event; it fails where its kind is none, or its pattern cannot be read.
func (e *Event) compile() error {
	if e.spec = eventTable[e.Kind]; e.spec == nil {
		return fmt.Errorf("unknown event %q", e.Kind)
	}
	for name, matcher := range e.Fields {
		if err := matcher.Compile(); err != nil {
			return fmt.Errorf("field %q: %w", name, err)
		}
		e.Fields[name] = matcher
	}
	return e.Value.Compile()
}

// Cause returns what brings the event about.
func (e *Event) Cause() EventCause { return e.Spec().Cause }

// Due returns the time in the step after which the event happens by itself, and false where time does
// not bring it about.
func (e *Event) Due() (Duration, bool) {
	if spec := e.Spec(); spec.due != nil {
		return spec.due(e), true
	}
	return Duration{}, false
}

// Covers reports whether every event that b is e is too, where that can be told.
func (e *Event) Covers(b *Event) bool {
	spec := e.Spec()
	return e.Kind == b.Kind && spec.covers != nil && spec.covers(e, b)
}

// takes reports whether an input, which says value, is the event in this step at the moment now, for a login with
// these captures.
func (e *Event) takes(step *Step, in Input, value string, captures Captures, now time.Time) bool {
	switch {
	case e.Kind != in.Kind:
		return false
	case e.Fields != nil:
		return in.Fields != nil && e.matchesFields(in.Fields, captures, now)
	case in.Fields != nil:
		return e.Value.MatchesAll()
	case !e.fits(value, captures, now):
		return false
	}
	offered := e.Spec().offered
	return offered == nil || offered(step, e, in)
}

// Choices are the values that a step offers for the event, nil where any will do.
func (e *Event) Choices(step *Step) []string {
	if choices := e.Spec().choices; choices != nil {
		return choices(step)
	}
	return nil
}

// What describes what the event waits for, as a scenario writes it behind the event's key.
func (e *Event) What() string { return e.Spec().value(e) }

// String returns the event as a scenario writes it.
func (e *Event) String() string { return string(e.Kind) + ": " + e.What() }

// Answers reports whether inputs of the kind are answers of the API's client, of which one that no
// transition takes is a wrong one. A decision that none takes is refused, and its answer is no step's.
func (s *EventSpec) Answers() bool { return s.Door != nil && s.Door.Field != "" }

// Counts reports whether the event, where it enters a step, has the step's `count` and `reset` act:
// they do for what somebody sends.
func (s *EventSpec) Counts() bool { return s.Cause != ByTime && s.Cause != ByReads }

func describeMatcher(e *Event) string { return e.Value.String() }

// describeWord describes a word of the language, which is no text to compare with.
func describeWord(e *Event) string {
	if e.Value.Equals != nil {
		return *e.Value.Equals
	}
	return e.Value.String()
}

func coversByMatcher(a, b *Event) bool { return a.Value.Covers(&b.Value) }

// read returns what an input says to the process as it is.
func (f *Flow) read(p *Process, in Input, now time.Time) string {
	if read := in.Kind.Spec().read; read != nil {
		return read(f, p, in, now)
	}
	return in.Value
}

// fromClient reports whether the client of the API sends the input. A decision comes from one of the
// bank's own pages, or from the admin API, whose answers no scenario shapes or counts.
func (in Input) fromClient() bool { spec := in.Kind.Spec(); return spec != nil && spec.Answers() }
