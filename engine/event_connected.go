package engine

// EventConnected is the making of a connection from the process.
const EventConnected EventKind = "connected"

var _ = declareEvent(EventSpec{
	Kind: EventConnected, Cause: ByConnection,
	Problem: func(e *Event) (problem, hint string) {
		if e.Value.Equals != nil && *e.Value.Equals != "true" {
			return "connected can only be true", "leave the transition out where nothing is to happen"
		}
		return "", ""
	},
	NeverFires: func(step *Step, _ *Event) string {
		if step.Status != Authenticated {
			return "only a process that is AUTHENTICATED can be connected"
		}
		return ""
	},
	value:  func(*Event) string { return "true" },
	covers: func(_, _ *Event) bool { return true },
})
