package engine

import "slices"

// EventTwoStepProcedure is the method that the user chose.
const EventTwoStepProcedure EventKind = "two_step_procedure"

var _ = declareEvent(EventSpec{
	Kind: EventTwoStepProcedure, Cause: ByInput, Door: &Door{Endpoint: EndpointConfirm, Field: "two_step_procedure_id"},
	value: describeWord, covers: coversByMatcher, offered: choiceOffered, choices: choicesOf, NeverFires: neverOffered,
})

// choiceOffered reports whether the user can choose what the input says. A procedure that the step's challenge
// does not list is never taken, by `any` and by patterns neither. Where nothing is listed, a transition that names
// an id offers it.
func choiceOffered(step *Step, e *Event, in Input) bool {
	if step.Challenge == nil || step.Challenge.Procedures == nil {
		named, finite := e.Value.Literals()
		return finite && slices.Contains(named, in.Value)
	}
	return slices.ContainsFunc(step.Challenge.Procedures, func(p Procedure) bool { return p.ID == in.Value })
}

// choicesOf lists what the step's challenge offers.
func choicesOf(step *Step) (ids []string) {
	if step.Challenge == nil {
		return nil
	}
	for _, p := range step.Challenge.Procedures {
		ids = append(ids, p.ID)
	}
	return ids
}

// neverOffered says that a step offers nothing to choose: its list is empty, or it has none and the event names no
// id either.
func neverOffered(step *Step, e *Event) string {
	_, named := e.Value.Literals()
	if step.Challenge != nil && step.Challenge.Procedures != nil {
		named = len(step.Challenge.Procedures) > 0
	}
	if named {
		return ""
	}
	return "the step's challenge lists no `choices`, and a choice that was not offered is never taken"
}
