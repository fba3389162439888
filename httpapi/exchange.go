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
	began    time.Time

	requestID string
	session   string
	scenario  string // the one that made the answer

	body    bytes.Buffer // the request's, once read
	answer  answer
	encoder *json.Encoder // into answer.body
	claim   claim

	sent    int // the status sent, 0 before
	written int64
	code    engine.Code // of a refusal
	cause   error       // what the log says of a failure
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
	return x
}

// release gives the exchange back to the pool.
func (x *exchange) release() {
	if x.body.Cap() > largestPooled || x.answer.body.Cap() > largestPooled {
		return
	}
	x.body.Reset()
	x.answer.reset()
	x.api, x.w, x.r, x.endpoint = nil, nil, nil, nil
	x.match, x.claim = mux.RouteMatch{}, claim{}
	x.requestID, x.session, x.scenario = "", "", ""
	x.sent, x.written, x.code, x.cause = 0, 0, "", nil
	exchanges.Put(x)
}

// Header implements [http.ResponseWriter].
func (x *exchange) Header() http.Header { return x.w.Header() }

// WriteHeader implements [http.ResponseWriter].
func (x *exchange) WriteHeader(status int) {
	if x.sent == 0 && status >= http.StatusOK {
		x.sent = status
	}
	x.w.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (x *exchange) Write(p []byte) (int, error) {
	if x.sent == 0 {
		x.sent = http.StatusOK
	}
	n, err := x.w.Write(p)
	x.written += int64(n)
	return n, err
}

// Unwrap lets an [http.ResponseController] reach the server's own ResponseWriter.
func (x *exchange) Unwrap() http.ResponseWriter { return x.w }

func (x *exchange) context() context.Context { return x.r.Context() }

// variable returns what a name in braces in the route's path stands for.
func (x *exchange) variable(name string) string { return x.match.Vars[name] }
