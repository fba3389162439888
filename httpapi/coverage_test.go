package httpapi

import (
	"strings"
	"testing"
	"time"
)

// answerChallenge plays a session that answers a challenge wrongly, and then well.
func (s *server) answerChallenge(session string) {
	s.t.Helper()
	id := s.send("POST", base+"/bank_connections/authenticate", credentials("challenge"), inSession(session)).want(200).text("bank_authentication_process_id")
	for _, response := range []string{"0", "123456"} {
		s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "challenge_response", response)).want(200)
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.answerChallenge("a")
	s.answerChallenge("b")
	s.login("nobody's")
	for session, want := range map[string]struct{ logins, taken, unmatched float64 }{"": {2, 2, 1}, "a": {1, 1, 0}, "c": {0, 0, 0}} {
		got := s.get("/admin/v1/coverage?session="+session, loopback).want(200)
		challenge := got.field("detail").([]any)[1].(map[string]any)
		answered := challenge["transitions"].([]any)[0].(map[string]any)
		exercised := min(want.logins, 1)
		if challenge["logins"] != want.logins || answered["taken"] != want.taken || answered["event"] != `challenge_response: "123456"` || answered["step"] != "asked" || answered["to"] != "done" ||
			got.field("unmatched_logins") != want.unmatched || got.field("scenarios.exercised") != exercised || got.field("scenarios.total") != 9.0 ||
			got.field("transitions.exercised") != exercised || got.field("transitions.total") != 11.0 ||
			got.field("overall.total") != 20.0 || got.field("overall.exercised") != 2*exercised || answered["status"] != "AUTHENTICATED" {
			t.Errorf("session %q: %s", session, got.Body)
		}
	}
	if got := s.get("/admin/v1/coverage", loopback, inSession("a")).want(200); got.text("session") != "a" {
		t.Errorf("the header's session: %s", got.Body)
	}
	s.send("DELETE", sessions+"/a", "", loopback).want(204)
	if got := s.get("/admin/v1/coverage?session=a", loopback).want(200); got.field("scenarios.exercised") != 0.0 {
		t.Errorf("a deleted session: %s", got.Body)
	}
	s.get("/admin/v1/coverage?session=a%20b", loopback).wantProblem(422, "invalid_parameters")
	s.get("/admin/v1/coverage?format=xml", loopback).wantProblem(422, "invalid_parameters")
	s.get("/admin/v1/coverage", from("10.0.0.1:1", "localhost")).wantProblem(403, "loopback_only")
}

func TestCoverageForPeople(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.answerChallenge("a")
	text := s.get("/admin/v1/coverage?format=text", loopback).want(200)
	for _, part := range []string{
		"scenarios    1 of 9 (11.1 %)\n", "transitions  1 of 11 (9.0 %)\n", "overall      2 of 20 (10.0 %)\n", "unmatched    0 logins\n",
		"1       challenge-case  asked: attempts: exhausted -> refused; asked: expires_after: 1m -> refused\n", "0       success-case    \n",
	} {
		if !strings.Contains(text.Body.String(), part) {
			t.Errorf("the text lacks %q:\n%s", part, text.Body)
		}
	}
	page := s.get("/admin/v1/coverage?format=html&session=a", loopback).want(200)
	for _, part := range []string{
		`<th scope="row" translate="no">success-case</th><td>0</td><td>all of it: no login yet</td>`,
		"<title>Coverage</title>", "Of the session a, on this node.", "1 of 11 (9.0 %)", "2 of 20 (10.0 %)", `<th scope="row" translate="no">challenge-case</th><td>1</td>`, ">asked: attempts: exhausted -&gt; refused</span><br>",
	} {
		if !strings.Contains(page.Body.String(), part) {
			t.Errorf("the page lacks %q:\n%s", part, page.Body)
		}
	}
}

func TestJournalRecordsTransitions(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.answerChallenge("a")
	all := s.exchanges("session=a")
	moved := at(all[2], "transitions").([]any)
	if len(all) != 3 || len(moved) != 1 || len(at(all[1], "transitions").([]any)) != 0 {
		t.Fatalf("%v", all)
	}
	for path, want := range map[string]any{
		"from": "asked", "to": "done", "status": "AUTHENTICATED", "event": `challenge_response: "123456"`, "at": "2026-11-24T09:30:00.000Z",
	} {
		if got := at(moved[0].(map[string]any), path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

// What time did is told of by the first that reads it, and counted once.
func TestTimedTransitionsAreRecordedOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("challenge")
	s.clock.advance(time.Hour)
	for range 3 {
		if got := s.status(id); got != "AUTHENTICATION_FAILED" {
			t.Fatal(got)
		}
	}
	var reported []any
	for _, exchange := range s.exchanges("") {
		reported = append(reported, exchange["transitions"].([]any)...)
	}
	if len(reported) != 1 || at(reported[0].(map[string]any), "event") != "expires_after: 1m" || at(reported[0].(map[string]any), "at") != "2026-11-24T09:31:00.000Z" {
		t.Errorf("%v", reported)
	}
	got := s.get("/admin/v1/coverage", loopback).want(200)
	if expired := got.field("detail").([]any)[1].(map[string]any)["transitions"].([]any)[2].(map[string]any); expired["taken"] != 1.0 {
		t.Errorf("%v", expired)
	}
}

// Pages, approvals and connections are followed as well.
func TestEveryWayInIsObserved(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, page := s.goAway()
	s.decide(page, "approved").want(200)
	s.send("POST", "/admin/v1/processes/"+s.login("phone")+"/decline", "", loopback).want(200)
	polled := s.login("polled")
	s.status(polled)
	s.send("POST", base+"/bank_connections/confirm_challenge_response", processField(polled)).want(200)
	s.send("POST", base+"/bank_connections", processField(polled)).want(201)
	var reported []string
	for _, exchange := range s.exchanges("") {
		for _, moved := range exchange["transitions"].([]any) {
			reported = append(reported, exchange["route"].(string)+" "+at(moved.(map[string]any), "event").(string))
		}
	}
	if got := strings.Join(reported, ", "); got != "login_decision redirect: approved, admin_decline approval: declined, confirm_challenge_response polls: 2" {
		t.Errorf("%s", got)
	}
	if got := s.get("/admin/v1/coverage", loopback).want(200); got.field("transitions.exercised") != 3.0 || got.field("scenarios.exercised") != 3.0 {
		t.Errorf("%s", got.Body)
	}
}
