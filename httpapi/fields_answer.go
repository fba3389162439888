package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
)

// answers returns the answers to a challenge with several fields: of JSON an object of texts, of a form
// challenge_response[NAME]. It reports whether the client sent such ones; what is wrong with them is noted.
func (x *exchange) answers(f *fields, process string) (map[string]string, bool) {
	const name = "challenge_response"
	answers := map[string]string{}
	if f.form != nil {
		for field, values := range f.form {
			if inner, is := strings.CutPrefix(field, name+"["); is && strings.HasSuffix(inner, "]") {
				answers[strings.TrimSuffix(inner, "]")] = values[len(values)-1]
			}
		}
		if len(answers) == 0 {
			return nil, false
		}
	} else {
		raw := f.json.get(name)
		if len(raw) == 0 || raw[0] != '{' || !x.asksInFields(process) {
			return nil, false // which is a fault, where it is an object
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) != nil {
			return nil, false
		}
		for field, value := range object {
			switch {
			case string(value) == "null":
			case value[0] != '"':
				f.faultWithin(name, field, "must be a string, not "+article(kindOf(value[0])))
			default:
				answers[field] = unescape(value)
			}
		}
	}
	checkAnswers(f, name, answers)
	return answers, true
}

// checkAnswers notes what no answer can be.
func checkAnswers(f *fields, name string, answers map[string]string) {
	for field, text := range answers {
		switch {
		case len(text) > maxSecret:
			f.faultWithin(name, field, fmt.Sprintf("must have at most %d bytes", maxSecret))
		case !utf8.ValidString(text), strings.IndexByte(text, 0) >= 0:
			f.faultWithin(name, field, "must be UTF-8 without a NUL character")
		}
	}
}

// asksInFields reports whether the process's challenge has several fields to answer in, or a step of it has.
func (x *exchange) asksInFields(process string) bool {
	id, err := checkIdentifier(processNoun, process)
	if err != nil {
		return false
	}
	state, err := x.api.bank.Process(x.context(), id)
	return err == nil && (state.Challenge != nil && len(state.Challenge.Fields) > 0 || !slices.Contains(openStatuses, state.Status))
}

// openStatuses are those in which a process asks for something.
var openStatuses = []engine.Status{engine.ChallengeResponseRequired, engine.TwoStepProcedureRequired, engine.DecoupledAuthRequired,
	engine.DecoupledAuthInProgress, engine.RedirectRequired}

// faultWithin notes what is wrong with a member of a field that is an object.
func (f *fields) faultWithin(name, member, detail string) {
	pointer := "/" + f.naming.sent(name) + "/" + escapePointer(member)
	f.faults = append(f.faults, fieldError{Pointer: &pointer, Detail: detail})
}
