package engine

// EventTwoStepProcedure is the method that the user chose.
const EventTwoStepProcedure EventKind = "two_step_procedure"

var _ = declareEvent(EventSpec{
	Kind: EventTwoStepProcedure, Cause: ByInput, Door: &Door{Endpoint: EndpointConfirm, Field: "two_step_procedure_id"},
	value: describeWord, covers: coversByMatcher,
})
