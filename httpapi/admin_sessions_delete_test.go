package httpapi

import (
	"strings"
	"testing"
	"time"
)

// sessionNames returns the names of the sessions that are kept.
func (s *server) sessionNames() string {
	s.t.Helper()
	var names []string
	for _, session := range s.get(sessions, loopback).want(200).field("sessions").([]any) {
		names = append(names, session.(map[string]any)["id"].(string))
	}
	return strings.Join(names, " ")
}

// Sessions go by their names, by how long they have been idle, or by both; `default` stays, and so does what is
// remembered of the others.
func TestDeleteSessions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ query, left string }{
		"by prefix":                {"prefix=run-", "Run-3 default other run"},
		"by a name as a whole":     {"prefix=run-1", "Run-3 default other run run-2"},
		"by the default's name":    {"prefix=default", "Run-3 default other run run-1 run-2"},
		"of a prefix nobody has":   {"prefix=nobody", "Run-3 default other run run-1 run-2"},
		"idle":                     {"idle_since=2h", "default run-2"},
		"idle, a moment too short": {"idle_since=2h1ms", "Run-3 default other run run-1 run-2"},
		"idle, any":                {"idle_since=0s", "default"},
		"both":                     {"prefix=run&idle_since=2h", "Run-3 default other run-2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.send("POST", sessions+"/default/clock", `{"advance":"1s"}`, loopback).want(200)
			ids := map[string]string{}
			for _, session := range []string{"run-1", "Run-3", "run", "other", "run-2"} {
				if session == "run-2" {
					s.clock.advance(2 * time.Hour)
				}
				ids[session] = s.send("POST", base+"/bank_connections/authenticate", credentials("success"), inSession(session)).want(200).text("bank_authentication_process_id")
			}
			s.send("DELETE", sessions+"?"+test.query, "", loopback).want(204)
			if got := s.sessionNames(); got != test.left {
				t.Errorf("left are %q, want %q", got, test.left)
			}
			for session, id := range ids {
				there := strings.Contains(" "+test.left+" ", " "+session+" ")
				if got := s.get(base + "/bank_connections/authenticate/" + id); (got.Code == 200) != there {
					t.Errorf("session %s: %s", session, got.Body)
				}
				if got := len(s.exchanges("session=" + session + "&route=authenticate")); (got == 1) != there {
					t.Errorf("session %s: %d logins in the journal", session, got)
				}
				covered := s.get("/admin/v1/coverage?session="+session, loopback).want(200)
				if hit := covered.field("scenarios.exercised") == 1.0; hit != there {
					t.Errorf("session %s: covered %v", session, hit)
				}
			}
		})
	}
}

// A filter that got lost must not delete every session.
func TestDeleteSessionsWithoutAFilter(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.send("POST", sessions, `{"id":"run-1"}`, loopback).want(201)
	for query, reported := range map[string]string{
		"":                           "prefix or idle_since is required",
		"?prefix=":                   "prefix must not be empty",
		"?prefix=&idle_since=0s":     "prefix must not be empty",
		"?prefix=a%20b":              "prefix begins no session's name",
		"?prefix=%00":                "prefix must be UTF-8",
		"?idle_since=":               "idle_since is no duration",
		"?idle_since=2":              "idle_since is no duration",
		"?idle_since=-2h":            "idle_since is no duration",
		"?idle_since=2030-01-01":     "idle_since is no duration",
		"?prefix=run&prefix=x":       "prefix must come once",
		"?prefix=run&idle_sinc=2h":   "did you mean idle_since?",
		"?Prefix=run":                "did you mean prefix?",
		"?prefix=run&idle_since=9zz": "idle_since is no duration",
	} {
		got := s.send("DELETE", sessions+query, "", loopback).wantProblem(422, "invalid_parameters")
		if !strings.Contains(faultsOf(got), reported) && !strings.Contains(got.text("detail"), reported) {
			t.Errorf("%s: %s", query, got.Body)
		}
	}
	s.send("DELETE", sessions+"?prefix=run", "", from("10.0.0.1:1", "bank.test")).wantProblem(403, "loopback_only")
	if got := s.sessionNames(); got != "run-1" {
		t.Errorf("left are %q", got)
	}
}
