package httpapi

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.configuration.outcome = refusedOutcome()
	got := s.get("/admin/v1/status", loopback).want(200)
	for path, want := range map[string]any{
		"generation": 1.0, "hash": "5eed5eed5eed5eed", "loaded_at": "2026-11-24T09:30:00.000Z",
		"database": "memory", "node": "node-1", "version": "1.2.3", "commit": "5eed", "date": "2026-11-24T09:00:00Z",
		"last_reload.result": "refused", "last_reload.trigger": "watch", "last_reload.took_ms": 1.5,
	} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v", path, got.field(path), want)
		}
	}
}

func refusedOutcome() ReloadOutcome {
	return ReloadOutcome{
		Result: ReloadRefused, Trigger: "watch", At: newClock().now(), Took: 1500 * time.Microsecond,
		Problems: []ConfigurationProblem{
			{File: "bank.yaml", Line: 12, Column: 3, Severity: "error", Code: "unknown-key", Message: "unknown key \"pasword\"", Hint: "did you mean password?"},
			{File: "gone.yaml", Severity: "error", Code: "missing-file", Message: "there is no such file"},
		},
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.configuration.outcome = ReloadOutcome{Result: ReloadApplied, Trigger: "api", At: s.clock.now()}
	if got := s.send("POST", "/admin/v1/reload", "", loopback).want(200); got.text("result") != "applied" {
		t.Errorf("%s", got.Body)
	}
	s.configuration.outcome = refusedOutcome()
	got := s.send("POST", "/admin/v1/reload", "", loopback).wantProblem(422, "configuration_refused")
	problems := got.field("reload.problems").([]any)
	first, second := problems[0].(map[string]any), problems[1].(map[string]any)
	if first["line"] != 12.0 || first["hint"] != "did you mean password?" || second["line"] != nil || second["hint"] != nil {
		t.Errorf("%s", got.Body)
	}
	s.configuration.err = errors.New("it is shutting down")
	s.send("POST", "/admin/v1/reload", "", loopback).wantProblem(500, "internal")
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.login("success")
	var names []string
	for _, scenario := range testScenarios() {
		names = append(names, scenario.Name)
	}
	if got := s.scenarioNames(); strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("%q, want %q", got, names)
	}
	got := s.get("/admin/v1/scenarios/success-case", loopback).want(200)
	for path, want := range map[string]any{
		"hits": 1.0, "source.file": "bank.yaml", "source.line": 7.0, "when.password": `"success"`, "when.bank": "any",
		"flow.import.takes": "3s", "flow.import.outcome": "SUCCESS", "description": "a case for success",
	} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v", path, got.field(path), want)
		}
	}
	s.get("/admin/v1/scenarios/none", loopback).wantProblem(404, "not_found")
	s.get("/admin/v1/scenarios?cursor=Z29uZQ", loopback).wantProblem(422, "invalid_parameters")
}

func (s *server) scenarioNames() []string {
	s.t.Helper()
	var names []string
	cursor := ""
	for range 100 {
		got := s.get("/admin/v1/scenarios?limit=2&cursor="+cursor, loopback).want(200)
		for _, scenario := range got.field("scenarios").([]any) {
			names = append(names, scenario.(map[string]any)["name"].(string))
		}
		if cursor = got.text("next_cursor"); cursor == "" {
			return names
		}
	}
	s.t.Fatal("the list does not end")
	return nil
}

// Every kind of flow can be shown; what is shown is held against openapi.yaml.
func TestFlowsAreShown(t *testing.T) {
	t.Parallel()
	s := start(t)
	tests := map[string][]string{
		"challenge-case": {`"event":"challenge_response","value":"\"123456\"","then":"done"`, `"event":"attempts","value":"exhausted","then":"refused"`, `"expires_after":"1m"`, `"expires_to":"refused"`, `"attempts":3`},
		"choice-case":    {`"two_step_procedures":[{"id":"photo"`},
		"polled-case":    {`"event":"polls","value":"2"`},
		"broken-case":    {`"progress":"40"`, `"progress":null`, `"takes":null`, `"status":"FAILED_WITH_ERROR"`},
		"takes-case":     {`"takes":"${takes}"`, `"older_than":"90d"`, `"password":"matching`},
	}
	for name, want := range tests {
		body := s.get("/admin/v1/scenarios/"+name, loopback).want(200).Body.String()
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s lacks %s: %s", name, part, body)
			}
		}
	}
}

func TestConditionsAreShown(t *testing.T) {
	t.Parallel()
	got := newWhenBody(&engine.Condition{
		Headers: map[string]engine.Matcher{"X-Kind": engine.Literal("a")},
		Facts:   engine.Facts{Attempt: &engine.Count{Range: engine.Range{From: 3, To: -1}}, Counters: map[string]engine.Count{"burnt": {Range: engine.Range{From: 1, To: 2}}}},
	})
	if got.Headers["X-Kind"] != `"a"` || got.Facts["attempt"] != "3.." || got.Facts["counters.burnt"] != "1..2" || len(got.Facts) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	tests := []struct{ password, decision, status string }{
		{"phone", "approve", "AUTHENTICATED"},
		{"phone", "decline", "AUTHENTICATION_FAILED"},
		{"redirect", "approve", "AUTHENTICATED"},
		{"redirect", "decline", "AUTHENTICATION_FAILED"},
	}
	s := start(t)
	for _, test := range tests {
		path := "/admin/v1/processes/" + s.login(test.password) + "/" + test.decision
		if got := s.send("POST", path, "", loopback).want(200); got.text("status") != test.status || got.text("username") != "tester" {
			t.Errorf("%s %s: %s", test.decision, test.password, got.Body)
		}
		s.send("POST", path, "", loopback).wantProblem(409, "no_challenge_open")
	}
	s.send("POST", "/admin/v1/processes/"+s.login("challenge")+"/approve", "", loopback).wantProblem(409, "no_challenge_open")
	s.send("POST", "/admin/v1/processes/"+unknownID+"/approve", "", loopback).wantProblem(404, "not_found")
	s.send("POST", "/admin/v1/processes/7/decline", "", loopback).wantProblem(404, "not_found")
}

func TestOpenProcessesAreListed(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.login("success")
	waiting, asking := s.login("phone"), s.login("challenge")
	elsewhere := s.send("POST", base+"/bank_connections/authenticate", `{"username":"tester","password":"phone"}`, header("X-Mockbank-Session", "s")).
		want(200).text("bank_authentication_process_id")
	ids := func(query string) (found []string) {
		for _, one := range s.get("/admin/v1/processes"+query, loopback).want(200).field("processes").([]any) {
			found = append(found, one.(map[string]any)["bank_authentication_process_id"].(string))
		}
		return found
	}
	for query, want := range map[string][]string{
		"?open=true": {waiting, asking}, "?open=true&session=s": {elsewhere}, "?open=true&session=none": nil,
	} {
		if found := ids(query); !slices.Equal(found, want) {
			t.Errorf("%s finds %v, want %v", query, found, want)
		}
	}
	if all := ids(""); len(all) != 3 {
		t.Errorf("all are %v", all)
	}
	first := s.get("/admin/v1/processes?open=true&limit=1", loopback).want(200)
	if second := ids("?open=true&limit=1&cursor=" + first.text("next_cursor")); !slices.Equal(second, []string{asking}) {
		t.Errorf("the second page is %v", second)
	}
	s.send("POST", "/admin/v1/processes/"+waiting+"/approve", "", loopback).want(200)
	if found := ids("?open=true"); !slices.Equal(found, []string{asking}) {
		t.Errorf("who was approved is still open: %v", found)
	}
	for _, query := range []string{"?opened=true", "?open=yes", "?cursor=x", "?limit=0"} {
		s.get("/admin/v1/processes"+query, loopback).wantProblem(422, "invalid_parameters")
	}
}

func TestInspectedProcess(t *testing.T) {
	t.Parallel()
	s := start(t)
	connection := s.connect("success")
	process := s.get(base + "/bank_connections/" + connection).want(200).text("bank_authentication_process_id")
	got := s.get("/admin/v1/processes/"+process, loopback).want(200)
	for path, want := range map[string]any{
		"session": "default", "username": "tester", "scenario": "success-case", "rules": "1;5eed5eed5eed5eed",
		"steps_entered": 1.0, "bank_connection_id": connection, "redirect_uri": nil, "status": "AUTHENTICATED",
	} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v", path, got.field(path), want)
		}
	}
	s.get("/admin/v1/processes/"+unknownID, loopback).wantProblem(404, "not_found")
}
