package httpapi

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/iotest"
)

// A client that ends its body too early sent a bad request: sending it again would not help. The server
// ends the request's context at the same time.
func TestBodyThatEndsTooEarly(t *testing.T) {
	t.Parallel()
	s := start(t)
	ends := func(r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		cancel()
		*r = *r.WithContext(ctx)
		r.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
	}
	s.send("POST", base+"/bank_connections/authenticate", credentials("success"), ends).wantProblem(400, "unreadable_body")
}

// Some editors and shells put a byte order mark before what they save.
func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, kind := range []string{"application/json", "application/x-www-form-urlencoded"} {
		got := s.send("POST", base+"/bank_connections/authenticate", "\ufeff"+credentials("success"), header("Content-Type", kind)).want(200)
		if got.text("status") != "AUTHENTICATED" {
			t.Errorf("%s: %s", kind, got.Body)
		}
	}
}
