package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// exchange is one request and its answer, on their way through the API. It stands before the
// server's own ResponseWriter, so that it knows what was sent. Exchanges are pooled: nothing may
// hold one after its request has ended.
type exchange struct {
	api      *api
	w        http.ResponseWriter
	r        *http.Request
	match    mux.RouteMatch
	endpoint *endpoint
	ctx      context.Context // the request's, with the exchange in it
	began    time.Time

	requestID string
	trace     trace // that the client's request is a part of
	session   string
	prefix    string // "/sessions/NAME" where the path names the session
	username  string // of a login that names the session, without it
	scenario  string // the one that made the answer
	phone     string // where the user of a login decides in the bank's app, for the log

	body     bytes.Buffer // the request's, once read
	decoded  *fields      // the body's, once decoded
	about    about
	entry    journal.Entry // the last in the journal, whose lists are filled again
	answer   answer
	encoder  *json.Encoder // into answer.body
	claim    claim
	login    engine.Login   // the request's, as the bank was given it
	request  engine.Request // as faults see it, and what they made of it
	outgoing outgoing
	// declared is what the request asks of a declared api; nil for mockbank's own endpoints.
	declared *declared
	// explanation is that of a login whose client asked for it.
	explanation *explanationBody

	sent     int  // the status sent, 0 before
	recorded bool // in the journal
	written  int64
	code     engine.Code // of a refusal
	foreign  bool        // whose words the journal must not keep
	masked   []string    // what the client said that the journal does not show
	cause    error       // what the log says of a failure
}

// largestPooled is the capacity, in bytes, up to which an exchange's buffers are used again.
const largestPooled = 64 << 10

var exchanges = sync.Pool{New: func() any {
	x := new(exchange)
	x.encoder = json.NewEncoder(&x.answer.body)
	x.encoder.SetEscapeHTML(false)
	return x
}}

func (a *api) begin(w http.ResponseWriter, r *http.Request) *exchange {
	x := exchanges.Get().(*exchange)
	x.api, x.w, x.r, x.began = a, w, r, a.now()
	x.endpoint = a.unrouted
	x.ctx = context.WithValue(engine.WithPatience(r.Context()), exchangeKey{}, x)
	return x
}

// release gives the exchange back to the pool.
func (x *exchange) release() {
	if x.body.Cap() > largestPooled || x.answer.body.Cap() > largestPooled {
		return
	}
	x.body.Reset()
	x.answer.reset()
	x.api, x.w, x.r, x.endpoint, x.ctx = nil, nil, nil, nil, nil
	x.match, x.claim = mux.RouteMatch{}, claim{}
	x.login, x.outgoing, x.request = engine.Login{}, outgoing{}, engine.Request{}
	x.trace = trace{}
	x.requestID, x.session, x.prefix, x.username, x.scenario, x.phone = "", "", "", "", "", ""
	x.decoded, x.about, x.explanation, x.declared, x.masked = nil, about{}, nil, nil, nil
	x.sent, x.recorded, x.written, x.code, x.foreign, x.cause = 0, false, 0, "", false, nil
	exchanges.Put(x)
}

// Header implements [http.ResponseWriter].
func (x *exchange) Header() http.Header { return x.w.Header() }

// WriteHeader implements [http.ResponseWriter].
func (x *exchange) WriteHeader(status int) {
	if x.sent == 0 && status >= http.StatusOK {
		x.sent = status
		x.record()
	}
	x.w.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (x *exchange) Write(p []byte) (int, error) {
	if x.sent == 0 {
		x.sent = http.StatusOK
		x.record()
	}
	n, err := x.w.Write(p)
	x.written += int64(n)
	return n, err
}

// Unwrap lets an [http.ResponseController] reach the server's own ResponseWriter.
func (x *exchange) Unwrap() http.ResponseWriter { return x.w }

// context is the request's. What the bank does under it is observed for the exchange's journal entry.
func (x *exchange) context() context.Context { return x.ctx }

// variable returns what a name in braces in the route's path stands for.
func (x *exchange) variable(name string) string { return x.match.Vars[name] }
