package engine

// EventPassword is an additional password.
const EventPassword EventKind = "password"

var _ = declareEvent(EventSpec{
	Kind: EventPassword, Cause: ByInput, Door: &Door{Endpoint: EndpointAuthenticate, Field: "password"},
	value: describeMatcher, covers: coversByMatcher,
})
