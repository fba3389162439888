package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func inSession(name string) request { return header("X-Mockbank-Session", name) }

func TestSessionNamedByPath(t *testing.T) {
	t.Parallel()
	s := start(t)
	at := "/sessions/run-1" + base
	away := s.send("POST", at+"/bank_connections/authenticate", credentials("redirect")).want(200)
	page := strings.TrimPrefix(away.text("redirect_url"), "http://example.com")
	if want := "/sessions/run-1/login/" + away.text("bank_authentication_process_id"); page != want {
		t.Fatalf("redirect_url leads to %q, want %q", page, want)
	}
	s.get(page).want(200)
	s.decide(page, "approved", header("Sec-Fetch-Site", "same-origin")).want(200)
	made := s.send("POST", at+"/bank_connections", processField(away.text("bank_authentication_process_id"))).want(201)
	if want := at + "/bank_connections/" + made.text("id"); made.Header().Get("Location") != want {
		t.Errorf("Location %q, want %q", made.Header().Get("Location"), want)
	}
	s.get(made.Header().Get("Location")).want(200)
	s.get("/sessions/run-1/api/v1/banks/MockBank").want(200)
	s.get("/sessions/run-1/api/v1/banks").want(200)
	for path, want := range map[string]int{at: 1, "/sessions/run-2" + base: 0, base: 0} {
		if got := len(s.get(path + "/bank_connections").want(200).field("bank_connections").([]any)); got != want {
			t.Errorf("%s lists %d connections, want %d", path, got, want)
		}
	}
	if got := len(s.get(base+"/bank_connections", inSession("run-1")).want(200).field("bank_connections").([]any)); got != 1 {
		t.Errorf("the header's session lists %d connections, want 1", got)
	}
}

func TestSessionPathsThatAreNone(t *testing.T) {
	t.Parallel()
	s := start(t)
	banks := "/sessions/run-1" + base + "/banks"
	s.get(banks, inSession("run-1")).want(200)
	s.get(banks, inSession("run-2")).wantProblem(400, "invalid_header")
	for _, path := range []string{
		"/sessions/my%20run" + base + "/banks", "/sessions/" + base + "/banks", "/sessions/" + strings.Repeat("x", 65) + base + "/banks",
		"/sessions/run-1", "/sessions/run-1/", "/sessions/run-1/admin/v1/status", "/sessions/run-1/metrics",
		"/sessions/run-1/sessions/run-1" + base + "/banks", "/sessions/run-1/api/v1/banksy",
	} {
		s.get(path, loopback).wantProblem(404, "unknown_path")
	}
	s.send("PUT", banks, "").wantProblem(405, "method_not_allowed")
}

// The server's own request stays as it came: another handler may stand around this one.
func TestPathOfTheServersRequestIsKept(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := httptest.NewRequest("GET", "/sessions/run-1"+base+"/banks", nil)
	s.handler.ServeHTTP(httptest.NewRecorder(), r)
	if want := "/sessions/run-1" + base + "/banks"; r.URL.Path != want {
		t.Errorf("the path is %q now, was %q", r.URL.Path, want)
	}
}

// A key is looked up within the session, also where the path names it.
func TestKeysAreTheSessionsOwn(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := base + "/bank_connections/authenticate"
	first := s.send("POST", "/sessions/run-1"+path, credentials("success"), key("k")).want(200)
	again := s.send("POST", path, credentials("success"), key("k"), inSession("run-1")).want(200)
	other := s.send("POST", "/sessions/run-2"+path, credentials("success"), key("k")).want(200)
	if again.Body.String() != first.Body.String() || other.Body.String() == first.Body.String() {
		t.Errorf("first %s\nagain %s\nother %s", first.Body, again.Body, other.Body)
	}
}

func TestSessionNamedByLogin(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		username, body, session, user string
		changes                       []request
	}{
		"a name":              {username: "tester+run-1", session: "run-1", user: "tester"},
		"two pluses":          {username: "tester+a+run-1", session: "run-1", user: "tester+a"},
		"an e-mail address":   {username: "me+x@bank.test", session: "default", user: "me+x@bank.test"},
		"nothing behind":      {username: "tester+", session: "default", user: "tester+"},
		"nothing before":      {username: "+run-1", session: "default", user: "+run-1"},
		"no plus":             {username: "tester", session: "default", user: "tester"},
		"the header, alike":   {username: "tester+run-1", session: "run-1", user: "tester", changes: []request{inSession("run-1")}},
		"the header, no plus": {username: "tester", session: "run-2", user: "tester", changes: []request{inSession("run-2")}},
	}
	s := start(t, func(c *Config) { c.SessionsByLogin = true })
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for kind, body := range map[string]string{
				"application/json":                  object("username", test.username, "password", "success"),
				"application/x-www-form-urlencoded": url.Values{"username": {test.username}, "password": {"success"}}.Encode(),
			} {
				id := s.send("POST", base+"/bank_connections/authenticate", body, append(test.changes, header("Content-Type", kind))...).
					want(200).text("bank_authentication_process_id")
				got := s.get("/admin/v1/processes/"+id, loopback).want(200)
				if got.text("session") != test.session || got.text("username") != test.user {
					t.Errorf("%s: session %q, user %q", kind, got.text("session"), got.text("username"))
				}
			}
		})
	}
	path, login := base+"/bank_connections/authenticate", object("username", "tester+run-1", "password", "success")
	s.send("POST", path, login, inSession("run-2")).wantProblem(422, "invalid_fields")
	s.send("POST", "/sessions/run-2"+path, login).wantProblem(422, "invalid_fields")
	s.send("POST", path, `{"username":7,"password":"x"}`).wantProblem(422, "invalid_fields")
	one := s.send("POST", path, login, key("k")).want(200)
	two := s.send("POST", path, object("username", "tester+run-2", "password", "success"), key("k")).want(200)
	if one.Body.String() == two.Body.String() {
		t.Error("two sessions share a key")
	}
	plain := start(t).send("POST", path, login).want(200)
	if plain.text("error.code") != "NO_SCENARIO" {
		t.Errorf("the login names a session though the configuration does not say so: %s", plain.Body)
	}
}

func TestForcedScenarioInASession(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.send("POST", "/sessions/run-1"+base+"/bank_connections/authenticate", credentials("nobody's"), header("X-Mockbank-Scenario", "choice-case")).want(200)
	if got.text("status") != string(engine.TwoStepProcedureRequired) {
		t.Errorf("%s", got.Body)
	}
}

func TestBasePathsThatAreTaken(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sessions", "/sessions/x", "/admin/v1", "/admin"} {
		store := engine.NewMemory()
		_, err := New(Config{Bank: newBank(t, store, newClock().now), Requests: store, Configuration: newConfiguration(), BasePath: path})
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if http.StatusText(outcomes[engine.CodeTooManySessions].status) == "" {
		t.Error("too_many_sessions has no status")
	}
}
