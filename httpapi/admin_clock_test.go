package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func TestClockGoesToWhatIsDueNext(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.send("POST", sessions, `{"id":"run-1","frozen":true}`, loopback).want(201)
	in := header("X-Mockbank-Session", "run-1")
	process := s.send("POST", base+"/bank_connections/authenticate", credentials("challenge"), in).want(200).text("bank_authentication_process_id")
	authenticated := s.send("POST", base+"/bank_connections/authenticate", credentials("broken"), in).want(200).text("bank_authentication_process_id")
	connection := s.send("POST", base+"/bank_connections", processField(authenticated)).want(201).text("id")

	read := s.get(sessions+"/run-1/clock", loopback).want(200)
	if read.text("now") != "2026-11-24T09:30:00.000Z" || read.text("due.0.at") != "2026-11-24T09:30:01.000Z" {
		t.Errorf("a clock that is read: %s", read.Body)
	}
	clockChange := func(want ...string) answered {
		t.Helper()
		got := s.send("POST", sessions+"/run-1/clock", `{"to_next":true}`, loopback).want(200)
		for i := 0; i < len(want); i += 2 {
			if value, _ := got.field(want[i]).(string); value != want[i+1] {
				t.Errorf("%s is %v, want %s: %s", want[i], got.field(want[i]), want[i+1], got.Body)
			}
		}
		return got
	}
	clockChange("now", "2026-11-24T09:30:01.000Z", "due.0.kind", "import_point", "due.0.bank_connection_id", connection, "due.0.status", "IN_PROGRESS")
	clockChange("now", "2026-11-24T09:30:02.000Z", "due.0.kind", "import_end", "due.0.bank_connection_id", connection, "due.0.status", "FAILED_WITH_ERROR")
	clockChange("now", "2026-11-24T09:31:00.000Z", "due.0.kind", "expiry", "due.0.bank_authentication_process_id", process, "due.0.status", "AUTHENTICATION_FAILED")
	if status := s.status(process); status != "AUTHENTICATION_FAILED" {
		t.Errorf("the process is %s", status)
	}
	if got := clockChange("now", "2026-11-24T09:31:00.000Z"); got.field("due") != nil || got.field("frozen") != true {
		t.Errorf("nothing is due: %s", got.Body)
	}
	resumed := s.send("POST", sessions+"/run-1/clock", `{"to_next":true,"resume":true}`, loopback).want(200)
	if resumed.field("frozen") != false || resumed.field("due") != nil {
		t.Errorf("it runs on: %s", resumed.Body)
	}
	got := s.send("POST", sessions+"/run-1/clock", `{"to_next":true,"advance":"1s"}`, loopback).wantProblem(422, "invalid_fields")
	if !strings.Contains(got.text("detail"), "to_next must not come together with advance") {
		t.Errorf("%s", got.Body)
	}
	s.get(sessions+"/nobody/clock", loopback).wantProblem(404, "not_found")
	s.send("POST", sessions+"/run-1/clock", `{"toNext":true}`, loopback).wantProblem(422, "invalid_fields")
}

func TestSessionsStartAtAMoment(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.send("POST", sessions, `{"id":"eve","starts_at":"2026-12-24T23:00:00+01:00"}`, loopback).want(201)
	if made.text("now") != "2026-12-24T22:00:00.000Z" || made.field("frozen") != false {
		t.Errorf("%s", made.Body)
	}
	past := s.send("POST", sessions, `{"id":"past","starts_at":"2020-02-29T00:00:00Z","frozen":true}`, loopback).want(201)
	if past.text("now") != "2020-02-29T00:00:00.000Z" || past.field("frozen") != true || past.text("offset") != "0s" {
		t.Errorf("%s", past.Body)
	}
	for id, at := range map[string]string{"day": "2026-12-24", "clock": "2026-12-24T00:00", "zone": "2026-12-24T01:00:00+01:00"} {
		if made := s.send("POST", sessions, `{"id":"`+id+`","starts_at":"`+at+`","frozen":true}`, loopback).want(201); made.text("now") != "2026-12-24T00:00:00.000Z" {
			t.Errorf("%s: %s", at, made.Body)
		}
	}
	for _, body := range []string{
		`{"id":"a","starts_at":"2026-13-24"}`, `{"id":"a","starts_at":"tomorrow"}`, `{"id":"a","starts_at":7}`, `{"id":"a","starts_at":"9999-01-01T00:00:00Z"}`,
	} {
		got := s.send("POST", sessions, body, loopback).wantProblem(422, "invalid_fields")
		if !strings.Contains(got.text("detail"), "starts_at ") {
			t.Errorf("%s: %s", body, got.Body)
		}
	}
}

// withSwitch declares a switch: with it on, `success` is played for nobody.
func withSwitch(t *testing.T) func(*Config) {
	return func(c *Config) {
		scenarios := testScenarios()
		scenarios[0].When.Facts.Switches = map[string]bool{"bank-down": false}
		rules, err := engine.NewRuleSet(engine.RuleSetConfig{
			Hash: "5eed5eed5eed5eed", DefaultBank: "MockBank", Banks: testBanks(), Scenarios: scenarios,
			NoScenario: engine.Failure{Code: "NO_SCENARIO"}, Switches: []engine.Switch{{Name: "bank-down", Description: "It is down"}, {Name: "slow"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Bank.(*engine.Bank).Use(rules)
	}
}

func TestSwitchesAreFlipped(t *testing.T) {
	t.Parallel()
	s := start(t, withSwitch(t))
	status := func(session string) string {
		t.Helper()
		return s.send("POST", base+"/bank_connections/authenticate", credentials("success"), inSession(session)).want(200).text("status")
	}
	flip := func(session, body string) answered {
		t.Helper()
		return s.send("PUT", sessions+"/"+session+"/switches/bank-down", body, loopback)
	}
	if got := flip("fresh", `{"on":true}`).want(200); got.field("switches.bank-down") != true || got.field("switches.slow") != false {
		t.Errorf("%s", got.Body)
	}
	if got := s.get(sessions+"/fresh", loopback).want(200); got.field("switches.bank-down") != true {
		t.Errorf("the session was not begun: %s", got.Body)
	}
	if on, off := status("fresh"), status("other"); on != "AUTHENTICATION_FAILED" || off != "AUTHENTICATED" {
		t.Errorf("%s with it on, %s elsewhere", on, off)
	}
	flip("fresh", `{"on":false}`).want(200)
	if off := status("fresh"); off != "AUTHENTICATED" {
		t.Errorf("%s with it off again", off)
	}
	flip("default", `{"on":true}`).want(200)
	s.send("POST", "/admin/v1/reset", `{"session":"default"}`, loopback).want(204)
	if got := s.get(sessions+"/default", loopback).want(200); got.field("switches.bank-down") != false || status("default") != "AUTHENTICATED" {
		t.Errorf("a reset leaves it on: %s", got.Body)
	}
	form := header("Content-Type", "application/x-www-form-urlencoded")
	s.send("PUT", sessions+"/fresh/switches/bank-down", "on=true", loopback, form).want(200)
	for _, body := range []string{"", `{}`, `{"on":null}`, `{"on":"yes"}`, `{"On":true}`} {
		flip("fresh", body).wantProblem(422, "invalid_fields")
	}
	got := s.send("PUT", sessions+"/fresh/switches/bankdown", `{"on":true}`, loopback).wantProblem(404, "not_found")
	if !strings.Contains(got.text("detail"), "bank-down") {
		t.Errorf("the nearest is not named: %s", got.Body)
	}
	flip("a%20b", `{"on":true}`).wantProblem(404, "not_found")
	s.send("PUT", sessions+"/fresh/switches/bank-down", `{"on":true}`, from("10.0.0.1:1", "bank.test")).wantProblem(403, "loopback_only")
}

func TestConsoleFlipsSwitchesAndGoesToTheNextEvent(t *testing.T) {
	t.Parallel()
	s := start(t, withSwitch(t))
	s.open("/console/live?session=run").want(200).shows("Next event", "bank-down: off", `title="It is down"`)
	s.press("/console/switch", url.Values{"session": {"run"}, "on": {"bank-down"}}).want(http.StatusSeeOther)
	s.open("/console/live?session=run").want(200).shows("bank-down: on", `aria-pressed="true"`)
	s.press("/console/switch", url.Values{"session": {"run"}, "off": {"bank-down"}}, header("HX-Request", "true")).want(204)
	s.press("/console/switch", url.Values{"session": {"run"}, "on": {"nothing"}}).want(404)
	s.press("/console/switch", url.Values{"session": {"a b"}, "on": {"bank-down"}}).want(422)
	s.press("/console/clock", url.Values{"session": {"run"}, "turn": {"freeze"}}).want(http.StatusSeeOther)
	s.press("/console/clock", url.Values{"session": {"run"}, "turn": {"next"}}, header("HX-Request", "true")).want(200).shows("Nothing is due")
	process := s.send("POST", base+"/bank_connections/authenticate", credentials("challenge"), inSession("run")).want(200).text("bank_authentication_process_id")
	s.press("/console/clock", url.Values{"session": {"run"}, "turn": {"next"}}, header("HX-Request", "true")).want(204)
	if status := s.status(process); status != "AUTHENTICATION_FAILED" {
		t.Errorf("after the next event the process is %s", status)
	}
}
