package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

// problem is an RFC 9457 problem.
type problem struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail"`
	Code      engine.Code  `json:"code"`
	RequestID string       `json:"request_id"`
	Errors    []fieldError `json:"errors,omitempty"`
	// ConnectionID names the connection that used the authentication.
	ConnectionID string `json:"connection_id,omitempty"`
	// Reload tells how a refused configuration fared.
	Reload *reloadBody `json:"reload,omitempty"`
}

// fieldError is what is wrong with one field of the body (Pointer) or of the query (Parameter).
type fieldError struct {
	Pointer   *string `json:"pointer,omitempty"`
	Parameter string  `json:"parameter,omitempty"`
	Detail    string  `json:"detail"`
}

// problemMedia is the media type of problems.
const problemMedia = "application/problem+json"

// problemType is the prefix of a problem's type; the code follows.
const problemType = "urn:mockbank:problem:"

// refusal is an error that already knows more of its problem than a code and a message.
type refusal struct {
	code   engine.Code
	detail string
	errors []fieldError
	reload *reloadBody
	header []headerField
	// foreign says that it repeats a text of the client's that nothing may keep.
	foreign bool
}

func (r *refusal) Error() string { return string(r.code) + ": " + r.detail }

func refuse(code engine.Code, format string, args ...any) *refusal {
	return &refusal{code: code, detail: fmt.Sprintf(format, args...)}
}

// with adds a header field to the refusal's answer.
func (r *refusal) with(name, value string) *refusal {
	r.header = append(r.header, headerField{name, value})
	return r
}

// composeProblem makes err the exchange's answer.
func (x *exchange) composeProblem(err error) {
	if x.declared != nil {
		x.refuseDeclared(err)
		return
	}
	p, header := describe(err)
	if p.Status >= http.StatusInternalServerError && errors.Is(x.r.Context().Err(), context.Canceled) {
		p, header = describe(refuse(codeClientGone, "nobody waits for the answer any more"))
	}
	p.RequestID = x.requestID
	x.code = p.Code
	var own *refusal
	x.foreign = errors.As(err, &own) && own.foreign
	if p.Status >= http.StatusInternalServerError {
		x.cause = err
	}
	x.answer.reset()
	x.answer.Status = p.Status
	x.answer.ContentType = problemMedia
	x.answer.Header = append(x.answer.Header, header...)
	x.encode(&p)
}

// describe tells the client of err as much as is meant for it.
func describe(err error) (problem, []headerField) {
	var (
		p       problem
		header  []headerField
		own     *refusal
		refused *engine.Error
	)
	var played playedStatus
	switch {
	case errors.As(err, &played):
		return playedProblem(int(played)), nil
	case errors.As(err, &own):
		p.Code, p.Detail, p.Errors, p.Reload, header = own.code, own.detail, own.errors, own.reload, own.header
	case errors.As(err, &refused):
		p.Code, p.Detail = refused.Code, refused.Message
		if refused.Code == engine.CodeAlreadyUsed {
			p.ConnectionID = refused.Related
		}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p.Code, p.Detail = engine.CodeUnavailable, "the request was given up before it was done; send it again"
	}
	found, known := outcomes[p.Code]
	if !known {
		p = problem{Code: codeInternal, Detail: "the log says more under this request's id"}
		found, header = outcomes[codeInternal], nil
	}
	p.Type, p.Title, p.Status = problemType+string(p.Code), found.title, found.status
	if p.Status == http.StatusServiceUnavailable {
		header = append(header, headerField{"Retry-After", retryAfter})
	}
	return p, header
}
