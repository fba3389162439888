package app_test

import (
	"strings"
	"testing"
	"time"
)

const sessionFaultsBank = `
switches: {bank-down: The bank does not answer}
scenarios:
  - {name: success, when: {password: success}, authentication: AUTHENTICATED, import: {takes: 3s}}
  - {name: other, when: {password: other}, authentication: AUTHENTICATED}
`

func (p *played) faults(method string, body any) said {
	p.t.Helper()
	return p.do(method, p.server.URL+"/admin/v1/sessions/"+p.Name+"/faults", body)
}

func TestFaultsOfASession(t *testing.T) {
	t.Parallel()
	p := play(t, sessionFaultsBank)
	p.faults("GET", nil).want(200, "faults", []any{})
	given := p.faults("PUT", `[{"endpoint": "connect", "http_status": 503, "processed": false, "lasts": "30s"}]`)
	given.want(200, "faults.0.name", "session-connect-1", "faults.0.fault.http_status", 503.0)
	p.login("success").want(200)
	if got := p.connect().want(503, "code", "service_unavailable"); got.Header.Get("X-Mockbank-Fault") != "session-connect-1" {
		t.Errorf("the fault is not named: %v", got.Header)
	}
	p.Advance(30*time.Second - time.Millisecond)
	p.connect().want(503)
	if due := p.ToNext(); len(due) != 1 || due[0].Kind != "fault_end" || due[0].Name != "session-connect-1" {
		t.Errorf("due is %+v", due)
	}
	p.connect().want(201)
	p.faults("GET", nil).want(200, "faults", []any{})

	// Each PUT begins the counts anew, and the configuration has none of it in another session.
	for range 2 {
		p.faults("PUT", `[{"endpoint": "authenticate", "nth": 1, "http_status": 502}]`).want(200)
		p.login("success").want(502)
		p.login("success").want(200)
	}
	p.faults("PUT", `[{"endpoint": "authenticate", "when": {"scenario": "other"}, "http_status": 500},
		{"name": "few", "endpoint": ["authenticate", "connect"], "rate_limit": {"per": "1h", "requests": 2}}]`).want(200)
	p.login("other").want(500)
	p.login("success").want(200)
	p.login("success").want(429, "code", "too_many_requests")
	p.Advance(time.Hour)
	p.login("success").want(200)
	other := &played{t: t, server: p.server, Session: p.server.Session(t), client: p.client}
	other.login("other").want(200)

	p.faults("DELETE", nil).want(204)
	p.login("other").want(200)
	p.faults("DELETE", nil).want(204)
	p.faults("PUT", `{"endpoint": "authenticate", "http_status": 500}`).want(200)
	p.Reset()
	p.login("other").want(200)
	p.faults("PUT", `[{"endpoint": "banks", "http_status": 500}]`).want(200)
	p.api("GET", "/banks?is_mock_bank=any", nil).want(500)
	p.faults("PUT", `[]`).want(200, "faults", []any{})
	p.api("GET", "/banks?is_mock_bank=any", nil).want(200)
}

// A fault of a session may ask for counts that no rule of the configuration asks for.
func TestFaultsOfASessionCountForThemselves(t *testing.T) {
	t.Parallel()
	p := play(t, sessionFaultsBank)
	p.faults("PUT", `[{"endpoint": "authenticate", "when": {"attempt": {"count": "3..", "within": "1h"}}, "http_status": 423}]`).want(200)
	for _, status := range []int{200, 200, 423} {
		p.login("success").want(status)
	}
	p.Advance(time.Hour)
	p.login("success").want(200)
}

func TestFaultsOfASessionThatAreNone(t *testing.T) {
	t.Parallel()
	p := play(t, sessionFaultsBank)
	for body, reported := range map[string]string{
		"":                         "the body has no faults",
		"[":                        "line 1",
		`[{"http_status": 503}]`:   "endpoint",
		`[{"endpoint": "conect"}]`: "did you mean",
		`[{"endpoint": "connect", "http_statu": 503}]`:                                                         "did you mean",
		`[{"endpoint": "connect", "http_status": 503, "lasts": "0s"}]`:                                         "lasts must be at least",
		`[{"endpoint": "connect", "http_status": 503, "lasts": 30}]`:                                           "lasts",
		`[{"endpoint": "connect", "http_status": 503, "when": {"switches": {"bank-dwn": "on"}}}]`:              "bank-down",
		`[{"endpoint": "connect", "http_status": 503, "when": {"scenario": "sucess"}}]`:                        "success",
		`[{"endpoint": "connect", "http_status": 503, "when": {"bank": "MokBank"}}]`:                           "MockBank",
		`[{"endpoint": "authenticate", "http_status": 503, "nth": 1, "for": "process"}]`:                       "process",
		`[{"endpoint": "apis.shop", "http_status": 503}]`:                                                      "none of the declared apis",
		`[{"name": "a", "endpoint": "bank", "delay": "1s"}, {"name": "a", "endpoint": "bank", "delay": "1s"}]`: "a",
		`"connect"`: "mapping",
	} {
		got := p.faults("PUT", body)
		if got.want(422, "code", "invalid_fields"); !strings.Contains(got.Text, reported) {
			t.Errorf("%s: %s, want %q", body, got.Text, reported)
		}
	}
	if got := p.faults("PUT", `null`).want(422); len(got.at("errors").([]any)) != 1 {
		t.Errorf("one mistake is told as several: %s", got.Text)
	}
	p.faults("GET", nil).want(200, "faults", []any{})
	p.do("PUT", p.server.URL+"/admin/v1/sessions/a%20b/faults", `[]`).want(404)
}
