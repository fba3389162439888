package httpapi

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.send("POST", "/admin/v1/explain", credentials("Challenge"), loopback).want(200)
	for path, want := range map[string]any{
		"match": nil, "no_scenario.code": "NO_SCENARIO", "forced": false, "refused": nil, "rules": "1;5eed5eed5eed5eed",
	} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v", path, got.field(path), want)
		}
	}
	nearest := got.field("nearest").([]any)[0].(map[string]any)
	password := nearest["conditions"].([]any)[2].(map[string]any)
	if nearest["name"] != "challenge-case" || password["key"] != "password" || password["had"] != nil || password["secret"] != true || password["hint"] != "differs only in case" {
		t.Errorf("the nearest: %v", nearest)
	}
	if attempts := s.exchanges(""); len(attempts) != 0 {
		t.Errorf("explaining is no exchange of the bank: %v", attempts)
	}
}

func TestExplainTakesAll(t *testing.T) {
	t.Parallel()
	s := start(t)
	explained := func(body string) answered {
		t.Helper()
		return s.send("POST", "/admin/v1/explain", body, loopback)
	}
	forced := explained(`{"username":"tester","password":"x","scenario":"phone-case"}`).want(200)
	if forced.field("forced") != true || forced.text("match.name") != "phone-case" {
		t.Errorf("%s", forced.Body)
	}
	if got := explained(`{"username":"tester","password":"takes_forever"}`).want(200); got.text("refused") != "scenario_value" {
		t.Errorf("%s", got.Body)
	}
	explained(`{"username":"tester","password":"success","session":"run-1","headers":{"x-team":"a"},"assume":{"attempt":3,"counters":{"burnt":1}}}`).want(200)
	explained(`{"username":"tester","password":"x","scenario":"phone-cas"}`).wantProblem(422, "unknown_scenario")
	explained(`{"username":"tester","password":"x","bank_slug":"NoBank"}`).wantProblem(422, "unknown_bank")
	for body, reported := range map[string]string{
		`{}`:                          "username is required; password is required",
		`{"headers":[]}`:              "headers must be an object of texts",
		`{"headers":{"a":1}}`:         "headers must be an object of texts",
		`{"assume":{"attempts":1}}`:   "assume must be an object with the whole numbers",
		`{"assume":{"attempt":"1"}}`:  "assume must be an object with the whole numbers",
		`{"session":1,"password":""}`: "session must be a string",
	} {
		if got := explained(body).wantProblem(422, "invalid_fields"); !strings.Contains(got.text("detail"), reported) {
			t.Errorf("%s: %s", body, got.Body)
		}
	}
	form := header("Content-Type", "application/x-www-form-urlencoded")
	s.send("POST", "/admin/v1/explain", "username=tester&password=success", loopback, form).want(200)
	if got := s.send("POST", "/admin/v1/explain", "username=tester&password=success&assume=1", loopback, form).wantProblem(422, "invalid_fields"); !strings.Contains(got.text("detail"), "assume needs a body of JSON") {
		t.Errorf("%s", got.Body)
	}
}

func TestLoginsAreExplainedWhenAsked(t *testing.T) {
	t.Parallel()
	s := start(t)
	path, asked := base+"/bank_connections/authenticate", header("X-Mockbank-Explain", "1")
	fell := s.send("POST", path, credentials("sucess"), asked).want(200)
	nearest := fell.field("explanation.nearest").([]any)
	if fell.text("error.code") != "NO_SCENARIO" || len(nearest) == 0 || nearest[0].(map[string]any)["name"] != "success-case" {
		t.Errorf("%s", fell.Body)
	}
	matched := s.send("POST", path, credentials("success"), asked, key("k")).want(200)
	if matched.text("explanation.match.name") != "success-case" {
		t.Errorf("%s", matched.Body)
	}
	if again := s.send("POST", path, credentials("success"), asked, key("k")).want(200); again.Body.String() != matched.Body.String() {
		t.Errorf("a repeat: %s", again.Body)
	}
	for _, plain := range []answered{
		s.send("POST", path, credentials("sucess")).want(200),
		s.get(path+"/"+matched.text("bank_authentication_process_id"), asked).want(200),
	} {
		if _, found := plain.object()["explanation"]; found {
			t.Errorf("nobody asked: %s", plain.Body)
		}
	}
	s.send("POST", path, credentials("success"), header("X-Mockbank-Explain", "yes")).wantProblem(400, "invalid_header")
	s.send("POST", path, object("username", "a", "password", "b", "bank_slug", "NoBank"), asked).wantProblem(422, "unknown_bank")
}
