package surface

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// The codes of refusals of declared endpoints; the bank's own are in [engine].
const (
	CodeUnknownPath      engine.Code = "unknown_path"
	CodeMethodNotAllowed engine.Code = "method_not_allowed"
	CodeMissingFields    engine.Code = "missing_fields"
	CodeInvalidFields    engine.Code = "invalid_fields"
	CodeMalformedJSON    engine.Code = "malformed_json"
	CodeUnknownID        engine.Code = "unknown_id"
	CodeIDUsed           engine.Code = "id_used"
	CodeIDExpired        engine.Code = "id_expired"
	CodeUnauthorized     engine.Code = "unauthorized"
	CodeTokenExpired     engine.Code = "token_expired"
	CodeInvalidGrant     engine.Code = "invalid_grant"
	CodeNoCase           engine.Code = "unsupported_request"
	CodeTooManyRequests  engine.Code = "too_many_requests"
	CodeInternal         engine.Code = "internal"
)

// Outcome is how a code is told over HTTP.
type Outcome struct {
	Status int
	Title  string
}

// Outcomes is the one table from the bank's codes, and those of declared endpoints, to HTTP.
func Outcomes() map[engine.Code]Outcome {
	return map[engine.Code]Outcome{
		CodeMalformedJSON: {400, "The body is not valid JSON"},
		CodeInvalidGrant:  {400, "The grant is not valid"},
		CodeUnauthorized:  {401, "A valid bearer token is needed"},
		CodeTokenExpired:  {401, "The bearer token has expired"},

		engine.CodeNotFound:  {404, "No such record"},
		CodeUnknownPath:      {404, "No such path"},
		CodeUnknownID:        {404, "No such identifier"},
		CodeIDUsed:           {404, "The identifier was used already"},
		CodeIDExpired:        {404, "The identifier has expired"},
		CodeMethodNotAllowed: {405, "The path does not take this method"},

		engine.CodeNoChallengeOpen:  {409, "The process takes no such input"},
		engine.CodeNotAuthenticated: {409, "The authentication is not completed"},
		engine.CodeAlreadyUsed:      {409, "The authentication was used already"},
		engine.CodeSessionExists:    {409, "There is a session of this name"},
		engine.CodeTooManySessions:  {409, "There are too many sessions"},

		CodeMissingFields:          {422, "Fields are missing"},
		CodeInvalidFields:          {422, "Fields of the body are missing or invalid"},
		CodeNoCase:                 {422, "The endpoint has no case for the request"},
		engine.CodeUnknownBank:     {422, "No such bank"},
		engine.CodeUnknownScenario: {422, "No such scenario"},
		engine.CodeScenarioValue:   {422, "The login gives the scenario an invalid value"},

		engine.CodeImportRunning: {423, "An import is running"},
		CodeTooManyRequests:      {429, "Too many requests"},

		CodeInternal:           {500, "Something went wrong inside mockbank"},
		engine.CodeUnavailable: {503, "The bank cannot answer now"},
		engine.CodeConflict:    {503, "The record is changing too often"},
	}
}

var outcomes = Outcomes()

// Problem is a refusal as the answers of declared endpoints tell of it.
type Problem struct {
	Type, Title, Detail string
	Status              int
	Code                engine.Code
	RequestID           string
	ConnectionID        string
	Errors              []FieldError
	// Header holds names and values of what the refusal adds to the answer's header.
	Header []HeaderField
}

// FieldError is what is wrong with one member of the body (Pointer) or of the query (Parameter).
type FieldError struct{ Pointer, Parameter, Detail string }

// HeaderField is a field of an answer's header.
type HeaderField struct{ Name, Value string }

// problemType is the prefix of a problem's type; the code follows.
const problemType = "urn:mockbank:problem:"

// Refusal is a refused request that knows more of its problem than a code and a message.
type Refusal struct {
	Code   engine.Code
	Detail string
	Errors []FieldError
	Header []HeaderField
}

// Error implements the error interface.
func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Detail }

func refuse(code engine.Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Describe tells of an error as much as is meant for clients: of one that nobody foresaw only that it happened.
func Describe(err error) Problem {
	var p Problem
	var own *Refusal
	var refused *engine.Error
	switch {
	case errors.As(err, &own):
		p.Code, p.Detail, p.Errors, p.Header = own.Code, own.Detail, own.Errors, own.Header
	case errors.As(err, &refused):
		p.Code, p.Detail = refused.Code, refused.Message
		if refused.Code == engine.CodeAlreadyUsed {
			p.ConnectionID = refused.Related
		}
	}
	found, known := outcomes[p.Code]
	if !known {
		p = Problem{Code: CodeInternal, Detail: "the log says more under this request's id"}
		found = outcomes[CodeInternal]
	}
	p.Type, p.Title, p.Status = problemType+string(p.Code), found.Title, found.Status
	return p
}

// Played is what the bank says with a status that a scenario or a fault makes it answer with; name is the status's own,
// "" where it has none. The code is that name, such as service_unavailable, or status_599.
func Played(status int, name string) Problem {
	title := cmp.Or(name, "Status "+strconv.Itoa(status))
	code := notAWord.ReplaceAllString(strings.ToLower(strings.ReplaceAll(title, "'", "")), "_")
	return Problem{
		Type: problemType + code, Title: title, Status: status, Code: engine.Code(code),
		Detail: "the bank is made to answer so, by `http_status` of a scenario or a fault",
	}
}

var notAWord = regexp.MustCompile(`[^a-z0-9]+`)

// value returns the problem as a value of answers, nil for none.
func (p *Problem) value() any {
	if p == nil {
		return nil
	}
	o := &Object{}
	o.add("type", p.Type)
	o.add("title", p.Title)
	o.add("status", p.Status)
	o.add("detail", p.Detail)
	o.add("code", string(p.Code))
	o.add("request_id", some(p.RequestID))
	if len(p.Errors) > 0 {
		list := make([]any, len(p.Errors))
		for i, one := range p.Errors {
			entry := &Object{}
			if one.Parameter != "" {
				entry.add("parameter", one.Parameter)
			} else {
				entry.add("pointer", one.Pointer)
			}
			entry.add("detail", one.Detail)
			list[i] = entry
		}
		o.add("errors", list)
	}
	if p.ConnectionID != "" {
		o.add("connection_id", p.ConnectionID)
	}
	return o
}

// pointer writes a dotted name as a JSON pointer.
func pointer(name string) string { return "/" + strings.ReplaceAll(name, ".", "/") }
