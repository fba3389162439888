package record

import (
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// secretOf returns what may have been sent to a process in an input of the kind, and false where nothing is found.
func (r *recorder) secretOf(e *journal.Entry, kind engine.EventKind) (*yaml.Node, bool) {
	door := kind.Spec().Door
	name := door.Field
	if door.Page {
		name = "decision"
	}
	if value := field(e.Request.Body, name); value != "" && value != journal.Redacted {
		return text(value), true
	}
	captures := r.captures(e.Process)
	if m := taken(e, kind); m != nil {
		return takenBy(&e.Flow.Steps[m.From], m.Transition, captures)
	}
	return r.wrong(e, kind, captures)
}

// taken returns the move that the exchange's input made, nil where no transition took it.
func taken(e *journal.Entry, kind engine.EventKind) *engine.Move {
	for _, m := range slices.Backward(e.Moves) {
		if m.Transition >= 0 && m.Event == kind {
			return &m
		}
	}
	return nil
}

// takenBy returns what a transition of a step takes and none before it does.
func takenBy(step *engine.Step, index int, captures engine.Captures) (*yaml.Node, bool) {
	event := &step.Next[index].Event
	if event.Fields != nil {
		return fieldsTaken(step, index, captures)
	}
	value := event.Value.Expand(captures)
	if value.Compile() != nil {
		return nil, false
	}
	if value.TOTP != nil {
		return flow("totp", flow("secret", text(value.TOTP.Secret), "digits", number(value.TOTP.Digits), "period",
			word(engine.FormatDuration(value.TOTP.Period)))), true
	}
	candidates := value.Samples(captures)
	if value.MatchesAll() {
		candidates = append(event.Choices(step), anything...)
	}
	for _, candidate := range candidates {
		if value.Match(candidate) && !takenBefore(step, index, candidate, captures) {
			return text(candidate), true
		}
	}
	return nil, false
}

// takenBefore reports whether a transition before the one takes a text, too.
func takenBefore(step *engine.Step, index int, candidate string, captures engine.Captures) bool {
	for i := range index {
		before := &step.Next[i]
		if before.Event.Kind != step.Next[index].Event.Kind || before.Event.Fields != nil || before.When != nil {
			continue
		}
		if value := before.Event.Value.Expand(captures); value.Compile() == nil && value.Match(candidate) {
			return true
		}
	}
	return false
}

// fieldsTaken returns answers to a challenge's fields that a transition takes.
func fieldsTaken(step *engine.Step, index int, captures engine.Captures) (*yaml.Node, bool) {
	answers := make(map[string]string)
	wanted := step.Next[index].Event.Fields
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		matcher := wanted[name]
		value := matcher.Expand(captures)
		if value.Compile() != nil {
			return nil, false
		}
		candidates := append(value.Samples(captures), anything...)
		found := slices.IndexFunc(candidates, value.Match)
		if found < 0 {
			return nil, false
		}
		answers[name] = candidates[found]
	}
	return texts(answers), true
}

// wrong returns what no transition of the process's flow takes, for an input of the kind.
func (r *recorder) wrong(e *journal.Entry, kind engine.EventKind, captures engine.Captures) (*yaml.Node, bool) {
	if !kind.Spec().Answers() {
		return nil, false // a decision that none takes is no step
	}
	flowOf := e.Flow
	if flowOf == nil {
		flowOf = r.flowOf(e)
	}
	for _, candidate := range anything {
		if flowOf != nil && takes(flowOf, kind, candidate, captures) {
			continue
		}
		if names := r.fieldsOf(e); has(e, "challenge_response") && len(names) > 0 {
			answers := make(map[string]string)
			for _, name := range names {
				answers[name] = candidate
			}
			return texts(answers), true
		}
		return text(candidate), true
	}
	return nil, false
}

// flowOf returns the flow of the scenario that the exchange's process follows, nil where nobody knows it.
func (r *recorder) flowOf(e *journal.Entry) *engine.Flow {
	name := e.Response.Scenario
	if p, found := r.Process(e.Process); found {
		name = p.Scenario
	}
	if s, found := r.Rules.Scenario(name); found {
		return s.Flow
	}
	return nil
}

// takes reports whether some transition of the flow takes a text, one that takes anything aside: that would have.
func takes(f *engine.Flow, kind engine.EventKind, candidate string, captures engine.Captures) bool {
	for i := range f.Steps {
		for j := range f.Steps[i].Next {
			event := &f.Steps[i].Next[j].Event
			if event.Kind != kind || event.Value.MatchesAll() {
				continue
			}
			if value := event.Value.Expand(captures); value.Compile() == nil && value.Match(candidate) {
				return true
			}
		}
	}
	return false
}
