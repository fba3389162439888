package record

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// member says how a member of an answer is expected.
type member struct {
	name string
	// as writes the value, nil where it is not expected.
	as func(r *recorder, value any) *yaml.Node
}

var failureMembers = []member{{"code", asText}, {"display_message", asMessage}, {"retryable", asFlag}, {"actor", asText}}

var challengeMembers = []member{
	{"kind", asText}, {"message", asMessage}, {"answer_field_label", asMessage}, {"attempts_left", asNumber},
	{"two_step_procedures", each("id")}, {"fields", each("name")},
}

// processMembers and connectionMembers are those of the bank's answers, in the order in which they are expected.
var (
	processMembers = []member{
		{"status", asText}, {"challenge", members(challengeMembers)}, {"error", asFailure}, {"expires_at", asMoment},
		{"redirect_url", asAddress},
	}
	connectionMembers = []member{
		{"status", asText}, {"import_progress", asNumber}, {"import_message", asMessage}, {"error", asFailure},
		{"warnings", each("code")}, {"authentication_status", asText}, {"finished_at", asMoment},
	}
)

// played reports whether the answer's status is one that a scenario or a fault says, in place of the bank's.
func played(e *journal.Entry) bool {
	code := e.Response.Code
	return e.Response.Shaped && e.Response.Status >= http.StatusBadRequest && (code == "" || code == statusCode(e.Response.Status)) ||
		e.Response.Refused
}

var notAWord = regexp.MustCompile(`[^a-z0-9]+`)

func statusCode(status int) string {
	return notAWord.ReplaceAllString(strings.ToLower(strings.ReplaceAll(http.StatusText(status), "'", "")), "_")
}

// expect writes what is expected of the step: what the bank answered.
func (r *recorder) expect(e *journal.Entry, step *yaml.Node, of []member) {
	expected := flow()
	a := &e.Response
	switch {
	case a.Delayed > 0: // it told of a time that was later
	case a.Code != "" && !played(e):
		add(expected, "problem", word(a.Code))
	case played(e) && a.Status != 0:
		add(expected, "http_status", number(a.Status))
		if a.Code != "" {
			add(expected, "problem", word(a.Code))
		}
	case a.Replaced:
		add(expected, "http_status", number(a.Status))
	case e.Route == "login_decision" || e.Route == "phone_decision":
		r.expectPage(e, expected)
	default:
		var body any
		if json.Unmarshal(a.Body, &body) == nil {
			r.expectMembers(expected, body, of, untranslated(a))
		}
	}
	if shaped := r.shaped(e); len(shaped.Content) > 0 && a.Delayed == 0 {
		add(expected, "respond", shaped)
	}
	if len(expected.Content) > 0 {
		add(step, "expect", expected)
	}
}

// expectPage expects what a decision on one of the bank's pages led to.
func (r *recorder) expectPage(e *journal.Entry, expected *yaml.Node) {
	if e.State != "" {
		add(expected, "status", word(e.State))
	}
	if code := ledTo(e); code != "" {
		add(expected, "error", flow("code", text(code)))
	}
	if e.Route != "login_decision" {
		return
	}
	location := field(e.Response.Header, "Location")
	base, _, _ := strings.Cut(location, "?")
	switch {
	case location == "":
		add(expected, "location", null())
	case r.namesID(base) || strings.HasPrefix(base, "/"):
	default:
		r.broughtBack = e.Process
		brought := flow("prefix", text(base))
		if said := saidByReturns(e); said != "" {
			add(brought, "contains", text(said))
		}
		add(expected, "location", brought)
	}
}

// ledTo is the code of the error of the step that the exchange led to, "" where there is none, or it is completed by what
// a login brought.
func ledTo(e *journal.Entry) string {
	if e.Flow == nil || len(e.Moves) == 0 {
		return ""
	}
	failure := e.Flow.Steps[e.Moves[len(e.Moves)-1].To].Error
	if failure == nil || len(failure.Code.Names()) > 0 {
		return ""
	}
	return string(failure.Code)
}

// saidByReturns is what the transition that was taken adds to the address that the browser is sent back to, as far as that is
// the same each time: the first parameters, one after the other, that hold a plain text. The journal has no query.
func saidByReturns(e *journal.Entry) string {
	m := taken(e, engine.EventRedirect)
	if m == nil {
		return ""
	}
	returns := e.Flow.Steps[m.From].Next[m.Transition].Returns
	if returns == nil {
		return ""
	}
	var said []string
	for _, p := range returns.Query {
		switch {
		case p.Value != nil && len(p.Value.Names()) == 0:
			said = append(said, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value.Expand(nil)))
		case p.Value != nil && len(said) > 0:
			return strings.Join(said, "&")
		}
	}
	return strings.Join(said, "&")
}

// expectScenario expects which scenario answers a login.
func (r *recorder) expectScenario(step *yaml.Node, scenario *engine.Scenario) {
	expected := child(step, "expect")
	if expected == nil {
		expected = flow()
		add(step, "expect", expected)
	}
	if scenario == nil {
		add(expected, "scenario", null())
		return
	}
	add(expected, "scenario", text(scenario.Name))
}

// shaped is how the answer was made to look on the wire.
func (r *recorder) shaped(e *journal.Entry) *yaml.Node {
	shape := flow()
	a := &e.Response
	if a.WireFault != "" {
		add(shape, "fault", word(a.WireFault))
	}
	return shape
}

// untranslated reports whether the answer's texts are those that every client gets, or English.
func untranslated(a *journal.Response) bool {
	language := field(a.Header, "Content-Language")
	return language == "" || language == "en"
}

func (r *recorder) expectMembers(expected *yaml.Node, body any, of []member, texts bool) {
	object, is := body.(map[string]any)
	if !is {
		return
	}
	for _, m := range of {
		value, there := lookUp(object, m.name)
		if !there || value == nil {
			continue
		}
		node := m.as(r, value)
		if node == nil || node.Kind == yaml.ScalarNode && r.namesID(node.Value) {
			continue
		}
		if !texts && (m.name == "import_message") {
			continue
		}
		if !texts {
			withoutMessages(node)
		}
		if node.Kind == yaml.MappingNode && len(node.Content) == 0 {
			continue
		}
		add(expected, m.name, node)
	}
}

// lookUp returns a member of an answer, also where a server names it in camelCase.
func lookUp(object map[string]any, name string) (any, bool) {
	if value, there := object[name]; there {
		return value, true
	}
	parts := strings.Split(name, "_")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
	}
	value, there := object[strings.Join(parts, "")]
	return value, there
}

// withoutMessages takes out of an expectation what is said to people in their own language.
func withoutMessages(node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		return
	}
	var kept []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		if slices.Contains([]string{"message", "display_message", "answer_field_label"}, node.Content[i].Value) {
			continue
		}
		withoutMessages(node.Content[i+1])
		kept = append(kept, node.Content[i], node.Content[i+1])
	}
	node.Content = kept
}

// namesID reports whether a text has an identifier of a process or a connection in it, which is another one in each run.
func (r *recorder) namesID(text string) bool {
	for id := range r.processes {
		if strings.Contains(text, id) {
			return true
		}
	}
	for id := range r.connections {
		if strings.Contains(text, id) {
			return true
		}
	}
	return false
}

// fieldsOf returns the names of the fields that the exchange's answer asks for.
func (r *recorder) fieldsOf(e *journal.Entry) (names []string) {
	var body struct {
		Challenge struct{ Fields []struct{ Name string } }
	}
	if json.Unmarshal(e.Response.Body, &body) == nil {
		for _, f := range body.Challenge.Fields {
			names = append(names, f.Name)
		}
	}
	return names
}

func asText(_ *recorder, value any) *yaml.Node {
	if said, is := value.(string); is {
		return text(said)
	}
	return nil
}

// longest bounds a message that is expected word by word, in bytes.
const longest = 500

func asMessage(r *recorder, value any) *yaml.Node {
	said, is := value.(string)
	if !is || len(said) > longest || r.namesID(said) || strings.ContainsFunc(said, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return nil
	}
	return text(said)
}

// asAddress expects an address of the scenario's own; that of the bank's page has the process's identifier.
func asAddress(r *recorder, value any) *yaml.Node {
	said, is := value.(string)
	if !is || r.namesID(said) {
		return nil
	}
	return text(said)
}

func asNumber(_ *recorder, value any) *yaml.Node {
	if n, is := value.(float64); is && n == math.Trunc(n) {
		return number(int(n))
	}
	return nil
}

func asFlag(_ *recorder, value any) *yaml.Node {
	if on, is := value.(bool); is {
		return flag(on)
	}
	return nil
}

// asMoment expects a time as counted from the start of the test.
func asMoment(r *recorder, value any) *yaml.Node {
	said, _ := value.(string)
	at, err := time.Parse(time.RFC3339, said)
	if err != nil || at.Before(r.start) {
		return nil
	}
	return word(engine.FormatDuration(at.Sub(r.start)))
}

func asFailure(r *recorder, value any) *yaml.Node {
	node := members(failureMembers)(r, value)
	if node == nil || len(node.Content) == 0 {
		return nil
	}
	return node
}

// members expects members of an object.
func members(of []member) func(r *recorder, value any) *yaml.Node {
	return func(r *recorder, value any) *yaml.Node {
		object, is := value.(map[string]any)
		if !is {
			return nil
		}
		node := flow()
		for _, m := range of {
			value, there := lookUp(object, m.name)
			if !there || value == nil {
				continue
			}
			if inner := m.as(r, value); inner != nil {
				add(node, m.name, inner)
			}
		}
		return node
	}
}

// each expects one member of each item of a list.
func each(name string) func(r *recorder, value any) *yaml.Node {
	return func(_ *recorder, value any) *yaml.Node {
		items, is := value.([]any)
		if !is || len(items) == 0 {
			return nil
		}
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, item := range items {
			object, _ := item.(map[string]any)
			said, _ := object[name].(string)
			if said == "" {
				return nil
			}
			list.Content = append(list.Content, text(said))
		}
		return list
	}
}
