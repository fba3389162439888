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
