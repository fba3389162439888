package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/mockbank/mockbank/engine"
)

// finish ends the exchange: a panic becomes a problem, the log gets its line and the metrics their
// numbers. It must be deferred.
func (x *exchange) finish() {
	panicked := recover()
	if panicked != nil {
		x.answerPanic(panicked)
	}
	x.record()
	took := x.api.now().Sub(x.began)
	x.endpoint.meter.record(x.sent, took)
	x.api.metrics.bank.count(x)
	x.log(took)
	x.release()
	if aborted(panicked) {
		panic(panicked)
	}
}

// answerPanic tells the log where it happened, and the client that something did.
func (x *exchange) answerPanic(panicked any) {
	if aborted(panicked) {
		return
	}
	x.api.logger.Error().Str("request_id", x.requestID).Str("panic", fmt.Sprint(panicked)).
		Bytes("stack", debug.Stack()).Msg("panic while answering a request")
	x.composeProblem(&engine.Error{Code: codeInternal, Message: "the log says more under this request's id"})
	x.settleClaim()
	if x.sent == 0 {
		x.send()
	}
}

// aborted reports whether a handler gave its connection up on purpose.
func aborted(panicked any) bool {
	err, is := panicked.(error)
	return is && errors.Is(err, http.ErrAbortHandler)
}
