package httpapi

import (
	"encoding/json"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// journalBody is a part of the journal, the youngest exchange last.
type journalBody struct {
	Node      string         `json:"node"`
	Exchanges []exchangeBody `json:"exchanges"`
	// NextSince is the id after which the exchanges that follow begin.
	NextSince int64 `json:"next_since"`
	// Missed is how many of those after the request's `since` had to make room.
	Missed int64 `json:"missed"`
	// Entries and Bytes say how full the journal is, and how full it may get.
	Entries    int   `json:"entries"`
	Bytes      int   `json:"bytes"`
	MaxEntries int   `json:"max_entries"`
	MaxBytes   int   `json:"max_bytes"`
	Evicted    int64 `json:"evicted"`
}

// exchangeBody is an entry of the journal.
type exchangeBody struct {
	ID          int64            `json:"id"`
	Node        string           `json:"node"`
	At          string           `json:"at"`
	SessionTime *string          `json:"session_time"`
	TookMS      float64          `json:"took_ms"`
	Session     string           `json:"session"`
	Route       string           `json:"route"`
	RequestID   string           `json:"request_id"`
	TraceID     *string          `json:"trace_id"`
	Process     *string          `json:"bank_authentication_process_id"`
	Connection  *string          `json:"bank_connection_id"`
	State       *string          `json:"state"`
	Scenario    *string          `json:"scenario"`
	Rules       *string          `json:"rules"`
	Decision    *decisionBody    `json:"decision"`
	Transitions []movedBody      `json:"transitions"`
	Request     recordedRequest  `json:"request"`
	Response    recordedResponse `json:"response"`
}

// recordedRequest is a request as the journal shows it.
type recordedRequest struct {
	Method string            `json:"method"`
	Path   string            `json:"path"`
	Query  map[string]string `json:"query"`
	Header map[string]string `json:"headers"`
	Body   map[string]string `json:"body"`
	Hidden int               `json:"hidden"`
	Bytes  int               `json:"bytes"`
}

// recordedResponse is an answer as the journal shows it.
type recordedResponse struct {
	Status *int              `json:"status"`
	Header map[string]string `json:"headers"`
	Code   *string           `json:"code"`
	// WireFault and DelayedMS tell what a scenario did to the answer on its way.
	WireFault *string         `json:"wire_fault"`
	DelayedMS float64         `json:"delayed_ms"`
	Body      json.RawMessage `json:"body"`
	Bytes     int             `json:"bytes"`
}

// decisionBody says why a login was answered as it was: by the scenario, all of whose conditions held.
type decisionBody struct {
	Forced bool           `json:"forced"`
	Source *engine.Source `json:"source"`
	When   *whenBody      `json:"when"`
}

// movedBody is a step that a process took.
type movedBody struct {
	From   string        `json:"from"`
	To     string        `json:"to"`
	Status engine.Status `json:"status"`
	Event  string        `json:"event"`
	At     string        `json:"at"`
}

func (a *api) exchangeBody(e *journal.Entry) exchangeBody {
	return exchangeBody{
		ID: e.ID, Node: a.config.Node, At: stamp(e.At), SessionTime: stampUnlessZero(e.SessionTime),
		TookMS: milliseconds(e.Took), Session: e.Session, Route: e.Route, RequestID: e.RequestID, TraceID: textOrNull(e.TraceID),
		Process: textOrNull(e.Process), Connection: textOrNull(e.Connection), State: textOrNull(e.State),
		Scenario: textOrNull(e.Response.Scenario), Rules: textOrNull(e.Response.Rules),
		Decision: newDecisionBody(e.Decision), Transitions: newMovedBodies(e.Flow, e.Moves),
		Request: recordedRequest{
			Method: e.Request.Method, Path: e.Request.Path, Query: byName(e.Request.Query), Header: byName(e.Request.Header),
			Body: byName(e.Request.Body), Hidden: e.Request.Hidden, Bytes: e.Request.Bytes,
		},
		Response: newRecordedResponse(&e.Response),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func newRecordedResponse(r *journal.Response) recordedResponse {
	recorded := recordedResponse{Header: byName(r.Header), Code: textOrNull(r.Code), Body: r.Body, Bytes: r.Bytes,
		WireFault: textOrNull(r.WireFault), DelayedMS: milliseconds(r.Delayed)}
	if r.Status != 0 {
		recorded.Status = &r.Status
	}
	return recorded
}

func newDecisionBody(d *journal.Decision) *decisionBody {
	if d == nil {
		return nil
	}
	body := &decisionBody{Forced: d.Forced}
	if d.Scenario != nil {
		when := newWhenBody(&d.Scenario.When)
		body.Source, body.When = &d.Scenario.Source, &when
	}
	return body
}

func newMovedBodies(flow *engine.Flow, moves []engine.Move) []movedBody {
	bodies := make([]movedBody, len(moves))
	for i := range moves {
		from, to := &flow.Steps[moves[i].From], &flow.Steps[moves[i].To]
		bodies[i] = movedBody{from.Name, to.Name, to.Status, moves[i].Describe(flow), stamp(moves[i].At)}
	}
	return bodies
}

func byName(fields []journal.Field) map[string]string {
	named := make(map[string]string, len(fields))
	for _, field := range fields {
		named[field.Name] = field.Value
	}
	return named
}
