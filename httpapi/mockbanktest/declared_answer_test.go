package mockbanktest_test

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// An answer may change its body's members, refuse before anything is done, and let only some requests pass.
func TestDeclaredAnswersHaveWhatRespondHas(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(`
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios:
  - {name: second, when: {password: good, attempt: 2}, authentication: {status: AUTHENTICATION_FAILED, error: {code: SECOND}}}
  - {name: good, authentication: AUTHENTICATED}
apis:
  - name: small
    base: /small
    problem: {no: "${problem.status}"}
    endpoints:
      GET /changed:
        answer: {body: &body {a: {b: 1, c: 2}, d: [1], e: "${session}"}, set: {a: {b: null, x: "${session}"}, f: "012"}, remove: [a.c, d, nothing.here]}
      GET /only: {answer: {set: {a: 1}}}
      POST /logins:
        does: {authenticate: {username: u, password: good}}
        answers:
          - {when: {fields: {busy: "true"}}, processed: false, status: 503, body: {busy: true}}
          - {body: {why: "${error.code}"}}
      GET /few:
        answers:
          - {rate_limit: {per: 1h, requests: 2, window: rolling, headers: {X-Left: "${remaining}"}}}
          - {rate_limit: {per: 24h, requests: 3}, status: 200, body: {own: limit}}
          - {body: {ok: true}}
      GET /day:
        rate_limit: {requests: 1, window: day, zone: Europe/Berlin}
        answer: {status: 204}
`))
	session := server.Session(t)
	s := &shop{client: newClient(t, server.URL+"/sessions/"+session.Name+"/small")}
	s.wants("GET", "/changed", "", 200, `{"a":{"b":null,"x":"`+session.Name+`"},"e":"`+session.Name+`","f":"012"}`)
	s.wants("GET", "/only", "", 200, `{"a":1}`)
	s.wants("POST", "/logins", `{}`, 200, `{"why":null}`)
	s.wants("POST", "/logins", `{"busy":true}`, 503, `{"busy":true}`)
	s.wants("POST", "/logins", `{}`, 200, `{"why":"SECOND"}`)

	s.wants("GET", "/few", "", 200, `{"ok":true}`)
	s.wants("GET", "/few", "", 200, `{"ok":true}`)
	if status, _, header := s.raw("GET", "/few", ""); status != 429 || header.Get("X-Left") != "0" || header.Get("Retry-After") == "" {
		t.Errorf("beyond the limit: %d with %v", status, header)
	}
	session.Advance(time.Hour)
	s.wants("GET", "/few", "", 200, `{"ok":true}`)
	s.wants("GET", "/few", "", 200, `{"own":"limit"}`)
	s.wants("GET", "/day", "", 204, "")
	s.wants("GET", "/day", "", 429, `{"no":429}`)
	session.Advance(24 * time.Hour)
	s.wants("GET", "/day", "", 204, "")
}
