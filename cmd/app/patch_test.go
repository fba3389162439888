package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

const patchedBank = `
scenarios:
  - name: family
    when: {password: {matches: 'p_(?P<word>.+)'}}
    authentication:
      status: DECOUPLED_AUTH_REQUIRED
      next: [{after: 1h, then: AUTHENTICATED}]
      respond:
        set: {status: SOMETHING_NEW, extra: {a: 1, b: 012, c: "${word}", d: ~, id: "${process_id}", none: "${connection_id}"}, challenge: {kind: X}, error: null}
        remove: [expires_at, updated_at, nothing.there]
        polled: {set: {text: "${username} at ${now}: ${status}", state: "${state}"}}
  - name: enveloped
    when: {password: envelope}
    authentication: {status: AUTHENTICATED, respond: {headers: {X-Process: "${process_id}"}, body: {data: {id: "${process_id}", status: "${status}", none: "${progress}"}}}}
    import: [{after: 1s, progress: 40, respond: {set: {percent: "${progress}", said: "at ${progress} %", state: "${state}"}}}, {after: 1h, status: SUCCESS}]
  - name: failed
    when: {password: failed}
    authentication: {status: AUTHENTICATED, respond: {http_status: 500, set: {oops: true}}}
  - name: tan
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: TAN, attempts: 3}
      next: [{challenge_response: "1", then: AUTHENTICATED}, {attempts: exhausted, then: AUTHENTICATION_FAILED}]
      respond: {remove: [challenge.attempts_left], polled: {remove: [challenge.attempts_left]}}
faults:
  - {endpoint: banks, set: {next_cursor: end}, remove: [banks.is_mock_bank]}
`

func TestAnswersArePatched(t *testing.T) {
	t.Parallel()
	p := play(t, patchedBank)
	now := p.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	p.api("POST", "/bank_connections/authenticate", map[string]any{"username": "u", "password": "p_a\"b", "state": "s"}).
		want(200, "status", "SOMETHING_NEW", "extra.a", 1, "extra.b", "012", "extra.c", `a"b`, "extra.d", nil, "extra.id", p.process,
			"extra.none", nil, "challenge", map[string]any{"kind": "X"}, "error", nil, "bank_slug", "MockBank").
		lacks("expires_at", "updated_at")
	p.poll().want(200, "status", "DECOUPLED_AUTH_REQUIRED", "text", "u at "+now+": DECOUPLED_AUTH_REQUIRED", "state", "s", "expires_at", nil)

	got := p.api("POST", "/bank_connections/authenticate", map[string]any{"username": "u", "password": "envelope", "state": "s"})
	id := got.Header.Get("X-Process")
	got.want(200, "data.id", id, "data.status", "AUTHENTICATED", "data.none", nil)
	p.process = id
	p.connect().want(201)
	p.Advance(time.Second)
	p.read().want(200, "percent", 40, "said", "at 40 %", "state", "s", "status", "IN_PROGRESS")

	p.login("failed").want(500, "oops", true, "status", "AUTHENTICATED")
	p.login("other").want(200).lacks("challenge.attempts_left")
	p.answer("2").want(200, "error.code", "INVALID_CHALLENGE_RESPONSE").lacks("challenge.attempts_left")
	p.poll().want(200, "status", "CHALLENGE_RESPONSE_REQUIRED").lacks("challenge.attempts_left")
	p.answer("1").want(200, "status", "AUTHENTICATED")
	p.api("GET", "/banks?is_mock_bank=any", nil).want(200, "next_cursor", "end", "banks.0.slug", "MockBank").lacks("banks.0.is_mock_bank")
}

// receiver keeps what webhooks bring.
type receiver struct {
	*httptest.Server
	mu  sync.Mutex
	got []map[string]any
}

func receive(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		text, _ := io.ReadAll(q.Body)
		var body map[string]any
		_ = json.Unmarshal(text, &body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, body)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []map[string]any {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]map[string]any(nil), r.got...)
}

func TestDeliveriesArePatched(t *testing.T) {
	t.Parallel()
	r := receive(t)
	p := play(t, `
scenarios:
  - {name: family, when: {password: {matches: 'p_(?P<word>.+)'}}, authentication: AUTHENTICATED, import: {takes: 1s}}
webhooks:
  - name: app
    url: `+r.URL+`
    set: {data: {provider: "${word}", percent: "${progress}", state: "${state}"}, version: 2, type: "bank.${status}"}
    remove: [data.session, timestamp]
`)
	p.api("POST", "/bank_connections/authenticate", map[string]any{"username": "u", "password": "p_x", "state": "s"}).want(200)
	p.connect()
	p.Advance(time.Second)
	got := r.all()
	if len(got) < 2 {
		t.Fatalf("%d deliveries", len(got))
	}
	first, last := got[0], got[len(got)-1]
	data := first["data"].(map[string]any)
	if first["type"] != "bank.AUTHENTICATED" || first["version"] != 2.0 || first["timestamp"] != nil || data["provider"] != "x" || data["percent"] != nil || data["session"] != nil {
		t.Errorf("first %v", first)
	}
	data = last["data"].(map[string]any)
	if last["type"] != "bank.SUCCESS" || data["percent"] != 100.0 || data["state"] != "s" || data["import_progress"] != 100.0 || data["provider"] != "x" {
		t.Errorf("last %v", last)
	}
}
