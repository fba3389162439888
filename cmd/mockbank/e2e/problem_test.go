package e2e

import (
	"slices"
	"strings"
	"testing"
)

const unknownID = "01990000-0000-7000-8000-000000000000"

func TestProblems(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	authenticate := basePath + "/bank_connections/authenticate"
	confirm := basePath + "/bank_connections/confirm_challenge_response"
	connections := basePath + "/bank_connections"
	json := "application/json"
	for name, test := range map[string]struct {
		method, path, kind, body string
		status                   int
		code                     string
	}{
		"unknown path":           {"GET", "/nowhere", "", "", 404, "unknown_path"},
		"unknown path, base":     {"GET", basePath + "/nowhere", "", "", 404, "unknown_path"},
		"wrong method":           {"PUT", authenticate, json, "{}", 405, "method_not_allowed"},
		"wrong method, list":     {"PATCH", connections, json, "{}", 405, "method_not_allowed"},
		"cut JSON":               {"POST", authenticate, json, `{"username": "tester", `, 400, "malformed_json"},
		"two documents":          {"POST", authenticate, json, `{"username":"a","password":"b"} {}`, 400, "malformed_json"},
		"no JSON":                {"POST", authenticate, json, "hello", 400, "malformed_json"},
		"not UTF-8":              {"POST", authenticate, json, "{\"username\":\"\xff\",\"password\":\"b\"}", 400, "malformed_json"},
		"bad form":               {"POST", authenticate, "application/x-www-form-urlencoded", "username=%zz", 400, "malformed_form"},
		"a list":                 {"POST", authenticate, json, `["tester"]`, 422, "invalid_fields"},
		"a null":                 {"POST", authenticate, json, `null`, 422, "invalid_fields"},
		"an empty body":          {"POST", authenticate, json, ``, 422, "invalid_fields"},
		"content type":           {"POST", authenticate, "text/plain", "hello", 415, "unsupported_media_type"},
		"XML":                    {"POST", authenticate, "application/xml", "<a/>", 415, "unsupported_media_type"},
		"2 MiB":                  {"POST", authenticate, json, `{"username":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "body_too_large"},
		"an endless name":        {"POST", authenticate, json, `{"username":"` + strings.Repeat("x", 1<<19) + `","password":""}`, 422, "invalid_fields"},
		"unknown bank":           {"POST", authenticate, json, `{"username":"a","password":"b","bank_slug":"Nowhere"}`, 422, "unknown_bank"},
		"foreign redirect":       {"POST", authenticate, json, `{"username":"a","password":"b","redirect_uri":"https://evil.example/"}`, 422, "invalid_fields"},
		"script redirect":        {"POST", authenticate, json, `{"username":"a","password":"b","redirect_uri":"javascript:alert(1)"}`, 422, "invalid_fields"},
		"unknown process":        {"GET", processPath(unknownID), "", "", 404, "not_found"},
		"process of no form":     {"GET", processPath("1%27%20OR%201=1"), "", "", 404, "not_found"},
		"unknown, continued":     {"POST", authenticate, json, `{"bank_authentication_process_id":"` + unknownID + `","password":"x"}`, 404, "not_found"},
		"unknown, confirmed":     {"POST", confirm, json, `{"bank_authentication_process_id":"` + unknownID + `","challenge_response":"1"}`, 404, "not_found"},
		"unknown, polled":        {"POST", confirm, json, `{"bank_authentication_process_id":"` + unknownID + `"}`, 404, "not_found"},
		"unknown, connected":     {"POST", connections, json, `{"bank_authentication_process_id":"` + unknownID + `"}`, 404, "not_found"},
		"unknown connection":     {"GET", connectionPath(unknownID), "", "", 404, "not_found"},
		"unknown, updated":       {"POST", connectionPath(unknownID) + "/update", "", "", 404, "not_found"},
		"unknown, deleted":       {"DELETE", connectionPath(unknownID), "", "", 404, "not_found"},
		"unknown, approved":      {"POST", "/admin/v1/processes/" + unknownID + "/approve", "", "", 404, "not_found"},
		"limit":                  {"GET", connections + "?limit=many", "", "", 422, "invalid_parameters"},
		"limit too large":        {"GET", connections + "?limit=201", "", "", 422, "invalid_parameters"},
		"cursor":                 {"GET", connections + "?cursor=AAAA", "", "", 422, "invalid_parameters"},
		"status filter":          {"GET", connections + "?status=DONE", "", "", 422, "invalid_parameters"},
		"two answers at a time":  {"POST", confirm, json, `{"bank_authentication_process_id":"` + unknownID + `","challenge_response":"1","two_step_procedure_id":"2"}`, 422, "invalid_fields"},
		"a number for an id":     {"POST", connections, json, `{"bank_authentication_process_id":7}`, 422, "invalid_fields"},
		"an object for a secret": {"POST", authenticate, json, `{"username":"a","password":{}}`, 422, "invalid_fields"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var body any
			if test.kind != "" {
				body = test.body
			}
			got := s.do(t, test.method, test.path, body, "Content-Type", test.kind)
			checkProblem(t, got, test.status, test.code)
			if test.status == 405 && got.Header.Get("Allow") == "" {
				t.Error("no Allow header")
			}
		})
	}
}

func checkProblem(t *testing.T, got answer, status int, code string) problem {
	t.Helper()
	p := into[problem](t, got, status)
	if p.Code != code || p.Status != status || p.Title == "" || p.Detail == "" || p.Type == "" {
		t.Errorf("the problem is %+v, want code %q, status %d and all of type, title and detail", p, code, status)
	}
	if kind := got.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("content type %q", kind)
	}
	if id := got.Header.Get("X-Request-Id"); p.RequestID == "" || p.RequestID != id {
		t.Errorf("request id %q in the body, %q in the header", p.RequestID, id)
	}
	return p
}

// All that is wrong with a body is told at once, each with its place.
func TestAllFaultsOfABodyAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for name, test := range map[string]struct {
		path string
		body string
		want []string
	}{
		"missing":     {"/bank_connections/authenticate", `{}`, []string{"/password", "/username"}},
		"null":        {"/bank_connections/authenticate", `{"username":null,"password":null}`, []string{"/password", "/username"}},
		"wrong types": {"/bank_connections/authenticate", `{"username":1,"password":["x"],"bank_slug":true,"redirect_uri":{}}`, []string{"/bank_slug", "/password", "/redirect_uri", "/username"}},
		"mixed":       {"/bank_connections/authenticate", `{"password":false}`, []string{"/password", "/username"}},
		"confirm":     {"/bank_connections/confirm_challenge_response", `{"challenge_response":1}`, []string{"/bank_authentication_process_id", "/challenge_response"}},
		"connect":     {"/bank_connections", `{}`, []string{"/bank_authentication_process_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := checkProblem(t, s.do(t, "POST", basePath+test.path, test.body), 422, "invalid_fields")
			var pointers []string
			for _, e := range p.Errors {
				pointers = append(pointers, e.Pointer)
				if e.Detail == "" {
					t.Errorf("%s has no detail", e.Pointer)
				}
			}
			if slices.Sort(pointers); !slices.Equal(pointers, test.want) {
				t.Errorf("faults at %v, want %v", pointers, test.want)
			}
		})
	}
}

func TestConnectOnlyWhatIsAuthenticated(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for _, password := range []string{"wrong", "challengeRequired", "decoupledAuthRequired", "redirectRequired"} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			body := fields{"bank_authentication_process_id": s.login(t, password).ID}
			checkProblem(t, s.do(t, "POST", basePath+"/bank_connections", body), 409, "authentication_not_completed")
		})
	}
}

func TestNoSecretIsReported(t *testing.T) {
	t.Parallel()
	s := start(t, setup{flags: []string{"--log-level", "debug"}})
	const secret, response = "hunter2-ZqXw9", "424242-PlOkM"
	into[process](t, s.do(t, "POST", basePath+"/bank_connections/authenticate", credentials(secret)), 200)
	s.confirm(t, s.login(t, "challengeRequired").ID, response)
	s.do(t, "POST", basePath+"/bank_connections/authenticate", `{"username":"tester","password":"`+secret+`",`)
	s.do(t, "POST", basePath+"/bank_connections/authenticate", credentials(secret), "Idempotency-Key", "a-key")
	dump := s.sqlite(t, ".dump")
	metrics := string(s.do(t, "GET", "/metrics", nil).Body)
	for _, reported := range []string{secret, response} {
		for place, text := range map[string]string{"the log": s.log.String(), "the database": dump, "the metrics": metrics} {
			if strings.Contains(text, reported) {
				t.Errorf("%s tells %q", place, reported)
			}
		}
	}
}
