package httpapi

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		password string
		want     map[string]any
	}{
		"success": {"success", map[string]any{"status": "AUTHENTICATED", "challenge": nil, "error": nil, "redirect_url": nil, "expires_at": nil}},
		"challenge": {"challenge", map[string]any{
			"status": "CHALLENGE_RESPONSE_REQUIRED", "expires_at": "2026-11-24T09:31:00.000Z",
			"challenge.kind": "TEXT", "challenge.message": "Enter the TAN", "challenge.answer_field_label": "TAN",
			"challenge.attempts_left": 3.0, "challenge.two_step_procedures": nil, "challenge.image": nil,
		}},
		"choice": {"choice", map[string]any{
			"status": "TWO_STEP_PROCEDURE_REQUIRED", "challenge.message": nil, "challenge.attempts_left": nil,
		}},
		"no scenario": {"whatever", map[string]any{
			"status": "AUTHENTICATION_FAILED", "error.code": "NO_SCENARIO", "error.actor": "PROVIDER",
			"error.display_message": nil, "error.retryable": false,
		}},
	}
	s := start(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.send("POST", base+"/bank_connections/authenticate", credentials(test.password)).want(200)
			for path, want := range test.want {
				if got.field(path) != want {
					t.Errorf("%s is %v, want %v", path, got.field(path), want)
				}
			}
			if got.text("bank_slug") != "MockBank" || got.text("created_at") != "2026-11-24T09:30:00.000Z" {
				t.Errorf("bank or time is wrong: %s", got.Body)
			}
		})
	}
}

func TestProcessIsReadAsItIsNow(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("challenge")
	for _, step := range []struct {
		wait   time.Duration
		status string
	}{{59999 * time.Millisecond, "CHALLENGE_RESPONSE_REQUIRED"}, {time.Millisecond, "AUTHENTICATION_FAILED"}} {
		s.clock.advance(step.wait)
		got := s.get(base + "/bank_connections/authenticate/" + strings.ToUpper(id)).want(200)
		if got.text("status") != step.status {
			t.Fatalf("after another %v: %s", step.wait, got.Body)
		}
	}
}

func TestConfirmChallengeResponse(t *testing.T) {
	t.Parallel()
	s := start(t)
	confirm := func(pairs ...string) answered {
		t.Helper()
		return s.send("POST", base+"/bank_connections/confirm_challenge_response", object(pairs...))
	}
	asked := s.login("challenge")
	wrong := confirm("bank_authentication_process_id", asked, "challenge_response", "000000").want(200)
	if wrong.field("challenge.attempts_left") != 2.0 || wrong.text("status") != "CHALLENGE_RESPONSE_REQUIRED" {
		t.Errorf("a wrong answer: %s", wrong.Body)
	}
	if got := confirm("bank_authentication_process_id", asked, "challenge_response", "123456").want(200); got.text("status") != "AUTHENTICATED" {
		t.Errorf("the right answer: %s", got.Body)
	}
	confirm("bank_authentication_process_id", asked, "challenge_response", "123456").wantProblem(409, "no_challenge_open")

	if got := confirm("bank_authentication_process_id", s.login("choice"), "two_step_procedure_id", "photo").want(200); got.text("status") != "AUTHENTICATED" {
		t.Errorf("a chosen procedure: %s", got.Body)
	}
}

func TestPollsAreCountedWhereAClientReads(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("polled")
	s.get("/admin/v1/processes/"+id, loopback).want(200)
	s.get("/login/" + id).want(409)
	if got := s.send("POST", base+"/bank_connections/confirm_challenge_response", processField(id)).want(200); got.text("status") != "DECOUPLED_AUTH_REQUIRED" {
		t.Errorf("the first poll: %s", got.Body)
	}
	if got := s.get(base + "/bank_connections/authenticate/" + id).want(200); got.text("status") != "AUTHENTICATED" {
		t.Errorf("the second poll: %s", got.Body)
	}
}

func TestFurtherPassword(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("phone")
	got := s.send("POST", base+"/bank_connections/authenticate", object("bank_authentication_process_id", id, "password", "more")).want(200)
	if got.text("status") != "AUTHENTICATED" || got.text("bank_authentication_process_id") != id {
		t.Errorf("%s", got.Body)
	}
}

func TestBodiesAreTakenForWhatTheyAre(t *testing.T) {
	t.Parallel()
	form := url.Values{"username": {"tester"}, "password": {"challenge"}, "commit": {"Save"}}.Encode()
	withUnknown := `{"username":"tester","password":"\u0063hallenge","user":{"deep":[1,2]},"extra":null}`
	tests := map[string]struct{ kind, body string }{
		"JSON":                 {"application/json", credentials("challenge")},
		"JSON with a charset":  {"application/json; charset=utf-8", credentials("challenge")},
		"JSON of a vendor":     {"application/vnd.api+json", credentials("challenge")},
		"unknown fields":       {"application/json", withUnknown},
		"a form":               {"application/x-www-form-urlencoded", form},
		"JSON called a form":   {"application/x-www-form-urlencoded", " \n" + credentials("challenge")},
		"JSON without a name":  {"", credentials("challenge")},
		"a field sent twice":   {"application/json", `{"username":"other","username":"tester","password":"challenge"}`},
		"optional fields null": {"application/json", `{"username":"tester","password":"challenge","bank_slug":null,"redirect_uri":null,"state":null,"bank_authentication_process_id":null}`},
	}
	s := start(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.send("POST", base+"/bank_connections/authenticate", test.body, header("Content-Type", test.kind)).want(200)
			if got.text("status") != "CHALLENGE_RESPONSE_REQUIRED" {
				t.Errorf("%s", got.Body)
			}
		})
	}
}

func TestRedirectURL(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		public, host, want string
	}{
		"the request's host":   {"", "bank.test:8080", "http://bank.test:8080/login/"},
		"an IPv6 host":         {"", "[::1]:8080", "http://[::1]:8080/login/"},
		"the public URL":       {"https://bank.test/", "localhost:8080", "https://bank.test/login/"},
		"a host with a path":   {"", "bank.test/evil?", "http://localhost/login/"},
		"a host with a user":   {"", "user@bank.test", "http://localhost/login/"},
		"a host with markup":   {"", "<b>", "http://localhost/login/"},
		"a port that is none":  {"", "bank.test:80x!", "http://localhost/login/"},
		"a bracket left open":  {"", "[::1", "http://localhost/login/"},
		"no host at all":       {"", "", "http://localhost/login/"},
		"brackets with a name": {"", "[bank.test]", "http://localhost/login/"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(c *Config) { c.PublicURL = test.public })
			got := s.send("POST", base+"/bank_connections/authenticate", credentials("redirect"), from("10.0.0.1:1", test.host)).want(200)
			if want := test.want + got.text("bank_authentication_process_id"); got.text("redirect_url") != want {
				t.Errorf("redirect_url %q, want %q", got.text("redirect_url"), want)
			}
		})
	}
}

func TestForcedScenario(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := base + "/bank_connections/authenticate"
	got := s.send("POST", path, credentials("success"), header("X-Mockbank-Scenario", "challenge-case")).want(200)
	if got.text("status") != "CHALLENGE_RESPONSE_REQUIRED" || got.Header().Get("X-Mockbank-Scenario") != "challenge-case" {
		t.Errorf("%v %s", got.Header(), got.Body)
	}
	unknown := s.send("POST", path, credentials("success"), header("X-Mockbank-Scenario", "chalenge-case")).wantProblem(422, "unknown_scenario")
	if !strings.Contains(unknown.text("detail"), "challenge-case") {
		t.Errorf("the nearest name is not offered: %s", unknown.Body)
	}
	s.send("POST", path, credentials("success"), header("X-Mockbank-Scenario", strings.Repeat("x", 201))).wantProblem(400, "invalid_header")
}
