package httpapi

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/mockbank/mockbank/engine"
)

// playedStatus is an error that a scenario or a fault makes the bank answer with.
type playedStatus int

// Error implements the error interface.
func (s playedStatus) Error() string { return "made to answer with " + strconv.Itoa(int(s)) }

// withFault lets a page answer for a process as a fault of the endpoint `pages` says, where one fits. It reports whether
// the page has still to be shown.
func (x *exchange) withFault(process string, page func(w http.ResponseWriter) error) (show bool, err error) {
	state, err := x.api.bank.Process(x.context(), process)
	if err != nil {
		return true, nil // the page tells of it
	}
	x.request = engine.Request{Endpoint: engine.EndpointPages, Header: headerOf(x.r)}
	shape, err := x.api.bank.Fault(x.context(), &x.request, engine.Subject{
		Session: state.Session, Bank: state.Bank, Username: state.Username, Scenario: state.Scenario, Case: state.Trigger,
		ProcessID: state.ID,
	})
	if err != nil || shape == nil {
		return true, err
	}
	x.outgoing.open, x.request.Decided, x.request.Fault, x.request.Refused = true, true, shape, shape.Refused
	shown := pageRecorder{header: http.Header{}, status: http.StatusOK}
	if !shape.Refused {
		_ = page(&shown) // what it tells is in the answer
		if after, err := x.api.bank.Process(x.context(), process); err == nil {
			state = after
		}
	}
	x.about.process(&state)
	if shape.Refuses() {
		shown = pageRecorder{header: http.Header{}, status: http.StatusOK}
		_ = x.api.pages.Failure(&shown, x.r, playedStatus(shape.HTTPStatus))
		shown.header.Del("Retry-After") // it says so itself
		shown.status = http.StatusOK    // and its status
	}
	x.take(&shown)
	return false, nil
}

// take makes a page the exchange's answer.
func (x *exchange) take(page *pageRecorder) {
	x.answer.reset()
	x.answer.Status, x.answer.ContentType = page.status, page.header.Get("Content-Type")
	if x.answer.ContentType == "" {
		x.answer.ContentType = "text/html; charset=utf-8"
	}
	for name, values := range page.header {
		if name != "Content-Length" && name != "Content-Type" && len(values) > 0 {
			x.answer.Header = append(x.answer.Header, headerField{name, values[0]})
		}
	}
	x.answer.body.Write(page.body.Bytes())
}

// pageRecorder is a ResponseWriter that keeps a page.
type pageRecorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (p *pageRecorder) Header() http.Header { return p.header }

// WriteHeader implements [http.ResponseWriter].
func (p *pageRecorder) WriteHeader(status int) { p.status = status }

// Write implements [http.ResponseWriter].
func (p *pageRecorder) Write(text []byte) (int, error) { return p.body.Write(text) }
