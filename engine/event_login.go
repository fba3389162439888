package engine

// EventLogin is another login of the process's user at the bank.
const EventLogin EventKind = "login"

// AnotherLogin is the one word of [EventLogin].
const AnotherLogin = "another"

var _ = declareEvent(EventSpec{
	Kind: EventLogin, Cause: ByLogin,
	value:  describeWord,
	covers: func(_, _ *Event) bool { return true },
})
