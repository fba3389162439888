package engine

// EventRedirect is the user's decision on the page that the browser was sent to.
const EventRedirect EventKind = "redirect"

var _ = declareEvent(EventSpec{
	Kind: EventRedirect, Cause: ByInput, Door: &Door{Page: true},
	value: describeWord, covers: coversByMatcher,
})
