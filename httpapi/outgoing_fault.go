package httpapi

import (
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// sendThrough sends the answer, broken as the fault says.
func (x *exchange) sendThrough(fault engine.WireFault, over time.Duration) {
	x.outgoing.broken = fault
	switch fault {
	case engine.FaultConnectionReset:
		x.hangUp(true)
	case engine.FaultEmptyResponse:
		x.hangUp(false)
	case engine.FaultTruncatedBody:
		x.truncate()
	case engine.FaultMalformedJSON:
		x.garble()
		x.send()
	case engine.FaultDribble:
		x.dribble(over)
	default:
		x.send()
	}
}

// hangUp ends the connection without a byte of an answer: as one that is reset, or as one that is closed.
func (x *exchange) hangUp(reset bool) {
	x.prepareHeader()
	x.record()
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // of HTTP/2 only the stream can be reset
	}
	if reset {
		setLinger(conn)
	}
	_ = conn.Close() // it is to be broken
}

// setLinger lets the connection's end be a reset: what was not sent is thrown away.
func setLinger(conn net.Conn) {
	if secured, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secured.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a connection that is already gone cannot be reset
	}
}

// truncate promises the whole body and sends the half of it. The server then closes the connection, as
// it cannot be used again.
func (x *exchange) truncate() {
	x.prepareHeader()
	body := x.answer.body.Bytes()
	if bodyAllowed(x.answer.Status) {
		x.Header()["Content-Length"] = []string{strconv.Itoa(max(len(body), 1))}
	}
	x.WriteHeader(x.answer.Status)
	_, _ = x.Write(body[:len(body)/2]) // it is to be broken
}

// garble spoils the body: no JSON ends in an opening brace.
func (x *exchange) garble() {
	x.answer.body.Truncate(x.answer.body.Len() / 2)
	x.answer.body.WriteByte('{')
	x.outgoing.shaped = true
}

// A body that dribbles comes in at most this many pieces, each so long after the one before.
const (
	dribblePieces = 50
	dribblePause  = 100 * time.Millisecond
)

// dribble sends the answer piece by piece, over seconds of the wall clock: it is the wire that is slow,
// whatever a session's clock does. When the server shuts down, or the client has
// gone away, the rest comes at once.
func (x *exchange) dribble(over time.Duration) {
	x.prepareHeader()
	x.WriteHeader(x.answer.Status)
	flush := http.NewResponseController(x.w).Flush
	rest := x.answer.body.Bytes()
	size, pause := max((len(rest)+dribblePieces-1)/dribblePieces, 1), dribblePause
	if over > 0 {
		pieces := max(1, (len(rest)+size-1)/size)
		pause = over / time.Duration(pieces)
	}
	released := false
	for len(rest) > 0 {
		if !released {
			released = flush() != nil || x.cutShort(pause)
		}
		piece := min(size, len(rest))
		if _, err := x.Write(rest[:piece]); err != nil {
			return // the client has gone away
		}
		rest = rest[piece:]
	}
}

// cutShort waits, and reports whether the server begins to shut down, or the client goes away, before the
// time has passed.
func (x *exchange) cutShort(d time.Duration) bool {
	select {
	case <-time.After(d):
		return false
	case <-x.api.config.Stopping:
	case <-x.context().Done():
	}
	return true
}
