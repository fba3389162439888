package httpapi

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// exchanges returns what the journal holds of a query.
func (s *server) exchanges(query string) []map[string]any {
	s.t.Helper()
	got := s.get("/admin/v1/journal?limit=200&"+query, loopback).want(200)
	var found []map[string]any
	for _, exchange := range got.field("exchanges").([]any) {
		found = append(found, exchange.(map[string]any))
	}
	return found
}

// at returns a value within an exchange, by a path with dots.
func at(exchange map[string]any, path string) any {
	var value any = exchange
	for name := range strings.SplitSeq(path, ".") {
		fields, _ := value.(map[string]any)
		value = fields[name]
	}
	return value
}

// What people read: a line for each exchange, a table of sessions, and why a login is answered as it is.
func TestAnswersForPeople(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.send("POST", base+"/bank_connections/authenticate", `{"username":"tester","password":"success"}`, header("X-Mockbank-Session", "shop")).want(200)
	s.send("POST", base+"/bank_connections/authenticate", `{"username":"tester","password":"not this one"}`).want(200)
	for _, test := range []struct{ method, path, body, want string }{
		{"GET", "/admin/v1/journal?format=text", "", `POST   authenticate                200  AUTHENTICATED  user="tester"  scenario=success-case  session=shop  `},
		{"GET", "/admin/v1/journal?format=text&session=shop", "", "scenario=success-case"},
		{"GET", "/admin/v1/sessions?format=text", "", "SESSION"},
		{"GET", "/admin/v1/sessions?format=text", "", "shop "},
		{"POST", "/admin/v1/explain?format=text", `{"username":"tester","password":"success"}`, "success-case answers this login.\n"},
	} {
		got := s.send(test.method, test.path, test.body, loopback)
		got.want(200)
		if text := got.Body.String(); !strings.Contains(text, test.want) || strings.Contains(text, "not this one") {
			t.Errorf("%s %s: %s", test.method, test.path, text)
		}
		if kind := got.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" {
			t.Errorf("%s is %s", test.path, kind)
		}
	}
	for _, path := range []string{"/admin/v1/journal?format=html", "/admin/v1/sessions?format=xml"} {
		s.get(path, loopback).wantProblem(422, "invalid_parameters")
	}
}

func TestJournal(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.send("POST", "/sessions/run-1"+base+"/bank_connections/authenticate?limit=1&pin=1234",
		object("username", "tester", "password", "challenge", "state", "af0", "redirect_uri", "http://localhost:3000/back?code=1", "pin", "1234"),
		header("X-Request-Id", "request-7"), header("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), header("Authorization", "Bearer t0ken"), header("Cookie", "a=b"), header("X-Pin", "1234"),
	).want(200).text("bank_authentication_process_id")
	s.clock.advance(time.Second)
	s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "challenge_response", "123456")).want(200)
	connection := s.send("POST", base+"/bank_connections", processField(id)).want(201).text("id")
	s.get(base + "/bank_connections/" + connection).want(200)
	all := s.exchanges("session=run-1")
	if len(all) != 4 {
		t.Fatalf("%d exchanges: %v", len(all), all)
	}
	for i, want := range []map[string]any{
		{
			"route": "authenticate", "node": "node-1", "at": "2026-11-24T09:30:00.000Z", "session_time": "2026-11-24T09:30:00.000Z", "took_ms": 0.0,
			"session": "run-1", "request_id": "request-7", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "bank_authentication_process_id": id, "bank_connection_id": nil,
			"state": "CHALLENGE_RESPONSE_REQUIRED", "scenario": "challenge-case", "rules": "1;5eed5eed5eed5eed",
			"decision.forced": false, "decision.source.file": "bank.yaml", "decision.when.password": `"challenge"`,
			"request.method": "POST", "request.path": "/sessions/run-1" + base + "/bank_connections/authenticate", "request.query.limit": "1",
			"request.headers.Authorization": "[redacted]", "request.headers.Cookie": "[redacted]", "request.headers.X-Pin": nil,
			"request.body.username": "tester", "request.body.password": "[redacted]", "request.body.state": "[redacted]",
			"request.body.redirect_uri": "http://localhost:3000/back?[redacted]", "request.body.pin": nil, "request.hidden": 2.0,
			"response.status": 200.0, "response.code": nil, "response.body.challenge.message": "Enter the TAN", "response.headers.X-Request-Id": "request-7",
		},
		{
			"route": "confirm_challenge_response", "session": "run-1", "state": "AUTHENTICATED", "request.body.challenge_response": "[redacted]",
			"at": "2026-11-24T09:30:01.000Z", "decision": nil, "trace_id": nil, "bank_authentication_process_id": id,
		},
		{"route": "connect", "session": "run-1", "bank_connection_id": connection, "state": "IN_PROGRESS", "response.status": 201.0},
		{"route": "connection", "session": "run-1", "bank_connection_id": connection, "bank_authentication_process_id": id, "request.bytes": 0.0},
	} {
		for path, value := range want {
			if got := at(all[i], path); got != value {
				t.Errorf("exchange %d: %s is %v, want %v", i, path, got, value)
			}
		}
	}
}

func TestJournalOfRefusalsAndPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	id, page := s.goAway("redirect_uri", "http://localhost:3000/callback", "state", "af0ifjsldkj")
	s.get(page).want(200)
	s.decide(page, "approved").want(303)
	s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "challenge_response", "1"), inSession("other")).want(409)
	s.send("POST", "/admin/v1/processes/"+s.login("phone")+"/approve", "", loopback).want(200)
	s.get(base + "/nowhere").want(404)
	s.send("PUT", base+"/banks", "").want(405)
	s.get("/favicon.ico").want(404)
	s.get("/admin/v1/status", loopback).want(200)
	s.get(base+"/banks", inSession("not one")).want(400)
	s.send("POST", base+"/bank_connections/authenticate", credentials("nobody's"), header("X-Mockbank-Scenario", "phone-case")).want(200)
	s.send("POST", base+"/bank_connections/authenticate", credentials("nobody's")).want(200)
	all := s.exchanges("")
	for i, want := range []map[string]any{
		{"route": "authenticate", "state": "REDIRECT_REQUIRED"},
		{"route": "login", "state": "REDIRECT_REQUIRED", "bank_authentication_process_id": id, "scenario": "redirect-case", "response.body": nil},
		{"route": "login_decision", "state": "AUTHENTICATED", "request.body.decision": "approved", "response.status": 303.0, "response.headers.Location": "http://localhost:3000/callback?[redacted]"},
		{"route": "confirm_challenge_response", "session": "default", "response.code": "no_challenge_open", "bank_authentication_process_id": id},
		{"route": "authenticate"},
		{"route": "admin_approve", "state": "AUTHENTICATED"},
		{"route": "unrouted", "request.path": base + "/nowhere", "response.code": "unknown_path"},
		{"route": "method_not_allowed", "response.headers.Allow": "GET, HEAD"},
		{"route": "unrouted", "response.code": "invalid_header"},
		{"route": "authenticate", "decision.forced": true, "scenario": "phone-case"},
		{"route": "authenticate", "decision.forced": false, "decision.source": nil, "decision.when": nil, "scenario": nil, "state": "AUTHENTICATION_FAILED"},
	} {
		if i >= len(all) {
			t.Fatalf("%d exchanges: %v", len(all), all)
		}
		for path, value := range want {
			if got := at(all[i], path); got != value {
				t.Errorf("exchange %d: %s is %v, want %v", i, path, got, value)
			}
		}
	}
	if len(all) != 11 {
		t.Errorf("%d exchanges, want 11: %v", len(all), all[11:])
	}
}

func TestJournalFilters(t *testing.T) {
	t.Parallel()
	s := start(t)
	phone := s.login("phone")
	connection := s.connect("success")
	s.get(base + "/bank_connections/" + unknownID).want(404)
	s.get(base+"/banks", inSession("b")).want(200)
	for query, want := range map[string]int{
		"": 5, "session=b": 1, "session=c": 0, "scenario=success-case": 2, "route=connect": 1, "status=404": 1, "status=4xx": 1, "status=2xx": 4, "status=201": 1,
		"bank_authentication_process_id=" + phone: 1, "bank_connection_id=" + strings.ToUpper(connection): 1, "scenario=success-case&route=authenticate": 1,
	} {
		if got := s.exchanges(query); len(got) != want {
			t.Errorf("%q: %d exchanges, want %d", query, len(got), want)
		}
	}
	if got := s.get("/admin/v1/journal", loopback, inSession("b")).want(200); len(got.field("exchanges").([]any)) != 1 {
		t.Errorf("the header's session: %s", got.Body)
	}
	for _, query := range []string{
		"status=ok", "status=600", "status=6xx", "since=x", "since=-1", "since=99999999999999999", "limit=0", "bank_connection_id=7", "session=a%20b",
	} {
		s.get("/admin/v1/journal?"+query, loopback).wantProblem(422, "invalid_parameters")
	}
	s.get("/admin/v1/journal?session=a", loopback, inSession("b")).wantProblem(400, "invalid_header")
	s.send("DELETE", "/admin/v1/journal?session=b", "", loopback).want(204)
	if got := s.exchanges(""); len(got) != 4 {
		t.Errorf("%d exchanges are left, want 4", len(got))
	}
	s.send("DELETE", "/admin/v1/journal?session=a%20b", "", loopback).wantProblem(422, "invalid_parameters")
	s.send("DELETE", "/admin/v1/journal", "", loopback).want(204)
	if got := s.exchanges(""); len(got) != 0 {
		t.Errorf("%d exchanges are left", len(got))
	}
}

func TestJournalIsReadOnFromWhereItEnded(t *testing.T) {
	t.Parallel()
	s := start(t)
	for i := range 7 {
		s.get(fmt.Sprintf("%s/banks?limit=%d", base, i+1)).want(200)
	}
	var limits []string
	since := 1.0
	for range 4 {
		got := s.get(fmt.Sprintf("/admin/v1/journal?limit=3&since=%.0f", since), loopback).want(200)
		for _, exchange := range got.field("exchanges").([]any) {
			limits = append(limits, at(exchange.(map[string]any), "request.query.limit").(string))
		}
		since = got.field("next_since").(float64)
	}
	if got := strings.Join(limits, " "); got != "1 2 3 4 5 6 7" {
		t.Errorf("%s", got)
	}
	last := s.get("/admin/v1/journal?limit=2", loopback).want(200).field("exchanges").([]any)
	if at(last[0].(map[string]any), "request.query.limit") != "6" || at(last[1].(map[string]any), "request.query.limit") != "7" {
		t.Errorf("the last two are %v", last)
	}
}

func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.JournalEntries = 5 })
	for range 8 {
		s.login("success")
	}
	got := s.get("/admin/v1/journal?since=1", loopback).want(200)
	for path, want := range map[string]any{"entries": 5.0, "evicted": 3.0, "missed": 3.0, "max_entries": 5.0, "max_bytes": float64(DefaultJournalBytes)} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v", path, got.field(path), want)
		}
	}
	if metrics := s.get("/metrics").want(200).Body.String(); !strings.Contains(metrics, "\nmockbank_journal_evicted_total 3\n") || !strings.Contains(metrics, "\nmockbank_journal_entries 5\n") {
		t.Errorf("%s", metrics)
	}
}

func TestNoJournal(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.JournalEntries = -1 })
	s.login("success")
	s.get("/admin/v1/journal", loopback).wantProblem(409, "no_journal")
	s.send("DELETE", "/admin/v1/journal", "", loopback).wantProblem(409, "no_journal")
	s.get("/admin/v1/journal/stream", loopback).wantProblem(409, "no_journal")
	s.send("POST", "/admin/v1/reset", "", loopback).want(204)
	s.get("/metrics").want(200)
}

// Long texts are cut, and long bodies left out.
func TestJournalHoldsNothingLong(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.get(base+"/"+strings.Repeat("x", 5000)+"?search="+url.QueryEscape(strings.Repeat("ä", 600)), header("User-Agent", strings.Repeat("y", 5000))).want(404)
	for range 60 {
		s.connect("success")
	}
	s.get(base + "/bank_connections?limit=200").want(200)
	first, last := s.exchanges("route=unrouted")[0], s.exchanges("route=connections")[0]
	for _, path := range []string{"request.path", "request.query.search", "request.headers.User-Agent"} {
		if got := at(first, path).(string); len(got) > maxRecordedText+3 || !strings.HasSuffix(got, "…") {
			t.Errorf("%s has %d bytes", path, len(got))
		}
	}
	if at(last, "response.body") != nil || at(last, "response.bytes").(float64) <= maxRecordedBody {
		t.Errorf("%v", last["response"])
	}
}
