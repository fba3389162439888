package app_test

import (
	"testing"
	"time"
)

// What a scenario sets of its own keeps its name, and so does what it says in full; YAML writes snake_case.
func TestCamelCaseIsAppliedLast(t *testing.T) {
	t.Parallel()
	r := receive(t)
	p := play(t, `
server: {naming: camel_case}
scenarios:
  - name: patched
    when: {password: patched, fields: {customer_number: "1"}}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Who?, attempts: 3, fields: [{name: pet_name, label: Pet}]}
      next: [{challenge_response: {pet_name: rex}, then: AUTHENTICATED}, {attempts: exhausted, then: AUTHENTICATION_FAILED}]
      respond: {set: {bank_slug: OTHER, extra: {a_b: 1}, my_own: 2, challenge: {attempts_left: 9}}, remove: [expires_at]}
    import:
      - {after: 1s, progress: 40, event: consent.expiring, data: {days_left: 7}}
      - {after: 1s, status: SUCCESS}
  - {name: full, when: {password: full}, authentication: {status: AUTHENTICATED, respond: {body: {bank_slug: 1}}}}
  - {name: failed, when: {password: failed}, authentication: {status: AUTHENTICATED, respond: {http_status: 503}}}
webhooks:
  - {name: app, url: `+r.URL+`, set: {data: {bank_slug: OTHER, my_own: 1}}}
apis:
  - {name: other, base: /other, endpoints: {GET /look: {answer: {body: {bank_slug: x}}}}}
`)
	p.api("POST", "/bank_connections/authenticate", map[string]any{"bankSlug": "MockBank", "username": "u", "password": "patched", "customer_number": "1"}).
		want(200, "bankSlug", "OTHER", "extra.a_b", 1, "my_own", 2, "challenge.attemptsLeft", 9, "challenge.fields.0.name", "pet_name").lacks("expiresAt", "bank_slug")
	id := lastProcess(p)
	p.api("POST", "/bank_connections/confirm_challenge_response",
		map[string]any{"bankAuthenticationProcessId": id, "challengeResponse": map[string]any{"pet_name": "rex"}}).want(200, "status", "AUTHENTICATED")
	p.api("POST", "/bank_connections", map[string]any{"bankAuthenticationProcessId": id}).want(201, "importProgress", 0)
	p.Advance(2 * time.Second)
	p.read().want(200, "importProgress", 100, "authenticationStatus", nil)

	p.login("full").want(200, "bank_slug", 1)
	p.login("failed").want(503, "code", "service_unavailable").lacks("requestId")
	p.do("GET", p.server.URL+"/other/look", nil).want(200, "bank_slug", "x")

	got := r.all()
	if len(got) < 4 {
		t.Fatalf("%d deliveries", len(got))
	}
	for _, delivery := range got {
		data := delivery["data"].(map[string]any)
		if data["bankSlug"] != "OTHER" || data["bankAuthenticationProcessId"] == nil || data["my_own"] != 1.0 || data["bank_slug"] != nil {
			t.Errorf("%v", delivery)
		}
		if delivery["type"] == "consent.expiring" && data["days_left"] != 7.0 || delivery["type"] == "import.finished" && data["importProgress"] != 100.0 {
			t.Errorf("%v", delivery)
		}
	}
}

// lastProcess is the process of the last login, from the journal.
func lastProcess(p *played) string {
	all := p.Journal()
	return all[len(all)-1].ProcessID
}
