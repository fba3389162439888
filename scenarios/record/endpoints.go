package record

import (
	"encoding/json"
	"net/url"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// endpoints says how exchanges of each endpoint, by the name that the journal has of it, are written.
var endpoints = map[string]func(r *recorder, e *journal.Entry){
	"authenticate":               (*recorder).authenticate,
	"confirm_challenge_response": (*recorder).confirm,
	"process":                    func(r *recorder, e *journal.Entry) { r.ofProcess(e, newStep("poll", nothing())) },
	"connect":                    (*recorder).connect,
	"connection":                 func(r *recorder, e *journal.Entry) { r.ofConnection(e, "connection") },
	"update":                     func(r *recorder, e *journal.Entry) { r.ofConnection(e, "update") },
	"delete":                     func(r *recorder, e *journal.Entry) { r.ofConnection(e, "delete") },
	"admin_approve":              func(r *recorder, e *journal.Entry) { r.ofProcess(e, newStep("approve", nothing())) },
	"admin_decline":              func(r *recorder, e *journal.Entry) { r.ofProcess(e, newStep("decline", nothing())) },
	"phone_decision":             (*recorder).onPhone,
	"login_decision":             (*recorder).onPage,
	"console_input":              (*recorder).byConsole,
	"console_switch":             (*recorder).flipByConsole,
	"console_faults":             (*recorder).faultsByConsole,
	"admin_switch":               (*recorder).flip,
	"admin_set_faults":           (*recorder).faults,
	"admin_end_faults":           (*recorder).faults,
	"login":                      func(*recorder, *journal.Entry) {}, // pages that are only looked at
	"phone":                      func(*recorder, *journal.Entry) {},
}

// refusals are the codes of what the bank refuses a step of a test with. What it refuses with another code is no step:
// the bank did nothing.
var refusals = map[string]bool{
	string(engine.CodeNoChallengeOpen): true, string(engine.CodeAlreadyUsed): true, string(engine.CodeNotAuthenticated): true,
	string(engine.CodeImportRunning): true, string(engine.CodeNotFound): true,
}

// did reports whether the exchange is a step: whether the bank did something, or refused to do it. A read for the sake
// of its header alone is none.
func (r *recorder) did(e *journal.Entry) bool {
	code := e.Response.Code
	if e.Request.Method != "HEAD" && (code == "" || played(e) || refusals[code]) {
		return true
	}
	r.leaveOut(e)
	return false
}

// ofProcess writes a step about the exchange's process, with what is expected of it.
func (r *recorder) ofProcess(e *journal.Entry, step *yaml.Node) {
	if !r.did(e) {
		return
	}
	s := r.processOf(e)
	if s == nil {
		return
	}
	r.about(e, s, step)
	r.expect(e, step, processMembers)
}

// ofConnection writes a step about the exchange's connection.
func (r *recorder) ofConnection(e *journal.Entry, action string) {
	if !r.did(e) {
		return
	}
	s := r.connectionOf(e)
	if s == nil {
		return
	}
	step := newStep(action, nothing())
	r.about(e, s, step)
	r.expect(e, step, connectionMembers)
}

func (r *recorder) connect(e *journal.Entry) {
	if !r.did(e) {
		return
	}
	s := r.processOf(e)
	if s == nil {
		return
	}
	step := newStep("connect", nothing())
	r.about(e, s, step)
	if e.Connection != "" && (e.Response.Code == "" || played(e)) && !e.Response.Refused { // be the answer lost or not
		if s.connection != "" && s.connection != e.Connection { // the process's further connection is a subject of its own
			s = &subject{process: s.process, step: step}
			r.current = s
		}
		s.connection = e.Connection
		r.connections[e.Connection] = s
	}
	r.expect(e, step, connectionMembers)
}

// confirm writes an answer to a challenge or a choice, or the poll that a request without either is.
func (r *recorder) confirm(e *journal.Entry) {
	switch {
	case has(e, "challenge_response"):
		r.answer(e, engine.EventChallengeResponse, "challenge_response")
	case has(e, "two_step_procedure_id"):
		r.answer(e, engine.EventTwoStepProcedure, "two_step_procedure")
	default:
		r.ofProcess(e, newStep("poll", nothing()))
	}
}

// answer writes what a client sent to a process, by the key of the step.
func (r *recorder) answer(e *journal.Entry, kind engine.EventKind, key string) {
	if !r.did(e) {
		return
	}
	value, found := r.secretOf(e, kind)
	if !found {
		r.gap(e, "no "+key+" is found that would be taken as this one was")
		return
	}
	r.ofProcess(e, newStep(key, value))
}

func (r *recorder) onPhone(e *journal.Entry) {
	switch field(e.Request.Body, "decision") {
	case engine.Approved:
		r.ofProcess(e, newStep("approve", nothing()))
	case engine.Declined:
		r.ofProcess(e, newStep("decline", nothing()))
	default:
		r.leaveOut(e)
	}
}

// onPage writes what the user did on the bank's own page.
func (r *recorder) onPage(e *journal.Entry) {
	switch {
	case has(e, "challenge_response"):
		r.answer(e, engine.EventChallengeResponse, "challenge_response")
	case has(e, "two_step_procedure_id"):
		r.answer(e, engine.EventTwoStepProcedure, "two_step_procedure")
	case has(e, "additional_password"):
		r.answer(e, engine.EventPassword, "password")
	case has(e, "password"):
		r.gap(e, "credentials that were typed on the bank's page are no step of a test")
	case has(e, "decision"):
		r.answer(e, engine.EventRedirect, "redirect")
	default:
		r.leaveOut(e)
	}
}

// flip writes a switch as the session's answer shows it.
func (r *recorder) flip(e *journal.Entry) {
	var state struct {
		Switches map[string]bool `json:"switches"`
	}
	name, err := url.PathUnescape(lastPart(e.Request.Path))
	if e.Response.Status >= 300 {
		r.leaveOut(e)
		return
	}
	if err != nil || json.Unmarshal(e.Response.Body, &state) != nil {
		r.gap(e, "the journal does not show how the switch was set")
		return
	}
	on := "off"
	if state.Switches[name] {
		on = "on"
	}
	r.step(e, newStep("switch", flow(name, word(on))))
}

// faults writes the faults that the session was given.
func (r *recorder) faults(e *journal.Entry) {
	if e.Response.Status >= 300 {
		r.leaveOut(e)
		return
	}
	r.givenFaults(e)
}

func (r *recorder) givenFaults(e *journal.Entry) {
	text := field(e.Request.Body, "faults")
	var document yaml.Node
	if text == "" && e.Route == "admin_end_faults" {
		return // there were none
	}
	if text == "" || yaml.Unmarshal([]byte(text), &document) != nil || len(document.Content) == 0 {
		r.gap(e, "the journal does not have the faults: they are too long")
		return
	}
	list := document.Content[0]
	if list.Kind == yaml.MappingNode {
		list = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{list}}
	}
	r.step(e, newStep("faults", inFlow(list)))
}

// has reports whether the request had a field, shown or not.
func has(e *journal.Entry, name string) bool {
	for _, f := range e.Request.Body {
		if f.Name == name {
			return true
		}
	}
	return false
}

// field returns the value of a field, "" where there is none.
func field(fields []journal.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
