package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// A member that looks like one the endpoint reads is refused by name, in every endpoint with a body, as JSON and
// as a form; one that looks like none is let pass.
func TestMisspeltMembers(t *testing.T) {
	t.Parallel()
	authenticate, confirm := base+"/bank_connections/authenticate", base+"/bank_connections/confirm_challenge_response"
	tests := []struct{ path, sent, meant string }{
		{authenticate, "bankSlug", "bank_slug"}, {authenticate, "userName", "username"}, {authenticate, "user_name", "username"},
		{authenticate, "USERNAME", "username"}, {authenticate, "usernmae", "username"}, {authenticate, "Password", "password"},
		{authenticate, "passwort", "password"}, {authenticate, "redirectUri", "redirect_uri"}, {authenticate, "redirect-uri", "redirect_uri"},
		{authenticate, "State", "state"}, {authenticate, "bankAuthenticationProcessId", "bank_authentication_process_id"},
		{confirm, "challengeResponse", "challenge_response"}, {confirm, "twoStepProcedureId", "two_step_procedure_id"},
		{confirm, "challenge_respons", "challenge_response"},
		{base + "/bank_connections", "bank_authentication_process_ID", "bank_authentication_process_id"},
		{"/admin/v1/sessions", "ID", "id"}, {"/admin/v1/sessions", "frozn", "frozen"},
		{"/admin/v1/sessions/x/clock", "Advance", "advance"}, {"/admin/v1/reset", "sesion", "session"},
		{"/admin/v1/explain", "bankSlug", "bank_slug"}, {"/admin/v1/explain", "header", "headers"},
	}
	s := start(t)
	for _, test := range tests {
		for _, form := range []bool{false, true} {
			kind, body := encoded(map[string]string{test.sent: "x"}, form)
			got := s.send("POST", test.path, body, header("Content-Type", kind), loopback).wantProblem(422, "invalid_fields")
			want := "/" + test.sent + " is not known; did you mean " + test.meant + "?"
			reported := faultsOf(got)
			if !strings.Contains(reported, want) || strings.Contains(reported, "/"+test.meant+" is required") {
				t.Errorf("%s: told %q, want %q in it and no other word of %s", test.path, reported, want, test.meant)
			}
		}
	}
	for _, other := range []string{"pin", "device_id", "locale", "user", "login", "code", "a/b~c"} {
		s.send("POST", authenticate, object("username", "tester", "password", "success", other, "x")).want(200)
	}
}

func faultsOf(a answered) string {
	var all []string
	for _, fault := range a.field("errors").([]any) {
		fields := fault.(map[string]any)
		for _, name := range []string{"pointer", "parameter"} {
			if said, ok := fields[name].(string); ok {
				all = append(all, said+" "+fields["detail"].(string))
			}
		}
	}
	return strings.Join(all, "\n")
}

// Lists refuse each parameter that they do not know, other operations those that look like theirs, and all of
// them one that comes with two values.
func TestUnknownParameters(t *testing.T) {
	t.Parallel()
	s := start(t)
	for path, want := range map[string]string{
		base + "/banks?isMockBank=true":                        "isMockBank is not known; did you mean is_mock_bank?",
		base + "/banks?serch=x":                                "did you mean search?",
		base + "/banks?colour=red":                             "there are limit, cursor, search, is_mock_bank, multibanking_provider",
		base + "/bank_connections?Status=SUCCESS":              "did you mean status?",
		base + "/bank_connections?bankslug=x":                  "did you mean bank_slug?",
		base + "/bank_connections?limit=2&limit=3":             "limit must come once",
		base + "/bank_connections?status=x&Limit=1":            "did you mean limit?",
		"/admin/v1/scenarios?name=x":                           "there are limit, cursor",
		"/admin/v1/sessions?page=2":                            "there are limit, cursor",
		"/admin/v1/webhook_deliveries?events=process.resolved": "did you mean event?",
		"/admin/v1/journal?Scenario=x":                         "did you mean scenario?",
		"/admin/v1/coverage?formt=html":                        "did you mean format?",
	} {
		got := s.get(path, loopback).wantProblem(422, "invalid_parameters")
		if reported := faultsOf(got); !strings.Contains(reported, want) {
			t.Errorf("%s: told %q, want %q", path, reported, want)
		}
	}
	s.send("DELETE", "/admin/v1/journal?sesion=x", "", loopback).wantProblem(422, "invalid_parameters")
	s.get("/phone?proces=x").want(422)
	for _, path := range []string{"/banks?limit=2&limit=2", "/banks?_=1", "/banks?_cache=a&_cache=b", "/banks/MockBank?verbose=1"} {
		s.get(base + path).want(200)
	}
}

// What endpoints take is what openapi.yaml says that they take.
func TestInputsAreDescribed(t *testing.T) {
	t.Parallel()
	for path, item := range description(t).Paths.Map() {
		for method, operation := range item.Operations() {
			takes := inputs[routeOf(operation)]
			described := map[string]bool{}
			for _, parameter := range append(item.Parameters, operation.Parameters...) {
				if parameter.Value.In == "query" {
					described[parameter.Value.Name] = true
				}
			}
			compareNames(t, method+" "+path+": parameter", takes.parameters, described)
			described = map[string]bool{}
			if body := operation.RequestBody; body != nil && body.Value.Content["application/json"] != nil {
				for name := range body.Value.Content["application/json"].Schema.Value.Properties {
					described[name] = true
				}
			}
			compareNames(t, method+" "+path+": member", takes.members, described)
		}
	}
}

func compareNames(t *testing.T, what string, taken []string, described map[string]bool) {
	t.Helper()
	for _, name := range taken {
		if !described[name] {
			t.Errorf("%s %s is not in openapi.yaml", what, name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s %s of openapi.yaml is not in inputs", what, name)
	}
}

func gzipped(text string) string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return packed.String()
}

// A body may be packed once, by gzip, and is bounded as it is unpacked.
func TestPackedBodies(t *testing.T) {
	t.Parallel()
	s := start(t)
	authenticate := base + "/bank_connections/authenticate"
	plain := credentials("success")
	for coding, body := range map[string]string{"gzip": gzipped(plain), "x-gzip": gzipped(plain), "GZIP, identity": gzipped(plain), "identity": plain} {
		if got := s.send("POST", authenticate, body, header("Content-Encoding", coding)).want(200); got.text("status") != "AUTHENTICATED" {
			t.Errorf("%s: %s", coding, got.Body)
		}
	}
	s.send("POST", authenticate, gzipped("username=tester&password=success"), header("Content-Encoding", "gzip"),
		header("Content-Type", "application/x-www-form-urlencoded")).want(200)
	s.send("POST", authenticate, gzipped(`{"a":"`+strings.Repeat("x", maxBody)), header("Content-Encoding", "gzip")).wantProblem(413, "body_too_large")
	s.send("POST", authenticate, plain, header("Content-Encoding", "gzip")).wantProblem(400, "unreadable_body")
	s.send("POST", authenticate, gzipped(plain)[:20], header("Content-Encoding", "gzip")).wantProblem(400, "unreadable_body")
	for _, path := range []string{authenticate, base + "/bank_connections", base + "/bank_connections/" + unknownID + "/update", "/admin/v1/reset"} {
		for _, coding := range []string{"br", "deflate", "zstd", "gzip, gzip", "gzip, br"} {
			got := s.send("POST", path, gzipped(plain), header("Content-Encoding", coding), loopback).wantProblem(415, "unsupported_media_type")
			if got.Header().Get("Accept-Encoding") != "gzip, identity" {
				t.Errorf("%s, %s: Accept-Encoding %q", path, coding, got.Header().Get("Accept-Encoding"))
			}
		}
	}
	_, page := s.goAway()
	s.send("POST", page, gzipped("decision=approved"), header("Content-Encoding", "gzip"), header("Content-Type", "application/x-www-form-urlencoded"),
		header("Sec-Fetch-Site", "same-origin")).want(200)
}

// late is a body that does not come in time.
type late struct{}

func (late) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// A body that never comes is the client's fault, whoever reads it.
func TestBodiesThatNeverCome(t *testing.T) {
	t.Parallel()
	s := start(t)
	hangs := func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(late{}), 100 }
	for _, path := range []string{
		base + "/bank_connections/authenticate", base + "/bank_connections/confirm_challenge_response", base + "/bank_connections",
		base + "/bank_connections/" + unknownID + "/update", "/admin/v1/explain", "/admin/v1/sessions",
	} {
		s.send("POST", path, "", hangs, loopback).wantProblem(408, "request_timeout")
	}
	s.send("POST", "/login/"+unknownID, "", hangs, header("Sec-Fetch-Site", "same-origin")).want(408)
}

// Asking for the header alone is no poll.
func TestHeadIsNoPoll(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := base + "/bank_connections/authenticate/" + s.login("polled")
	for range 5 {
		s.send("HEAD", path, "").want(200)
	}
	if got := s.get(path).want(200).text("status"); got != "DECOUPLED_AUTH_REQUIRED" {
		t.Errorf("one poll: %s", got)
	}
	if got := s.get(path).want(200).text("status"); got != "AUTHENTICATED" {
		t.Errorf("two polls: %s", got)
	}
}

// Two values of a header that can have one alone are refused; the same one twice is taken.
func TestRepeatedHeaders(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := base + "/bank_connections/authenticate"
	for _, name := range []string{"X-Mockbank-Session", "X-Mockbank-Scenario", "Idempotency-Key", "X-Mockbank-Explain", "Content-Type"} {
		twice := func(values ...string) request { return func(r *http.Request) { r.Header[name] = values } }
		value := map[string]string{"X-Mockbank-Scenario": "success-case", "X-Mockbank-Explain": "1", "Content-Type": "application/json"}[name]
		if value == "" {
			value = "run-1"
		}
		s.send("POST", path, credentials("success"), twice(value, "other")).wantProblem(400, "invalid_header")
		s.send("POST", path, credentials("success"), twice(value, value)).want(200)
	}
}

// A condition sees of a repeated header all the values, and the Host as the client sent it, without its port.
func TestConditionsSeeTheWire(t *testing.T) {
	t.Parallel()
	s := start(t)
	on := func(name string, m engine.Matcher) *engine.Scenario {
		c := scenario(name, threeSeconds, authenticated)
		c.When = engine.Condition{Headers: map[string]engine.Matcher{name: m}}
		return c
	}
	rules, err := engine.NewRuleSet(engine.RuleSetConfig{
		Hash: "5eed5eed5eed5eed", DefaultBank: "MockBank", Banks: testBanks(), Scenarios: []*engine.Scenario{
			on("Host", engine.Literal("bank.test")), on("Accept-Language", engine.Literal("en, de")), on("Cookie", engine.Literal("a=1; b=2")),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.bank.Use(rules)
	login := func(change request) string {
		got := s.send("POST", base+"/bank_connections/authenticate", credentials("x"), change).want(200)
		return got.Header().Get("X-Mockbank-Scenario")
	}
	for _, host := range []string{"bank.test", "bank.test:8080"} {
		if got := login(func(r *http.Request) { r.Host = host }); got != "Host-case" {
			t.Errorf("Host %s: %q", host, got)
		}
	}
	if got := login(func(r *http.Request) { r.Header["Accept-Language"] = []string{"en", "de"} }); got != "Accept-Language-case" {
		t.Errorf("two fields: %q", got)
	}
	if got := login(func(r *http.Request) { r.Header["Cookie"] = []string{"a=1", "b=2"} }); got != "Cookie-case" {
		t.Errorf("two cookies: %q", got)
	}
	explained := s.send("POST", "/admin/v1/explain", `{"username":"a","password":"b","headers":{"host":"bank.test:99"}}`, loopback).want(200)
	if explained.text("match.name") != "Host-case" {
		t.Errorf("%s", explained.Body)
	}
}
