package app_test

import "testing"

// An answer with the status of an error never says what a success would (B-6).
func TestAStatusOfAnErrorIsAProblem(t *testing.T) {
	t.Parallel()
	p := play(t, `
scenarios:
  - {name: down, when: {password: down}, authentication: {status: AUTHENTICATED, respond: {http_status: 503}}}
  - {name: own, when: {password: own}, authentication: {status: AUTHENTICATED, respond: {http_status: 503, body: {own: true}}}}
  - {name: odd, when: {password: odd}, authentication: {status: AUTHENTICATED, respond: {http_status: 599}}}
  - {name: fine, when: {password: fine}, authentication: {status: AUTHENTICATED, respond: {http_status: 202}}}
  - name: later
    when: {password: later}
    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 1h, then: AUTHENTICATED}], respond: {polled: {http_status: 500}}}
  - name: point
    authentication: AUTHENTICATED
    import: [{after: 1s, progress: 10, respond: {http_status: 404}}, {after: 1s, status: SUCCESS}]
faults: [{endpoint: banks, http_status: 500}, {endpoint: update, http_status: 429}]
`)
	p.login("down").want(503, "status", 503, "code", "service_unavailable", "title", "Service Unavailable").lacks("bank_slug", "challenge")
	p.login("own").want(503, "own", true).lacks("status", "code")
	p.login("odd").want(599, "status", 599, "code", "status_599")
	p.login("fine").want(202, "status", "AUTHENTICATED")
	p.login("later").want(200, "status", "DECOUPLED_AUTH_REQUIRED")
	p.poll().want(500, "status", 500, "code", "internal_server_error").lacks("bank_slug")
	p.login("point").want(200)
	p.connect().want(201, "status", "IN_PROGRESS")
	p.Advance(1e9)
	problem := p.read().want(404, "status", 404, "code", "not_found").lacks("import_progress")
	if media := problem.Header.Get("Content-Type"); media != "application/problem+json" || problem.Header.Get("X-Mockbank-Scenario") != "point" {
		t.Errorf("%v", problem.Header)
	}
	p.Advance(1e9)
	p.read().want(200, "status", "SUCCESS")
	p.update().want(429, "status", 429).lacks("import_progress")
	p.api("GET", "/banks", nil).want(500, "status", 500).lacks("banks")
}

// What is written as null, "" or [] is sent so; only what is not written comes from a table (B-7, B-10).
func TestNothingIsWhatItIs(t *testing.T) {
	t.Parallel()
	p := play(t, `
errors: {SHARED: {message: shared, display_message: "", retryable: true, actor: null}}
scenarios:
  - {name: none, when: {password: none}, authentication: {status: AUTHENTICATION_FAILED, error: null}}
  - {name: tilde, when: {password: tilde}, authentication: {status: AUTHENTICATION_FAILED, error: ~}}
  - {name: text, when: {password: text}, authentication: {status: AUTHENTICATION_FAILED, error: "null"}}
  - name: members
    when: {password: members}
    authentication: {status: AUTHENTICATION_FAILED, error: {code: INVALID_CREDENTIALS, message: null, display_message: "", retryable: null, actor: null}}
  - {name: codeless, when: {password: codeless}, authentication: {status: AUTHENTICATION_FAILED, error: {code: null, message: m}}}
  - {name: blank, when: {password: blank}, authentication: {status: AUTHENTICATION_FAILED, error: {code: "", display_message: d}}}
  - {name: shared, when: {password: shared}, authentication: {status: AUTHENTICATION_FAILED, error: SHARED}}
  - {name: asked, when: {password: asked}, authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {message: "", answer_field_label: ""}, expires_after: 1h}}
  - {name: silent, when: {password: silent}, authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {message: null, choices: []}, expires_after: 1h}}
  - {name: unlisted, when: {password: unlisted}, authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {message: m}, expires_after: 1h}}
  - {name: failing, authentication: AUTHENTICATED, import: {takes: 0s, outcome: FAILED_WITH_ERROR, error: null}}
`)
	for password, want := range map[string][]any{
		"none":     {"error", nil},
		"tilde":    {"error", nil},
		"text":     {"error.code", "null"},
		"members":  {"error.code", "INVALID_CREDENTIALS", "error.message", nil, "error.display_message", "", "error.retryable", nil, "error.actor", nil},
		"codeless": {"error.code", nil, "error.message", "m"},
		"blank":    {"error.code", "", "error.display_message", "d"},
		"shared":   {"error.code", "SHARED", "error.message", "shared", "error.display_message", "", "error.retryable", true, "error.actor", nil},
		"asked":    {"challenge.message", "", "challenge.answer_field_label", "", "challenge.two_step_procedures", nil},
		"silent":   {"challenge.message", nil, "challenge.answer_field_label", nil, "challenge.two_step_procedures", []any{}},
		"unlisted": {"challenge.two_step_procedures", nil},
	} {
		t.Log(password)
		p.login(password).want(200, want...)
		p.poll().want(200, want...)
	}
	p.login("failing").want(200)
	p.connect().want(201, "status", "FAILED_WITH_ERROR", "error", nil)
}

// A method that was not offered is never taken (B-9).
func TestOnlyOfferedChoicesAreTaken(t *testing.T) {
	t.Parallel()
	p := play(t, `
defaults: {when: {username: u}}
scenarios:
  - name: any
    when: {password: "any"}
    authentication: {status: TWO_STEP_PROCEDURE_REQUIRED, challenge: {choices: [{id: sms, name: SMS}, {id: app, name: App}]}, next: [{two_step_procedure: any, then: AUTHENTICATED}]}
  - name: pattern
    when: {password: pattern}
    authentication: {status: TWO_STEP_PROCEDURE_REQUIRED, challenge: {two_step_procedures: [{id: sms1, name: SMS}]}, next: [{two_step_procedure: {prefix: sms}, then: AUTHENTICATED}]}
  - name: earlier
    when: {password: earlier}
    authentication:
      status: TWO_STEP_PROCEDURE_REQUIRED
      challenge: {choices: [{id: sms, name: SMS}]}
      next: [{two_step_procedure: sms, then: {status: TWO_STEP_PROCEDURE_REQUIRED, challenge: {choices: [{id: app, name: App}]}, next: [{two_step_procedure: any, then: AUTHENTICATED}]}}]
  - {name: empty, when: {password: empty}, authentication: {status: TWO_STEP_PROCEDURE_REQUIRED, challenge: {choices: []}, next: [{two_step_procedure: any, then: AUTHENTICATED}]}}
  - {name: unlisted, when: {password: unlisted}, authentication: {status: TWO_STEP_PROCEDURE_REQUIRED, next: [{two_step_procedure: sms, then: AUTHENTICATED}]}}
`)
	const asks, wrong = "TWO_STEP_PROCEDURE_REQUIRED", "INVALID_TWO_STEP_PROCEDURE"
	for _, c := range []struct{ password, refused, taken string }{
		{"any", "banana", "app"}, {"pattern", "sms2", "sms1"}, {"empty", "sms", ""}, {"unlisted", "app", "sms"},
	} {
		p.login(c.password)
		p.choose(c.refused).want(200, "status", asks, "error.code", wrong)
		if c.taken != "" {
			p.choose(c.taken).want(200, "status", "AUTHENTICATED", "error", nil)
		}
	}
	p.login("earlier")
	p.choose("sms").want(200, "status", asks, "error", nil)
	p.choose("sms").want(200, "status", asks, "error.code", wrong)
	p.choose("app").want(200, "status", "AUTHENTICATED")
}
