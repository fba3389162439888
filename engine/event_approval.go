package engine

// EventApproval is the user's decision on the phone.
const EventApproval EventKind = "approval"

// The decisions of `approval` and `redirect`.
const (
	// Approved: the user consents.
	Approved = "approved"
	// Declined: the user refuses.
	Declined = "declined"
)

var _ = declareEvent(EventSpec{
	Kind: EventApproval, Cause: ByInput, Door: &Door{}, Else: EventRedirect,
	value: describeWord, covers: coversByMatcher,
})
