package engine

import "time"

// EventChallengeResponse is an answer to the challenge.
const EventChallengeResponse EventKind = "challenge_response"

var _ = declareEvent(EventSpec{
	Kind: EventChallengeResponse, Cause: ByInput, Door: &Door{Endpoint: EndpointConfirm, Field: "challenge_response"},
	value: describeAnswer, covers: coversAnswer, read: readPicture,
})

// readPicture returns what an answer says. The code of the picture that is shown at that moment, scanned
// and sent as it is, says what the picture shows; that of an earlier one says nothing right.
func readPicture(f *Flow, p *Process, in Input, now time.Time) string {
	c := f.Steps[p.Step].Challenge
	if c == nil || c.ChangesEvery.IsZero() {
		return in.Value
	}
	if state := f.challenge(p, &f.Steps[p.Step], now); in.Value == state.Code() {
		return state.Shows
	}
	return in.Value
}
