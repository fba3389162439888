package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func TestRequestID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		sent  string
		taken bool
	}{
		"plain":         {"abc-1.2_3:4/5+6=7@8", true},
		"the longest":   {strings.Repeat("x", 128), true},
		"too long":      {strings.Repeat("x", 129), false},
		"with a space":  {"a b", false},
		"with a quote":  {`a"b`, false},
		"with newlines": {"a\nb", false},
		"none":          {"", false},
	}
	s := start(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.get("/healthz", header("X-Request-Id", test.sent)).want(200).Header().Get("X-Request-Id")
			if test.taken != (got == test.sent) || !test.taken && len(got) != 32 {
				t.Errorf("sent %q, got %q", test.sent, got)
			}
		})
	}
	if a, b := newRequestID(), newRequestID(); a == b {
		t.Errorf("two requests have one id, %q", a)
	}
}

func TestAnswersNameScenarioAndRules(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("success")
	connection := s.send("POST", base+"/bank_connections", processField(id)).want(201).text("id")
	process := s.login("redirect")
	s.bank.Use(newRules(t)) // what began under the first rule set goes on under it
	for _, path := range []string{base + "/bank_connections/authenticate/" + id, base + "/bank_connections/" + connection} {
		got := s.get(path).want(200).Header()
		if got.Get("X-Mockbank-Scenario") != "success-case" || got.Get("X-Mockbank-Rules") != "1;5eed5eed5eed5eed" {
			t.Errorf("%s: %v", path, got)
		}
	}
	if got := s.get("/login/" + process).want(200).Header(); got.Get("X-Mockbank-Scenario") != "redirect-case" || got.Get("X-Mockbank-Rules") != "1;5eed5eed5eed5eed" {
		t.Errorf("the login page: %v", got)
	}
	fallback := s.send("POST", base+"/bank_connections/authenticate", credentials("nobody's")).want(200).Header()
	if len(fallback.Values("X-Mockbank-Scenario")) != 0 || fallback.Get("X-Mockbank-Rules") != "2;5eed5eed5eed5eed" {
		t.Errorf("no scenario: %v", fallback)
	}
	if got := s.get(base + "/banks").want(200).Header(); len(got.Values("X-Mockbank-Rules")) != 0 {
		t.Errorf("no scenario made the list of banks: %v", got)
	}
}

func TestAnswersAreNotStored(t *testing.T) {
	t.Parallel()
	got := start(t).get(base + "/banks").want(200).Header()
	if got.Get("Cache-Control") != "no-store" || got.Get("X-Content-Type-Options") != "nosniff" || got.Get("Content-Length") == "" {
		t.Errorf("%v", got)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(start(t).handler)
	defer s.Close()
	answer, err := http.Head(s.URL + base + "/banks")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 || answer.ContentLength <= 0 {
		t.Errorf("%+v", answer)
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	s := start(t)
	process := s.login("challenge")
	s.send("POST", base+"/bank_connections/confirm_challenge_response?password=in-the-query",
		object("bank_authentication_process_id", process, "challenge_response", "secret-response"),
		header("X-Request-Id", "request-7"), header("X-Mockbank-Session", "run-1"), header("Authorization", "Bearer secret-token"),
		header("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
	s.send("POST", base+"/bank_connections/authenticate", credentials("takes_secret-password")).want(422)
	s.get("/nowhere?password=in-the-query")
	lines := strings.Split(strings.TrimSpace(s.log.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines:\n%s", len(lines), s.log)
	}
	wantLine(t, lines[1], map[string]any{
		"level": "info", "message": "request", "route": "confirm_challenge_response", "method": "POST", "status": 200.0,
		"request_id": "request-7", "session": "run-1", "scenario": "challenge-case", "duration_ms": 0.0,
		"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "parent_span_id": "00f067aa0ba902b7",
	})
	wantLine(t, lines[2], map[string]any{"route": "authenticate", "status": 422.0, "code": "scenario_value", "session": "default", "trace_id": nil})
	wantLine(t, lines[3], map[string]any{"route": "unrouted", "status": 404.0, "code": "unknown_path", "path": "/nowhere"})
	for _, secret := range []string{"secret", "in-the-query"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, s.log)
		}
	}
}

func wantLine(t *testing.T, line string, want map[string]any) {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		t.Fatal(err)
	}
	for name, value := range want {
		if fields[name] != value {
			t.Errorf("%s is %v, want %v: %s", name, fields[name], value, line)
		}
	}
	if bytes, _ := fields["bytes"].(float64); bytes <= 0 {
		t.Errorf("no bytes: %s", line)
	}
}

func TestHealthChecksAreQuiet(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.get("/healthz").want(200)
	if !strings.Contains(s.log.String(), `"level":"debug"`) {
		t.Errorf("%s", s.log)
	}
}

// reads is a bank whose reads end in what a test says.
type reads struct {
	Bank
	err   error
	panic any
}

func (b *reads) Poll(context.Context, string) (engine.ProcessState, error) {
	if b.panic != nil {
		panic(b.panic)
	}
	return engine.ProcessState{}, b.err
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		bank   reads
		status int
		code   engine.Code
		level  string
		logged string
	}{
		"unavailable":  {reads{err: &engine.Error{Code: engine.CodeUnavailable, Message: "no database", Cause: errors.New("private cause")}}, 503, "unavailable", "warn", "private cause"},
		"conflict":     {reads{err: &engine.Error{Code: engine.CodeConflict, Message: "too many changes"}}, 503, "conflict", "warn", "too many changes"},
		"given up":     {reads{err: context.DeadlineExceeded}, 503, "unavailable", "warn", "deadline"},
		"any error":    {reads{err: errors.New("private cause")}, 500, "internal", "error", "private cause"},
		"unknown code": {reads{err: &engine.Error{Code: "made_up", Message: "private cause"}}, 500, "internal", "error", "private cause"},
		"a panic":      {reads{panic: "private cause"}, 500, "internal", "error", "exchange_test.go"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(c *Config) { test.bank.Bank = c.Bank; c.Bank = &test.bank })
			got := s.get(base+"/bank_connections/authenticate/"+unknownID).wantProblem(test.status, test.code)
			if (got.Header().Get("Retry-After") != "") != (test.status == 503) {
				t.Errorf("Retry-After %q", got.Header().Get("Retry-After"))
			}
			if strings.Contains(got.Body.String(), "private") || strings.Contains(got.Body.String(), ".go") {
				t.Errorf("the client is told too much: %s", got.Body)
			}
			log := s.log.String()
			if !strings.Contains(log, test.logged) || !strings.Contains(log, `"level":"`+test.level+`"`) || !strings.Contains(log, got.text("request_id")) {
				t.Errorf("log: %s", log)
			}
		})
	}
}

// A handler that means to break the connection off gets through.
func TestAbortedAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Bank = &reads{Bank: c.Bank, panic: http.ErrAbortHandler} })
	defer func() {
		if got := recover(); !aborted(got) {
			t.Errorf("recovered %v", got)
		}
	}()
	s.get(base + "/bank_connections/authenticate/" + unknownID)
	t.Error("the abort was swallowed")
}

// A panic while a key is held gives it up.
func TestPanicGivesTheKeyUp(t *testing.T) {
	t.Parallel()
	b := &reads{panic: "once"}
	s := start(t, func(c *Config) { b.Bank, c.Bank = c.Bank, b })
	path, body := base+"/bank_connections/confirm_challenge_response", processField(unknownID)
	s.send("POST", path, body, key("k")).wantProblem(500, "internal")
	b.panic, b.err = nil, &engine.Error{Code: engine.CodeNotFound, Message: "no such process"}
	s.send("POST", path, body, key("k")).wantProblem(404, "not_found")
}
