package engine

import "strconv"

// EventPolls is a number of reads in a step.
const EventPolls EventKind = "polls"

var _ = declareEvent(EventSpec{
	Kind: EventPolls, Cause: ByReads,
	Problem: func(e *Event) (problem, hint string) {
		if e.Polls == 0 {
			return "polls must be at least 1", "the first read is 1"
		}
		return "", ""
	},
	value:   func(e *Event) string { return strconv.Itoa(e.Polls) },
	reached: func(e *Event, count int) bool { return count >= e.Polls },
	covers:  func(a, b *Event) bool { return a.Polls <= b.Polls },
})
