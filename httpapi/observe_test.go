package httpapi

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.configuration.outcome = refusedOutcome()
	s.login("success")
	s.login("challenge")
	s.get(base + "/nowhere").want(404)
	s.send("PUT", base+"/banks", "").want(405)
	got := s.get("/metrics").want(200).Body.String()
	for _, line := range []string{
		`mockbank_http_requests_total{route="authenticate",status="200"} 2`,
		`mockbank_http_requests_total{route="unrouted",status="404"} 1`,
		`mockbank_http_requests_total{route="method_not_allowed",status="405"} 1`,
		`mockbank_http_request_duration_seconds_count{route="authenticate"} 2`,
		`mockbank_config_info{hash="5eed5eed5eed5eed"} 1`,
		`mockbank_config_generation 1`,
		`mockbank_config_last_reload_successful 0`,
		`mockbank_config_last_reload_duration_seconds 0.0015`,
		`mockbank_config_last_reload_problems{severity="error"} 2`,
		`mockbank_config_last_reload_problems{severity="warning"} 0`,
		`mockbank_config_loaded_timestamp_seconds 1.7955126e+09`,
	} {
		if !strings.Contains(got, "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	var reason error
	s := start(t, func(c *Config) { c.Ready = func(context.Context) error { return reason } })
	s.get("/readyz").want(200)
	reason = errors.New("private reason")
	got := s.get("/readyz").wantProblem(503, "not_ready")
	if strings.Contains(got.Body.String(), "private") || !strings.Contains(s.log.String(), "private reason") {
		t.Errorf("client: %s\nlog: %s", got.Body, s.log)
	}
	s.get("/healthz").want(200)
	start(t).get("/readyz").want(200)
}

// What the bank did is counted by scenario and status, within a bound, and series to alert on are there from the start.
func TestBankMetrics(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.get("/metrics").want(200).Body.String()
	for _, line := range []string{
		`mockbank_http_requests_total{route="authenticate",status="503"} 0`, `mockbank_logins_unmatched_total 0`,
		`mockbank_logins_total{scenario="",status="AUTHENTICATION_FAILED"} 0`, `mockbank_faults_total{fault="",kind="connection_reset"} 0`,
		`mockbank_imports_total{status="SUCCESS"} 0`, `mockbank_imports_total{status="FAILED_WITH_ERROR"} 0`,
		`mockbank_streams_limit{of="phone"} 32`, `mockbank_streams{of="journal"} 0`,
	} {
		if !strings.Contains(before, "\n"+line+"\n") {
			t.Errorf("no line %s at the start", line)
		}
	}
	if !strings.Contains(before, `mockbank_build_info{goversion="go`) || !strings.Contains(before, `version="1.2.3"} 1`) {
		t.Error("no build info")
	}
	s.login("success")
	s.login("challenge")
	s.login("nobody's")
	after := s.get("/metrics").want(200).Body.String()
	for _, line := range []string{
		`mockbank_logins_total{scenario="success-case",status="AUTHENTICATED"} 1`,
		`mockbank_logins_total{scenario="challenge-case",status="CHALLENGE_RESPONSE_REQUIRED"} 1`,
		`mockbank_logins_total{scenario="",status="AUTHENTICATION_FAILED"} 1`, `mockbank_logins_unmatched_total 1`,
	} {
		if !strings.Contains(after, "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
}

func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	var names boundedNames
	seen := map[string]bool{}
	for i := range 10 * maxNamedSeries {
		seen[names.of(strings.Repeat("x", i+1))] = true
	}
	if len(seen) != maxNamedSeries+1 || !seen[otherNames] {
		t.Errorf("%d names", len(seen))
	}
}
