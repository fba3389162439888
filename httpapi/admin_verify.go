package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// allDelivered is what a test can expect of a session's webhooks.
const allDelivered = "all_delivered"

// verdictBody says whether a session is as a test expects.
type verdictBody struct {
	Holds       bool              `json:"holds"`
	Differences []discrepancyBody `json:"differences"`
}

// discrepancyBody is something that is not as expected.
type discrepancyBody struct {
	// Pointer is to the member of the request that does not hold.
	Pointer  string `json:"pointer"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	Detail   string `json:"detail"`
}

// verify holds a session against what a test expects of it as it ends.
func verify(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	expected := engine.Expected{
		Session: f.optional("session", maxName), Scenarios: f.ranges("scenarios"), NoFallback: f.flag("no_fallback"),
		AllDelivered: f.word("webhooks", allDelivered) == allDelivered,
	}
	if !f.has("scenarios") && !f.has("no_fallback") && !f.has("webhooks") {
		f.fault("", `expects nothing: send scenarios, no_fallback or webhooks`)
	}
	if err := f.err(); err != nil {
		return err
	}
	if expected.Session, err = x.sessionAsked(expected.Session); err != nil {
		return err
	}
	if expected.Session == "" {
		expected.Session = engine.DefaultSession
	}
	differences, err := x.api.sessions.Verify(x.context(), expected)
	if err != nil {
		return err
	}
	body := verdictBody{Holds: len(differences) == 0, Differences: []discrepancyBody{}}
	for _, one := range differences {
		pointer := "/" + one.Path
		if one.Path == "scenarios" {
			pointer += "/" + escapePointer(one.Name)
		}
		body.Differences = append(body.Differences, discrepancyBody{pointer, one.Expected, one.Actual, one.Message})
	}
	x.compose(http.StatusOK, &body)
	return nil
}

// ranges returns the field's numbers by name, each a number or a range such as "1", "1..2" or "2..".
func (f *fields) ranges(name string) map[string]engine.Range {
	const form = `an object of numbers or ranges by name, such as {"success": "2.."}`
	var written map[string]json.RawMessage
	if f.into(name, form, &written); !f.clean(name) {
		return nil
	}
	ranges := make(map[string]engine.Range, len(written))
	for key, value := range written {
		text := string(value)
		if value[0] == '"' {
			text = unescape(value)
		}
		limits, ok := engine.ParseRange(text)
		if !ok {
			f.faultWithin(name, key, `must be a number or a range, such as "1", "1..2" or "2.."`)
		}
		ranges[key] = limits
	}
	return ranges
}

// word returns the field's text, which must be one of the words; "" where it is missing or null.
func (f *fields) word(name string, words ...string) string {
	text, given := f.text(name, maxName)
	if !given || !f.clean(name) {
		return ""
	}
	for _, word := range words {
		if text == word {
			return word
		}
	}
	f.fault(name, "must be "+strings.Join(words, " or "))
	return ""
}
