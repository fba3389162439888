package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// applyShape makes of the composed answer what the shape says. What repeats of the request get stays as it
// was composed.
func (x *exchange) applyShape(shape *engine.ResponseShape) {
	x.outgoing.shaped, x.outgoing.replaced = true, shape.Body != nil
	if shape.Refuses() && x.endpoint.page == nil { // a page tells of it itself
		x.composePlayed(shape)
	}
	if x.declared != nil && shape.Body == nil && shape.HTTPStatus >= http.StatusBadRequest && !shape.Limited {
		x.composeDeclaredFailure(shape.HTTPStatus)
	}
	if shape.HTTPStatus != 0 {
		x.answer.Status = shape.HTTPStatus
	}
	if shape.Body != nil {
		x.answer.body.Reset()
		x.answer.body.WriteString(*shape.Body)
		x.answer.dropLanguages()
	}
	if shape.RetryAfter != nil {
		x.answer.set("Retry-After", wholeSeconds(*shape.RetryAfter))
	}
	if shape.Name != "" {
		x.answer.set("X-Mockbank-Fault", shape.Name)
	}
	x.patch(shape)
	x.answer.without = shape.Without
	for name, value := range shape.Headers {
		x.answer.set(name, value)
	}
	if !bodyAllowed(x.answer.Status) {
		x.answer.body.Reset()
		x.answer.ContentType = ""
	}
}

// composePlayed makes a problem of the shape's status the answer: an error never says what only a success has
// to say. The scenario that plays it is still named.
func (x *exchange) composePlayed(shape *engine.ResponseShape) {
	scenario, rules := x.answer.Scenario, x.answer.Rules
	if shape.Limited && shape.HTTPStatus == http.StatusTooManyRequests {
		x.composeProblem(&engine.Error{Code: codeTooManyRequests,
			Message: "the bank takes no more requests of this kind for now; Retry-After says when it does"})
	} else {
		p := playedProblem(shape.HTTPStatus)
		p.RequestID, x.code = x.requestID, p.Code
		x.answer.reset()
		x.answer.Status, x.answer.ContentType = p.Status, problemMedia
		x.encode(&p)
	}
	x.madeBy(scenario, rules)
}

// playedProblem is what the bank says with a status that a scenario or a fault makes it answer with. Its code is
// the status's name, such as service_unavailable, or status_599 where it has none.
func playedProblem(status int) problem {
	p := surface.Played(status, http.StatusText(status))
	return problem{Type: p.Type, Title: p.Title, Status: p.Status, Code: p.Code, Detail: p.Detail}
}

// set gives the answer a header field in place of another of its name. How long a message is, and how
// it is framed, is never a scenario's to say.
func (a *answer) set(name, value string) {
	name = http.CanonicalHeaderKey(name)
	switch name {
	case "Content-Length", "Transfer-Encoding":
		return
	case "Content-Type":
		a.ContentType = value
		return
	}
	for i := range a.Header {
		if a.Header[i].Name == name {
			a.Header[i].Value = value
			return
		}
	}
	a.Header = append(a.Header, headerField{name, value})
}

// wholeSeconds is a duration in seconds, rounded up, as Retry-After takes it.
func wholeSeconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// bodyAllowed reports whether an answer of the status may have a body.
func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}
