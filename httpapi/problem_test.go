package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

const unknownID = "019ab2c4-5d6e-7f80-8a1b-2c3d4e5f6071"

func TestProblems(t *testing.T) {
	t.Parallel()
	authenticate, confirm, connections := base+"/bank_connections/authenticate", base+"/bank_connections/confirm_challenge_response", base+"/bank_connections"
	as := func(kind string) request { return header("Content-Type", kind) }
	tests := map[string]struct {
		method, path, body string
		change             request
		status             int
		code               engine.Code
	}{
		"cut off":             {"POST", authenticate, `{"username": "tes`, nil, 400, "malformed_json"},
		"two documents":       {"POST", authenticate, `{} {}`, nil, 400, "malformed_json"},
		"not UTF-8":           {"POST", authenticate, "{\"username\": \"\xff\"}", nil, 400, "malformed_json"},
		"form not escaped":    {"POST", authenticate, "username=%zz", as("application/x-www-form-urlencoded"), 400, "malformed_form"},
		"form of many fields": {"POST", authenticate, strings.Repeat("a=1&", 1000), as("application/x-www-form-urlencoded"), 400, "malformed_form"},
		"form not UTF-8":      {"POST", authenticate, "username=%ff&password=x", as("application/x-www-form-urlencoded"), 422, "invalid_fields"},
		"text":                {"POST", authenticate, "username=tester", as("text/plain"), 415, "unsupported_media_type"},
		"multipart":           {"POST", authenticate, "--x--", as("multipart/form-data; boundary=x"), 415, "unsupported_media_type"},
		"a malformed type":    {"POST", authenticate, credentials("success"), as("application/json/;;"), 415, "unsupported_media_type"},
		"no type, no JSON":    {"POST", authenticate, "username=tester", as(""), 415, "unsupported_media_type"},
		"too large":           {"POST", authenticate, object("username", strings.Repeat("x", 2<<20)), nil, 413, "body_too_large"},
		"too large, unsaid":   {"POST", authenticate, object("username", strings.Repeat("x", 2<<20)), func(r *http.Request) { r.ContentLength = -1 }, 413, "body_too_large"},
		"nothing":             {"POST", authenticate, "", nil, 422, "invalid_fields"},
		"null":                {"POST", authenticate, "null", nil, 422, "invalid_fields"},
		"a list":              {"POST", authenticate, "[1]", nil, 422, "invalid_fields"},
		"NUL in a name":       {"POST", authenticate, `{"username":"a\u0000","password":"x"}`, nil, 422, "invalid_fields"},
		"a long name":         {"POST", authenticate, object("username", strings.Repeat("x", 1025), "password", "x"), nil, 422, "invalid_fields"},
		"redirect elsewhere":  {"POST", authenticate, object("username", "a", "password", "b", "redirect_uri", "https://evil.test/"), nil, 422, "invalid_fields"},
		"unknown bank":        {"POST", authenticate, object("username", "a", "password", "b", "bank_slug", "MokBank"), nil, 422, "unknown_bank"},
		"scenario value":      {"POST", authenticate, credentials("takes_long"), nil, 422, "scenario_value"},
		"unknown process":     {"POST", authenticate, object("bank_authentication_process_id", unknownID, "password", "b"), nil, 404, "not_found"},
		"no such form of id":  {"POST", authenticate, object("bank_authentication_process_id", "42", "password", "b"), nil, 404, "not_found"},
		"an empty id":         {"POST", authenticate, object("bank_authentication_process_id", "", "password", "b"), nil, 404, "not_found"},
		"process, no secret":  {"POST", authenticate, processField(unknownID), nil, 422, "invalid_fields"},
		"confirm unknown":     {"POST", confirm, processField(unknownID), nil, 404, "not_found"},
		"confirm without id":  {"POST", confirm, `{}`, nil, 422, "invalid_fields"},
		"confirm with both":   {"POST", confirm, object("bank_authentication_process_id", unknownID, "challenge_response", "1", "two_step_procedure_id", "2"), nil, 422, "invalid_fields"},
		"connect unknown":     {"POST", connections, processField(unknownID), nil, 404, "not_found"},
		"connect without id":  {"POST", connections, `{}`, nil, 422, "invalid_fields"},
		"process unknown":     {"GET", authenticate + "/" + unknownID, "", nil, 404, "not_found"},
		"process malformed":   {"GET", authenticate + "/019ab2c4-5d6e-7f80-8a1b_2c3d4e5f6071", "", nil, 404, "not_found"},
		"connection unknown":  {"GET", connections + "/" + unknownID, "", nil, 404, "not_found"},
		"connection malform.": {"GET", connections + "/%00", "", nil, 404, "not_found"},
		"update unknown":      {"POST", connections + "/" + unknownID + "/update", "", nil, 404, "not_found"},
		"delete malformed":    {"DELETE", connections + "/x", "", nil, 404, "not_found"},
		"limit too large":     {"GET", connections + "?limit=201", "", nil, 422, "invalid_parameters"},
		"limit no number":     {"GET", base + "/banks?limit=ten", "", nil, 422, "invalid_parameters"},
		"cursor made up":      {"GET", connections + "?cursor=!!", "", nil, 422, "invalid_parameters"},
		"cursor of others":    {"GET", connections + "?cursor=TW9ja0Jhbms", "", nil, 422, "invalid_parameters"},
		"query malformed":     {"GET", base + "/banks?search=%zz", "", nil, 422, "invalid_parameters"},
		"query of semicolons": {"GET", connections + "?limit=1;status=SUCCESS", "", nil, 422, "invalid_parameters"},
		"status made up":      {"GET", connections + "?status=DONE", "", nil, 422, "invalid_parameters"},
		"mock perhaps":        {"GET", base + "/banks?is_mock_bank=perhaps", "", nil, 422, "invalid_parameters"},
		"session with spaces": {"GET", base + "/banks", "", header("X-Mockbank-Session", "my run"), 400, "invalid_header"},
		"session too long":    {"GET", base + "/banks", "", header("X-Mockbank-Session", strings.Repeat("s", 65)), 400, "invalid_header"},
		"unknown path":        {"GET", base + "/nothing", "", nil, 404, "unknown_path"},
		"a trailing slash":    {"POST", connections + "/", "{}", nil, 404, "unknown_path"},
		"two slashes":         {"GET", "/" + base + "/banks", "", nil, 404, "unknown_path"},
	}
	s := start(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := test.change
			if change == nil {
				change = func(*http.Request) {}
			}
			got := s.send(test.method, test.path, test.body, change).wantProblem(test.status, test.code)
			if got.text("type") != "urn:mockbank:problem:"+string(test.code) || got.field("status") != float64(test.status) || got.text("title") == "" || got.text("detail") == "" {
				t.Errorf("%s", got.Body)
			}
		})
	}
}

func TestEveryFaultIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	body := `{"username": 7, "bank_slug": ["a"], "redirect_uri": "ftp://localhost/", "state": true}`
	got := start(t).send("POST", base+"/bank_connections/authenticate", body).wantProblem(422, "invalid_fields")
	var reported []string
	for _, fault := range got.field("errors").([]any) {
		fields := fault.(map[string]any)
		reported = append(reported, fields["pointer"].(string)+" "+fields["detail"].(string))
	}
	want := []string{
		"/bank_slug must be a string, not an array", "/username must be a string, not a number", "/password is required",
		"/redirect_uri must begin with http:// or https://, or with a scheme that server.redirect_schemes allows (it allows none)", "/state must be a string, not a boolean",
	}
	if !slices.Equal(reported, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(reported, "\n"), strings.Join(want, "\n"))
	}
}

func TestParametersAreReportedByName(t *testing.T) {
	t.Parallel()
	got := start(t).get(base+"/bank_connections?limit=0&status=x").wantProblem(422, "invalid_parameters")
	faults := got.field("errors").([]any)
	if len(faults) != 2 || faults[0].(map[string]any)["parameter"] != "limit" || faults[1].(map[string]any)["parameter"] != "status" {
		t.Errorf("%s", got.Body)
	}
}

func TestMethodNotAllowed(t *testing.T) {
	t.Parallel()
	tests := []struct{ method, path, allow string }{
		{"GET", base + "/bank_connections/authenticate", "POST"},
		{"DELETE", base + "/bank_connections/authenticate", "POST"},
		{"GET", base + "/bank_connections/confirm_challenge_response", "POST"},
		{"PUT", base + "/bank_connections", "GET, HEAD, POST"},
		{"POST", base + "/bank_connections/" + unknownID, "DELETE, GET, HEAD"},
		{"GET", base + "/bank_connections/" + unknownID + "/update", "POST"},
		{"POST", base + "/banks", "GET, HEAD"},
		{"OPTIONS", base + "/banks/MockBank", "GET, HEAD"},
		{"POST", "/healthz", "GET, HEAD"},
		{"GET", "/admin/v1/reload", "POST"},
		{"PATCH", "/login/" + unknownID, "GET, HEAD, POST"},
	}
	s := start(t)
	for _, test := range tests {
		got := s.send(test.method, test.path, "", loopback).wantProblem(405, "method_not_allowed")
		if got.Header().Get("Allow") != test.allow {
			t.Errorf("%s %s: Allow %q, want %q", test.method, test.path, got.Header().Get("Allow"), test.allow)
		}
	}
}

func TestUnsupportedTypeNamesTheSupported(t *testing.T) {
	t.Parallel()
	got := start(t).send("POST", base+"/bank_connections", "x", header("Content-Type", "text/xml")).want(415)
	if got.Header().Get("Accept-Post") != "application/json, application/x-www-form-urlencoded" {
		t.Errorf("Accept-Post %q", got.Header().Get("Accept-Post"))
	}
}

// Each code of the bank and of this package has its place in the table, and each place its own words.
func TestEveryCodeHasAnOutcome(t *testing.T) {
	t.Parallel()
	for _, code := range []engine.Code{
		engine.CodeNotFound, engine.CodeUnknownBank, engine.CodeUnknownScenario, engine.CodeScenarioValue, engine.CodeNoChallengeOpen,
		engine.CodeNotAuthenticated, engine.CodeAlreadyUsed, engine.CodeImportRunning, engine.CodeConflict, engine.CodeUnavailable,
	} {
		if outcomes[code].status == 0 {
			t.Errorf("the table lacks %q", code)
		}
	}
	titles := map[string]engine.Code{}
	for code, outcome := range outcomes {
		if http.StatusText(outcome.status) == "" && outcome.status != statusClientGone || outcome.title == "" {
			t.Errorf("%q: %+v", code, outcome)
		}
		if other, found := titles[outcome.title]; found {
			t.Errorf("%q and %q have one title, %q", code, other, outcome.title)
		}
		titles[outcome.title] = code
	}
}

// A path or a name that is nearly right gets an answer that says what would be.
func TestProblemsSayWhatIsNearest(t *testing.T) {
	t.Parallel()
	s := start(t)
	for path, want := range map[string]string{
		base + "/bank_connections/":       "take the slash at its end away",
		base + "/nowhere/":                "begin with " + base,
		"/bank_connections/authenticate":  "the nearest is " + base + "/bank_connections/authenticate",
		base + "/banks/mockbank":          "the nearest are MockBank",
		"/admin/v1/scenarios/sucess-case": "the nearest are success-case",
	} {
		got := s.get(path, loopback).want(404)
		if detail := got.text("detail"); !strings.Contains(detail, want) {
			t.Errorf("%s: %q, want %q in it", path, detail, want)
		}
	}
}
