package httpapi

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// finish ends the exchange: a panic becomes a problem, the log gets its line and the metrics their
// numbers. It must be deferred.
func (x *exchange) finish() {
	panicked := recover()
	if panicked != nil {
		x.answerPanic(panicked)
	}
	x.note()
	took := x.api.now().Sub(x.began)
	x.endpoint.meter.note(x.sent, took)
	event := x.api.logger.WithLevel(x.level())
	event.Str("route", x.endpoint.name).Str("method", x.r.Method).Int("status", x.sent).
		Float64("duration_ms", float64(took.Microseconds())/1000).Int64("bytes", x.written).Str("request_id", x.requestID).Str("session", x.session)
	x.logOutcome(event)
	event.Msg("request")
	x.release()
	if panicked == http.ErrAbortHandler {
		panic(panicked)
	}
}

// answerPanic tells the log where it happened, and the client that something did.
func (x *exchange) answerPanic(panicked any) {
	if panicked == http.ErrAbortHandler {
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

// level is that of the access log's line: what people must look at stands out, and what machines
// ask all day long does not.
func (x *exchange) level() zerolog.Level {
	switch {
	case x.sent == http.StatusInternalServerError:
		return zerolog.ErrorLevel
	case x.sent > http.StatusInternalServerError:
		return zerolog.WarnLevel
	case x.endpoint.quiet:
		return zerolog.DebugLevel
	default:
		return zerolog.InfoLevel
	}
}

// logOutcome adds what is there only sometimes. A refusal's message is not: it may repeat what the
// client sent.
func (x *exchange) logOutcome(event *zerolog.Event) {
	if x.scenario != "" {
		event.Str("scenario", x.scenario)
	}
	if x.phone != "" {
		event.Str("phone_url", x.phone)
	}
	if x.code != "" {
		event.Str("code", string(x.code))
	}
	if x.wire.broken != "" {
		event.Str("wire_fault", string(x.wire.broken))
	}
	if x.cause != nil {
		event.Err(x.cause)
	}
	if x.endpoint == x.api.unrouted {
		event.Str("path", shorten(x.r.URL.Path))
	}
}
