package e2e

import (
	"encoding/json"
	"errors"
	"io"
	"syscall"
	"testing"
	"time"
)

// broke sends a login and returns its answer, and what the client says of the wire.
func (s *server) broke(password string) (answer, error) {
	return s.send("POST", basePath+"/bank_connections/authenticate", credentials(password))
}

// Row 40: each way in which the wire breaks is seen as such by a client, and the login has happened.
func TestCatalogueOfBrokenWires(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: withCatalogue(t)})
	for password, check := range map[string]func(t *testing.T, got answer, err error){
		"brokenWire-connection_reset": failsWith(syscall.ECONNRESET),
		"brokenWire-empty_response":   failsWith(io.EOF),
		"brokenWire-truncated_body":   failsWith(io.ErrUnexpectedEOF),
		"brokenWire-malformed_json": func(t *testing.T, got answer, err error) {
			if err != nil || got.Status != 200 || len(got.Body) == 0 || json.Valid(got.Body) {
				t.Errorf("%v, %d, body %s; want 200 and a body that is no JSON", err, got.Status, got.Body)
			}
		},
		"brokenWire-dribble": func(t *testing.T, got answer, err error) {
			if err != nil {
				t.Fatal(err)
			}
			into[process](t, got, 200).is(t, authenticated, "")
			if took := got.Received.Sub(got.Sent); took < time.Second {
				t.Errorf("the whole answer came within %s", took)
			}
		},
		"brokenWire-500": fails(500, ""), "brokenWire-502": fails(502, ""),
		"brokenWire-503": fails(503, "30"), "brokenWire-504": fails(504, ""),
	} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			got, err := s.broke(password)
			check(t, got, err)
		})
	}
}

func failsWith(want error) func(t *testing.T, got answer, err error) {
	return func(t *testing.T, got answer, err error) {
		if !errors.Is(err, want) {
			t.Errorf("the client says %v, want %v", err, want)
		}
	}
}

func fails(status int, retryAfter string) func(t *testing.T, got answer, err error) {
	return func(t *testing.T, got answer, err error) {
		if err != nil || got.Status != status || got.Header.Get("Retry-After") != retryAfter || got.Header.Get("Content-Type") != "text/html" || json.Valid(got.Body) {
			t.Errorf("%v, %d, %v, body %s; want %d with a page, and Retry-After %q", err, got.Status, got.Header, got.Body, status, retryAfter)
		}
	}
}

// Row 22: one poll in five seconds.
func TestCataloguePollTooFast(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, start(t, setup{config: withCatalogue(t)}))
	id := c.authenticate(t, "pollTooFast").is(t, asksPhone, "").ID
	c.process(t, id).is(t, asksPhone, "")
	c.wait(t, "1s")
	if got := c.do(t, "GET", processPath(id), nil); got.Status != 429 || got.Header.Get("Retry-After") != "4" {
		t.Errorf("the second poll: %d, Retry-After %q; want 429 and 4", got.Status, got.Header.Get("Retry-After"))
	}
	c.wait(t, "4s")
	c.process(t, id).is(t, asksPhone, "")
	c.wait(t, "25s")
	c.process(t, id).is(t, authenticated, "")
}

// Row 27: the answer comes 30 s late by the session's clock, and no sooner.
func TestCatalogueBankSlow(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, start(t, setup{config: withCatalogue(t)}))
	answered := make(chan answer, 1)
	go func() {
		got, err := c.send("POST", "/sessions/"+c.session+basePath+"/bank_connections/authenticate", credentials("bankSlow"))
		if err != nil {
			t.Error(err)
		}
		answered <- got
	}()
	var got answer
	turned := 0
	eventually(t, patience, "the late answer", func() bool {
		select {
		case got = <-answered:
			return true
		default:
			c.wait(t, "10s")
			turned++
			return false
		}
	})
	if turned < 3 {
		t.Errorf("the answer came after %d s", turned*10)
	}
	into[process](t, got, 200).is(t, authenticated, "")
}

// Row 41, with the machine's own clock: any delay.
func TestCatalogueDelays(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: withCatalogue(t)})
	for password, delay := range map[string]time.Duration{"delay_0s": 0, "delay_1s": time.Second, "delay_2s": 2 * time.Second} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			got, err := s.broke(password)
			if err != nil {
				t.Fatal(err)
			}
			into[process](t, got, 200).is(t, authenticated, "")
			if took := got.Received.Sub(got.Sent); took < delay {
				t.Errorf("the answer took %s, want %s at least", took, delay)
			}
		})
	}
}
