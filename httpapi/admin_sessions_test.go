package httpapi

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

const sessions = "/admin/v1/sessions"

func TestSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.send("POST", sessions, `{"id":"run-1","seed":42,"frozen":true}`, loopback).want(201)
	for path, want := range map[string]any{
		"id": "run-1", "now": "2026-11-24T09:30:00.000Z", "frozen": true, "offset": "0s", "seed": 42.0,
		"created_at": "2026-11-24T09:30:00.000Z", "used_at": "2026-11-24T09:30:00.000Z",
	} {
		if made.field(path) != want {
			t.Errorf("%s is %v, want %v", path, made.field(path), want)
		}
	}
	s.send("POST", sessions, `{"id":"run-1"}`, loopback).wantProblem(409, "session_exists")
	s.clock.advance(10 * time.Second)
	got := s.get(made.Header().Get("Location"), loopback).want(200)
	if got.text("now") != "2026-11-24T09:30:00.000Z" || got.text("offset") != "0s" {
		t.Errorf("a frozen clock: %s", got.Body)
	}
	s.send("POST", sessions, "id=run-2&seed=7&frozen=false", loopback, header("Content-Type", "application/x-www-form-urlencoded")).want(201)
	s.login("success") // the session `default` is listed once it was made
	if fresh := s.get(sessions+"/default", loopback).want(200); fresh.field("created_at") != nil || fresh.field("seed") != nil {
		t.Errorf("default: %s", fresh.Body)
	}
	s.send("DELETE", sessions+"/run-1", "", loopback).want(204)
	for _, method := range []string{"GET", "DELETE"} {
		s.send(method, sessions+"/run-1", "", loopback).wantProblem(404, "not_found")
	}
}

// A name that cannot be one is refused before any database sees it: PostgreSQL takes no NUL in a text.
func TestSessionsWithNamesThatCannotBe(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Sessions = &pickySessions{Sessions: c.Sessions, t: t} })
	for _, name := range []string{"%00", "a%00b", "%ff", "a%20b", strings.Repeat("a", 65)} {
		for _, method := range []string{"GET", "DELETE"} {
			s.send(method, sessions+"/"+name, "", loopback).wantProblem(404, "not_found")
		}
		s.send("POST", sessions+"/"+name+"/clock", `{"freeze":true}`, loopback).wantProblem(404, "not_found")
	}
}

// pickySessions is a bank that must never be asked for a name that no session can have.
type pickySessions struct {
	Sessions
	t *testing.T
}

func (b *pickySessions) Get(ctx context.Context, id string) (engine.SessionState, error) {
	b.check(id)
	return b.Sessions.Get(ctx, id)
}

func (b *pickySessions) Delete(ctx context.Context, id string) (bool, error) {
	b.check(id)
	return b.Sessions.Delete(ctx, id)
}

func (b *pickySessions) check(id string) {
	if err := engine.CheckSessionName(id); err != nil {
		b.t.Errorf("the bank was asked for the session %q", id)
	}
}

func TestSessionsAreListed(t *testing.T) {
	t.Parallel()
	s := start(t)
	for i := range 5 {
		s.send("POST", sessions, object("id", fmt.Sprintf("run-%d", i)), loopback).want(201)
	}
	var names []string
	cursor := ""
	for range 3 {
		got := s.get(sessions+"?limit=2&cursor="+cursor, loopback).want(200)
		for _, session := range got.field("sessions").([]any) {
			names = append(names, session.(map[string]any)["id"].(string))
		}
		cursor = got.text("next_cursor")
	}
	if got := strings.Join(names, " "); got != "run-0 run-1 run-2 run-3 run-4" || cursor != "" {
		t.Errorf("%s, and a cursor %q", got, cursor)
	}
	s.get(sessions+"?limit=x", loopback).wantProblem(422, "invalid_parameters")
}

func TestSessionsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	s := start(t)
	for body, reported := range map[string]string{
		`{}`:                            "id is required",
		`{"id":"my run"}`:               "id is no session's name",
		`{"id":"a","seed":-1}`:          "seed must be a whole number",
		`{"id":"a","seed":1.5}`:         "seed must be a whole number",
		`{"id":"a","seed":1e400}`:       "seed must be a whole number",
		`{"id":"a","seed":"42"}`:        "seed must be a whole number",
		`{"id":"a","frozen":"yes"}`:     "frozen must be true or false",
		`{"id":7,"frozen":1,"seed":{}}`: "frozen must be true or false",
	} {
		if got := s.send("POST", sessions, body, loopback).wantProblem(422, "invalid_fields"); !strings.Contains(got.text("detail"), reported) {
			t.Errorf("%s: %s", body, got.Body)
		}
	}
	s.get(sessions, from("10.0.0.1:1", "bank.test")).wantProblem(403, "loopback_only")
}

func TestClock(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.send("POST", sessions, `{"id":"run-1","frozen":true}`, loopback).want(201)
	asked := s.send("POST", "/sessions/run-1"+base+"/bank_connections/authenticate", credentials("challenge")).want(200).text("bank_authentication_process_id")
	changes := []struct{ body, now, offset, status string }{
		{`{"advance":"59999ms"}`, "2026-11-24T09:30:59.999Z", "59s999ms", "CHALLENGE_RESPONSE_REQUIRED"},
		{`{"advance":"1ms"}`, "2026-11-24T09:31:00.000Z", "1m", "AUTHENTICATION_FAILED"},
		{`{"resume":true,"advance":"1h"}`, "2026-11-24T10:31:00.000Z", "1h1m", "AUTHENTICATION_FAILED"},
		{`{"freeze":true,"advance":"0"}`, "2026-11-24T10:31:00.000Z", "1h1m", "AUTHENTICATION_FAILED"},
	}
	for _, clockChange := range changes {
		got := s.send("POST", sessions+"/run-1/clock", clockChange.body, loopback).want(200)
		if got.text("now") != clockChange.now || got.text("offset") != clockChange.offset || got.field("written") != 0.0 || got.field("sent") != 0.0 || got.field("left") != false {
			t.Errorf("%s: %s", clockChange.body, got.Body)
		}
		if status := s.status(asked); status != clockChange.status {
			t.Errorf("%s: %s, want %s", clockChange.body, status, clockChange.status)
		}
	}
	if untouched := s.get(sessions+"/default", loopback).want(200); untouched.text("now") != "2026-11-24T09:30:00.000Z" {
		t.Errorf("another session's clock: %s", untouched.Body)
	}
}

// What has become due is written before the answer; a repeat of the request turns nothing again.
func TestClockWritesWhatIsDue(t *testing.T) {
	t.Parallel()
	s := start(t)
	connection := s.connect("success")
	for range 2 {
		got := s.send("POST", sessions+"/default/clock", `{"advance":"1500ms"}`, loopback, key("k")).want(200)
		if got.field("written") != 1.0 || got.text("now") != "2026-11-24T09:30:01.500Z" {
			t.Errorf("%s", got.Body)
		}
	}
	if got := s.get(base + "/bank_connections/" + connection).want(200); got.field("import_progress") != 50.0 {
		t.Errorf("%s", got.Body)
	}
}

func TestTurnsThatAreNone(t *testing.T) {
	t.Parallel()
	s := start(t)
	for body, reported := range map[string]string{
		`{}`:                             "says no turn",
		`{"freeze":false}`:               "says no turn",
		`{"freeze":true,"resume":true}`:  "resume must not come together with freeze",
		`{"advance":"soon"}`:             "advance is no duration: a duration is a number and a unit",
		`{"advance":"-2s"}`:              "advance is no duration",
		`{"advance":""}`:                 "advance is no duration",
		`{"advance":2}`:                  "advance must be a string, not a number",
		`{"advance":"2s","freeze":"on"}`: "freeze must be true or false",
		`{"advance":"99999999d"}`:        "advance is no duration: a duration is at most",
	} {
		got := s.send("POST", sessions+"/run-1/clock", body, loopback).wantProblem(422, "invalid_fields")
		if !strings.Contains(got.text("detail"), reported) || strings.Count(got.text("detail"), "advance") > 2 {
			t.Errorf("%s: %s", body, got.Body)
		}
	}
	s.send("POST", sessions+"/far/clock", `{"advance":"36500d"}`, loopback).want(200)
	for _, clockChange := range []string{`{"advance":"1d"}`, `{"freeze":true,"advance":"36500d"}`} {
		if got := s.send("POST", sessions+"/far/clock", clockChange, loopback).wantProblem(422, "invalid_fields"); !strings.Contains(got.text("detail"), "further ahead than 36500d") {
			t.Errorf("%s: %s", clockChange, got.Body)
		}
	}
	s.send("POST", sessions+"/my%20run/clock", `{"freeze":true}`, loopback).wantProblem(404, "not_found")
	s.get(sessions+"/run-1", loopback).wantProblem(404, "not_found")
}

func TestTooManySessions(t *testing.T) {
	t.Parallel()
	refused := &engine.Error{Code: engine.CodeTooManySessions, Message: "there are 3 sessions, as many as are allowed"}
	s := start(t, func(c *Config) { c.Sessions = &full{c.Sessions, refused} })
	s.send("POST", sessions, `{"id":"a"}`, loopback).wantProblem(409, "too_many_sessions")
}

func TestReset(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body    string
		changes []request
		left    []string
	}{
		"of a session":           {`{"session":"a"}`, nil, []string{"b"}},
		"of the header's":        {"", []request{inSession("a")}, []string{"b"}},
		"of one, named twice":    {`{"session":"a"}`, []request{inSession("a")}, []string{"b"}},
		"of all":                 {"", nil, nil},
		"of all, an empty body":  {`{}`, nil, nil},
		"of one that is unknown": {`{"session":"c"}`, nil, []string{"a", "b"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			kept := map[string]string{}
			for _, session := range []string{"a", "b"} {
				kept[session] = s.send("POST", base+"/bank_connections/authenticate", credentials("success"), inSession(session)).want(200).text("bank_authentication_process_id")
			}
			s.send("POST", "/admin/v1/reset", test.body, append(test.changes, loopback)...).want(204)
			for session, id := range kept {
				there := strings.Contains(strings.Join(test.left, " "), session)
				if got := s.get(base + "/bank_connections/authenticate/" + id); (got.Code == 200) != there {
					t.Errorf("session %s: %s", session, got.Body)
				}
				if got := len(s.exchanges("session=" + session + "&route=authenticate")); (got == 1) != there {
					t.Errorf("session %s: %d logins in the journal", session, got)
				}
			}
		})
	}
	s := start(t)
	s.send("POST", "/admin/v1/reset", `{"session":"a"}`, loopback, inSession("b")).wantProblem(400, "invalid_header")
	s.send("POST", "/admin/v1/reset", `{"session":"a b"}`, loopback).wantProblem(422, "invalid_parameters")
	s.send("POST", "/admin/v1/reset", `{"session":7}`, loopback).wantProblem(422, "invalid_fields")
}

// TestResetsAreRepeatable: A-5. A reset keeps its own claim, so that a repeat gets its answer and forgets nothing more.
func TestResetsAreRepeatable(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"session":"default"}`} {
		s := start(t)
		s.send("POST", "/admin/v1/reset", body, loopback, key("k")).want(204)
		id := s.login("challenge")
		again := s.send("POST", "/admin/v1/reset", body, loopback, key("k")).want(204)
		if again.Header().Get("Idempotency-Replayed") != "true" || strings.Contains(s.log.String(), "not settled") {
			t.Errorf("the second reset of %q is no repeat: %s", body, s.log)
		}
		s.get(base + "/bank_connections/authenticate/" + id).want(200)
	}
}
