package httpapi

import (
	"net/http"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// guard says who may use an endpoint.
type guard func(x *exchange) error

// endpoint is what a route leads to.
type endpoint struct {
	// name is the route's, in the access log, the metrics and the keys of repeatable requests.
	name  string
	guard guard
	// answer composes the exchange's answer. It is nil where page is set.
	answer func(x *exchange) error
	// page writes to the exchange itself.
	// It returns the error that it told of, for the log.
	page func(x *exchange) error

	// session, where set, finds the session that a body names, before the Idempotency-Key is looked up.
	session func(x *exchange) error

	// largestBody is the largest body in bytes, where that is another than for most.
	largestBody int64
	// fault, where set, is what faults of the scenarios call the endpoint.
	fault engine.Endpoint
	// journalled says that the journal keeps its exchanges.
	journalled bool
	// quiet says that the access log tells of it at level debug only.
	quiet bool
	meter meter
}

// ServeHTTP implements [http.Handler]; the router always calls it with an exchange.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	x := w.(*exchange)
	x.endpoint = e
	if err := e.serve(x); err != nil {
		x.fail(err)
	}
	if x.sent == 0 && x.answer.Status != 0 {
		x.deliver()
	}
}

// fail tells of an error in the form that whoever asks at the path expects.
func (x *exchange) fail(err error) {
	if forPeople(x.r.URL.Path) && (x.endpoint.page != nil || strings.Contains(sentHeader(x.r, "Accept"), "text/html")) {
		x.servePage(func(x *exchange) error { return x.failPage(err) })
		return
	}
	x.composeProblem(err)
}

// forPeople reports whether the path is one of the pages'.
func forPeople(path string) bool {
	if strings.HasSuffix(path, "/changes") { // its script's own stream
		return false
	}
	return path == "/" || path == "/login" || path == "/phone" || strings.HasPrefix(path, "/login/") || strings.HasPrefix(path, "/phone/")
}

func (e *endpoint) serve(x *exchange) error {
	if e.guard != nil {
		if err := e.guard(x); err != nil {
			return err
		}
	}
	if e.page != nil {
		x.servePage(e.page)
		return nil
	}
	if !e.takesBody(x) {
		if x.declared != nil {
			if err := e.session(x); err != nil {
				return err
			}
		}
		return e.handle(x)
	}
	if err := x.readBody(); err != nil {
		return err
	}
	if e.session != nil {
		if err := e.session(x); err != nil {
			return err
		}
	}
	return x.once(e.handle)
}

// handle lets the endpoint do its work: neither a request that may not ask nor a repeat that is answered
// already gets here.
func (e *endpoint) handle(x *exchange) error {
	x.outgoing.open = e.fault != ""
	if x.outgoing.open {
		if err := x.api.sessions.Begin(x.context(), x.session); err != nil {
			return err
		}
		x.request = engine.Request{Endpoint: e.fault, Header: headerOf(x.r)}
		if x.declared != nil { // which tells the bank of it as far as it lets the bank do something
			x.declared.host.Request = &x.request
		} else {
			x.ctx = engine.WithRequest(x.ctx, &x.request)
		}
	}
	return e.answer(x)
}

// servePage lets a page write its answer, and notes what the log will say of it.
func (x *exchange) servePage(page func(*exchange) error) {
	err := page(x)
	x.scenario = one(x.Header(), "X-Mockbank-Scenario")
	if err == nil {
		return
	}
	if x.sent == 0 {
		x.composeProblem(err)
		return
	}
	x.code = describedCode(err)
	if x.sent >= http.StatusInternalServerError {
		x.cause = err
	}
}
