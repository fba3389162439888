package engine

import (
	"testing"
	"time"
)

func TestMovesAreDescribed(t *testing.T) {
	t.Parallel()
	f := &Flow{Steps: []Step{{ExpiresAfter: Fixed(2 * time.Minute), Next: []Transition{{Event: Event{Kind: EventPolls, Polls: 3}}}}}}
	for want, move := range map[string]Move{
		"await": {Event: EventAwait, Transition: -1}, "expires_after: 2m": {Transition: -1}, "polls: 3": {Event: EventPolls},
	} {
		if got := move.Describe(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestCountersGoByWhatSomebodySends: time and reads enter a step without counting, as the linter says.
func TestCountersGoByWhatSomebodySends(t *testing.T) {
	t.Parallel()
	for kind, want := range map[EventKind]bool{
		EventChallengeResponse: true, EventApproval: true, EventAttempts: true, EventAfter: false, EventPolls: false,
	} {
		if move := (Move{Event: kind}); move.counts() != want {
			t.Errorf("%s: counts %v, want %v", kind, !want, want)
		}
	}
	for _, move := range []Move{{Transition: -1}, {Transition: -1, Event: EventAwait}} {
		if move.counts() {
			t.Errorf("%q counts", move.Event)
		}
	}
}

// TestEveryEventIsDeclaredWhole: what the house asks an event for is there, or nobody asks.
func TestEveryEventIsDeclaredWhole(t *testing.T) {
	t.Parallel()
	for _, kind := range EventKinds() {
		spec := kind.Spec()
		if spec.value == nil {
			t.Errorf("%s does not describe itself", kind)
		}
		if (spec.Cause == ByTime) != (spec.due != nil) || (spec.Cause == ByReads) != (spec.reached != nil) || (spec.Cause == ByInput) != (spec.Door != nil) {
			t.Errorf("%s: what brings it about and what it says of that differ", kind)
		}
	}
	if unknown := (Event{Kind: "smoke"}); unknown.compile() == nil {
		t.Error("a flow with an unknown event is taken")
	}
}
