package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// reshape makes of the composed answer what the shape says. What repeats of the request get stays as it
// was composed.
func (x *exchange) reshape(shape *engine.Shape) {
	x.wire.reshaped = true
	if shape.Limited && shape.Body == nil && shape.HTTPStatus == http.StatusTooManyRequests {
		x.composeLimited()
	}
	if shape.HTTPStatus != 0 {
		x.answer.Status = shape.HTTPStatus
	}
	if shape.Body != nil {
		x.answer.body.Reset()
		x.answer.body.WriteString(*shape.Body)
		x.answer.dropLanguages()
	}
	if shape.RetryAfter > 0 {
		x.answer.set("Retry-After", wholeSeconds(shape.RetryAfter))
	}
	if shape.Name != "" {
		x.answer.set("X-Mockbank-Fault", shape.Name)
	}
	for name, value := range shape.Headers {
		x.answer.set(name, value)
	}
	if !bodyAllowed(x.answer.Status) {
		x.answer.body.Reset()
		x.answer.ContentType = ""
	}
}

// composeLimited makes a problem the answer to a request beyond a rate limit. The scenario that limits
// is still named.
func (x *exchange) composeLimited() {
	scenario, rules := x.answer.Scenario, x.answer.Rules
	x.composeProblem(&engine.Error{Code: codeTooManyRequests, Message: "the bank takes no more requests of this kind for now; Retry-After says when it does"})
	x.madeBy(scenario, rules)
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
