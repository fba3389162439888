package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func key(k string) request { return header("Idempotency-Key", k) }

func TestRepeatsGetTheFirstAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	authenticated, open, phone := s.login("success"), s.login("challenge"), s.login("phone")
	imported := s.connect("success")
	s.clock.advance(10 * time.Second)
	tests := map[string]struct {
		path, body string
		status     int
	}{
		"authenticate":   {base + "/bank_connections/authenticate", credentials("redirect"), 200},
		"connect":        {base + "/bank_connections", processField(authenticated), 201},
		"confirm":        {base + "/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", open, "challenge_response", "0"), 200},
		"a poll":         {base + "/bank_connections/confirm_challenge_response", processField(s.login("polled")), 200},
		"update":         {base + "/bank_connections/" + imported + "/update", "", 200},
		"approve":        {"/admin/v1/processes/" + phone + "/approve", "", 200},
		"reload":         {"/admin/v1/reload", "", 200},
		"a refusal":      {base + "/bank_connections", processField(open), 409},
		"invalid fields": {base + "/bank_connections", `{}`, 422},
		"malformed":      {base + "/bank_connections", `{`, 400},
	}
	s.configuration.outcome = ReloadOutcome{Result: ReloadApplied, Trigger: "api", At: s.clock.now()}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := s.send("POST", test.path, test.body, key("key of "+name), loopback).want(test.status)
			again := s.send("POST", test.path, test.body, key("key of "+name), loopback).want(test.status)
			if first.Body.String() != again.Body.String() {
				t.Errorf("first\n%s\nthen\n%s", first.Body, again.Body)
			}
			for _, name := range []string{"Location", "Content-Type", "X-Mockbank-Scenario", "X-Mockbank-Rules"} {
				if first.Header().Get(name) != again.Header().Get(name) {
					t.Errorf("%s was %q, then %q", name, first.Header().Get(name), again.Header().Get(name))
				}
			}
			if first.Header().Get("Idempotency-Replayed") != "" || again.Header().Get("Idempotency-Replayed") != "true" {
				t.Errorf("replays are not told from first answers")
			}
		})
	}
}

func TestKeysBelongToSessionAndRoute(t *testing.T) {
	t.Parallel()
	s := start(t)
	path, body := base+"/bank_connections/authenticate", credentials("success")
	id := func(changes ...request) string {
		t.Helper()
		return s.send("POST", path, body, append(changes, key("k"))...).want(200).text("bank_authentication_process_id")
	}
	first := id()
	if id() != first {
		t.Error("a repeat did the work again")
	}
	if id(header("X-Mockbank-Session", "other")) == first {
		t.Error("another session got the answer")
	}
	s.send("POST", base+"/bank_connections", processField(first), key("k")).want(201)
}

func TestKeyWithAnotherRequest(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.send("POST", base+"/bank_connections/authenticate", credentials("success"), key("k")).want(200)
	s.send("POST", base+"/bank_connections/authenticate", credentials("challenge"), key("k")).wantProblem(422, "idempotency_key_reused")

	one, two := s.connect("success"), s.connect("success")
	s.clock.advance(time.Minute)
	s.send("POST", base+"/bank_connections/"+one+"/update", "", key("u")).want(200)
	s.send("POST", base+"/bank_connections/"+two+"/update", "", key("u")).wantProblem(422, "idempotency_key_reused")
}

func TestKeysAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, bad := range []string{strings.Repeat("k", 256), "ä", "a\tb"} {
		s.send("POST", base+"/bank_connections", `{}`, key(bad)).wantProblem(400, "invalid_header")
	}
	s.send("POST", base+"/bank_connections", `{}`, key(strings.Repeat("k", 255))).wantProblem(422, "invalid_fields")
}

// gate is a bank whose logins wait until they are let through.
type gate struct {
	Bank
	entered chan struct{}
	leave   chan struct{}
}

func (g *gate) Authenticate(ctx context.Context, login engine.Login, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error) {
	g.entered <- struct{}{}
	<-g.leave
	return g.Bank.Authenticate(ctx, login, within...)
}

func TestKeyInUse(t *testing.T) {
	t.Parallel()
	g := &gate{entered: make(chan struct{}), leave: make(chan struct{})}
	s := start(t, func(c *Config) { g.Bank, c.Bank = c.Bank, g })
	path, body := base+"/bank_connections/authenticate", credentials("success")
	var running sync.WaitGroup
	running.Go(func() { s.send("POST", path, body, key("k")).want(200) })
	<-g.entered
	busy := s.send("POST", path, body, key("k")).wantProblem(409, "idempotency_key_in_use")
	if busy.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.send("POST", path, credentials("other"), key("k")).wantProblem(422, "idempotency_key_reused")
	close(g.leave)
	running.Wait()
	s.send("POST", path, body, key("k")).want(200)
}

// trouble is a bank whose logins fail, before or after their transaction.
type trouble struct {
	Bank
	before, after error
}

func (b *trouble) Authenticate(ctx context.Context, login engine.Login, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error) {
	if b.before != nil {
		return engine.ProcessState{}, engine.LoseOn(ctx, b.before)
	}
	state, err := b.Bank.Authenticate(ctx, login, within...)
	return state, errors.Join(err, b.after)
}

func TestFailuresGiveTheKeyUp(t *testing.T) {
	t.Parallel()
	b := &trouble{before: &engine.Error{Code: engine.CodeUnavailable, Message: "the database does not answer"}}
	s := start(t, func(c *Config) { b.Bank, c.Bank = c.Bank, b })
	path, body := base+"/bank_connections/authenticate", credentials("success")
	s.send("POST", path, body, key("k")).wantProblem(503, "unavailable")
	b.before = nil
	// N-4: the client of a silent database is answered at once, and its claim is given up after that.
	deadline := time.Now().Add(time.Minute)
	got := s.send("POST", path, body, key("k"))
	for got.Code == http.StatusConflict && time.Now().Before(deadline) {
		got = s.send("POST", path, body, key("k"))
	}
	got.want(200)
}

// A client that hears of a failure must not do the work twice where the transaction was committed.
func TestUnsureFailuresKeepTheAnswer(t *testing.T) {
	t.Parallel()
	b := &trouble{after: &engine.Error{Code: engine.CodeUnavailable, Message: "the connection was lost"}}
	s := start(t, func(c *Config) { b.Bank, c.Bank = c.Bank, b })
	path, body := base+"/bank_connections/authenticate", credentials("success")
	s.send("POST", path, body, key("k")).wantProblem(503, "unavailable")
	again := s.send("POST", path, body, key("k")).want(200)
	if again.Header().Get("Idempotency-Replayed") != "true" {
		t.Error("the work was done twice")
	}
}

// stale is a bank that runs a login's `within` once more than it commits.
type stale struct{ Bank }

func (b *stale) Authenticate(ctx context.Context, login engine.Login, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error) {
	for _, step := range within {
		if err := step(discarded{}, engine.ProcessState{Status: engine.AuthenticationFailed}); err != nil {
			return engine.ProcessState{}, err
		}
	}
	if login.Password == "refused" {
		return engine.ProcessState{}, &engine.Error{Code: engine.CodeUnknownBank, Message: "gone meanwhile"}
	}
	return b.Bank.Authenticate(ctx, login, within...)
}

// discarded is a transaction of which nothing is kept.
type discarded struct{ engine.Tx }

func (discarded) AnswerRequest(engine.RequestKey, []byte) error { return nil }

func TestOnlyTheCommittedAnswerIsGiven(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Bank = &stale{c.Bank} })
	path := base + "/bank_connections/authenticate"
	for range 2 {
		if got := s.send("POST", path, credentials("success"), key("k")).want(200); got.text("status") != "AUTHENTICATED" {
			t.Errorf("%s", got.Body)
		}
		s.send("POST", path, credentials("refused"), key("r")).wantProblem(422, "unknown_bank")
	}
}

func TestFingerprintsAreKeyed(t *testing.T) {
	t.Parallel()
	fingerprint := func(secret string) string {
		claims := &claims{}
		s := start(t, func(c *Config) { c.FingerprintKey, claims.Requests, c.Requests = []byte(secret), c.Requests, claims })
		s.send("POST", base+"/bank_connections/authenticate", credentials("success"), key("k")).want(200)
		return claims.fingerprint
	}
	one := fingerprint("sixteen bytes or more")
	if again := fingerprint("sixteen bytes or more"); again != one {
		t.Error("one key, two fingerprints: repeats would not survive a restart")
	}
	if other := fingerprint("another of such a length"); other == one || len(one) != 64 {
		t.Errorf("fingerprints %q and %q", one, other)
	}
}

// claims notes the fingerprint that was claimed with.
type claims struct {
	Requests
	fingerprint string
}

func (c *claims) ClaimRequest(ctx context.Context, k engine.RequestKey, fingerprint string, now time.Time, lease time.Duration) (engine.Claim, error) {
	c.fingerprint = fingerprint
	return c.Requests.ClaimRequest(ctx, k, fingerprint, now, lease)
}
