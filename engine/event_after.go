package engine

// EventAfter is time in a step.
const EventAfter EventKind = "after"

var _ = declareEvent(EventSpec{
	Kind: EventAfter, Cause: ByTime,
	value: func(e *Event) string { return e.After.String() },
	due:   func(e *Event) Duration { return e.After },
})
