package engine

import "slices"

// EventAttempts is the last wrong answer that a challenge takes.
const EventAttempts EventKind = "attempts"

// Exhausted is the word of the event: the last wrong answer was given.
const Exhausted = "exhausted"

var _ = declareEvent(EventSpec{
	Kind: EventAttempts, Cause: ByWrongAnswers, NeverFires: neverExhausted,
	value:  func(*Event) string { return Exhausted },
	covers: func(_, _ *Event) bool { return true },
})

// neverExhausted says why a challenge's attempts are never used up, or nothing.
func neverExhausted(step *Step, _ *Event) string {
	if step.Challenge == nil || step.Challenge.Attempts == 0 {
		return "the step's challenge has no `attempts`"
	}
	if slices.ContainsFunc(step.Next, func(t Transition) bool {
		return t.Event.Spec().Answers() && (!t.Event.Value.MatchesAll() || t.Event.Spec().offered != nil)
	}) {
		return ""
	}
	return "no answer can be wrong, since a transition takes every one"
}
