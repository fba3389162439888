package scenarios

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// answer compiles what an answer to a challenge must be.
func (f *flowCompiler) answer(in Position, key string, answer *Answer, event *engine.Event) {
	switch {
	case answer == nil: // reported by the decoder
	case answer.Fields != nil:
		event.Fields = answer.Fields
		for _, name := range slices.Sorted(maps.Keys(answer.Fields)) {
			matcher := answer.Fields[name]
			f.matcherTexts(answer.Position, name, &matcher)
		}
	default:
		event.Value = matcherOrAny(answer.Text)
		f.matcherTexts(in, key, answer.Text)
	}
}

// fields compiles the fields in which the user answers.
func (f *flowCompiler) fields(asked *Challenge) []engine.ChallengeField {
	if asked.Fields == nil {
		return nil
	}
	fields := make([]engine.ChallengeField, 0, len(asked.Fields))
	seen := make(map[string]Position, len(asked.Fields))
	for i := range asked.Fields {
		one := &asked.Fields[i]
		if before, twice := seen[one.Name]; twice {
			f.duplicate(one.value("name"), "field", one.Name, before.value("name"))
		}
		seen[one.Name] = one.Position
		field := engine.ChallengeField{Name: one.Name, Label: f.say(one.Position, "label", one.Label, "")}
		if one.has("label") && !one.null("label") && one.Label.Text == "" {
			field.Verbatim = map[string]string{"label": `""`}
		}
		fields = append(fields, field)
	}
	return fields
}

// checkAnswers reports answers that ask for fields which the challenge does not have.
func (f *flowCompiler) checkAnswers(written *Step) {
	var known []string
	if written.Challenge != nil {
		for i := range written.Challenge.Fields {
			known = append(known, written.Challenge.Fields[i].Name)
		}
	}
	for i := range written.Next {
		answer := written.Next[i].ChallengeResponse
		if answer == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(answer.Fields)) {
			if slices.Contains(known, name) {
				continue
			}
			hint := didYouMean(name, append(slices.Clone(known), matcherKeyNames()...))
			if len(known) == 0 && nearest(name, matcherKeyNames()) == "" {
				hint = fmt.Sprintf("declare it: `challenge: {fields: [{name: %s, label: …}]}`", name)
			}
			f.report.add(answer.key(name), CodeUnknownField, hint, "the challenge has no field %q", name)
		}
	}
}
