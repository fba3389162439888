package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// lastLine returns the log's last line as its fields.
func (s *server) lastLine() map[string]any {
	s.t.Helper()
	lines := strings.Split(strings.TrimSpace(s.log.String()), "\n")
	fields := map[string]any{}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &fields); err != nil {
		s.t.Fatal(err)
	}
	return fields
}

func (s *server) wantLine(want map[string]any) {
	s.t.Helper()
	line := s.lastLine()
	for name, value := range want {
		if line[name] != value {
			s.t.Errorf("%s is %v, want %v: %v", name, line[name], value, line)
		}
	}
}

// The log says what was asked, by whom, what the bank answered, and which scenario spoke.
func TestLogReportsTheStory(t *testing.T) {
	t.Parallel()
	s := start(t)
	login := base + "/bank_connections/authenticate"
	s.send("POST", login, credentials("success")).want(200)
	s.wantLine(map[string]any{
		"level": "info", "path": login, "username": "tester", "state": "AUTHENTICATED", "scenario": "success-case", "error_code": nil, "nearest": nil,
	})
	s.send("POST", "/sessions/run-1"+login, credentials("sucess")).want(200)
	s.wantLine(map[string]any{
		"level": "warn", "path": "/sessions/run-1" + login, "state": "AUTHENTICATION_FAILED", "error_code": "NO_SCENARIO", "session": "run-1",
		"nearest": "success-case", "differs": "password edit distance 1",
	})
	if strings.Contains(s.log.String(), "sucess") {
		t.Errorf("the log holds the password: %s", s.log)
	}
	s.get(base + "/bank_connections/" + s.connect("success")).want(200)
	s.wantLine(map[string]any{"state": "IN_PROGRESS", "progress": 0.0, "username": "tester"})
	s.send("POST", login, `{}`).want(422)
	s.wantLine(map[string]any{"code": "invalid_fields", "level": "info", "nearest": nil})
	s.send("POST", login, object("username", "a\nb\u2028c", "password", "x")).want(200)
	s.wantLine(map[string]any{"username": "a\ufffdb\ufffdc"})
}

// A catch-all that took a login is told of with the scenario that was probably meant; a flood of them is not.
func TestLogOfACatchAll(t *testing.T) {
	t.Parallel()
	s := start(t)
	all := scenario("all", threeSeconds, failed)
	all.When = engine.Condition{}
	rules, err := engine.NewRuleSet(engine.RuleSetConfig{
		Hash: "5eed5eed5eed5eed", DefaultBank: "MockBank", Banks: testBanks(), Scenarios: append(testScenarios(), all),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.bank.Use(rules)
	for range 3 * nearestPerSecond {
		s.send("POST", base+"/bank_connections/authenticate", object("username", "Tester", "password", "success")).want(200)
	}
	if got := strings.Count(s.log.String(), `"nearest":"success-case","differs":"username differs only in case"`); got != nearestPerSecond {
		t.Errorf("told %d times, want %d: %s", got, nearestPerSecond, s.log)
	}
}
