package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

const appOrigin = "http://localhost:3000"

func allowing(origins ...string) func(*Config) { return func(c *Config) { c.AllowedOrigins = origins } }

func crossSite(r *http.Request) {
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://evil.example")
}

// changing are requests to all of the bank's endpoints that change something.
func changing(s *server) map[string]string {
	connection := s.connect("success")
	return map[string]string{
		"POST " + base + "/bank_connections/authenticate":               credentials("success"),
		"POST /sessions/x" + base + "/bank_connections/authenticate":    credentials("success"),
		"POST " + base + "/bank_connections/confirm_challenge_response": processField(s.login("phone")),
		"POST " + base + "/bank_connections":                            processField(s.login("success")),
		"POST " + base + "/bank_connections/" + connection + "/update":  "",
		"DELETE " + base + "/bank_connections/" + connection:            "",
	}
}

// Without tokens no web page of another site changes anything, however it names a session.
func TestOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	for request, body := range changing(s) {
		method, path, _ := strings.Cut(request, " ")
		s.send(method, path, body, crossSite).wantProblem(403, "cross_origin")
		s.send(method, path, body, crossSite, inSession("other")).want(map[bool]int{true: 400, false: 403}[strings.HasPrefix(path, "/sessions/")])
	}
	s.get(base+"/banks", crossSite).want(200)
	login := base + "/bank_connections/authenticate"
	for _, site := range []string{"same-origin", "same-site", "none"} {
		s.send("POST", login, credentials("success"), header("Sec-Fetch-Site", site)).want(200)
	}
	for _, page := range []string{"/login/" + s.login("redirect"), "/phone/" + s.login("phone")} {
		s.decide(page, "approved", crossSite).want(403)
	}
	s.send("POST", "/admin/v1/reset", "", crossSite, loopback).wantProblem(403, "cross_origin")

	guarded := start(t, func(c *Config) { c.Tokens = []string{"secret"} })
	guarded.send("POST", login, credentials("success"), crossSite, bearer("secret")).want(200)
	named := start(t, allowing("https://evil.example"))
	named.send("POST", login, credentials("success"), crossSite).want(200)
}

// Pages of the allowed origins get a preflight's answer and may read every answer, refusals too.
func TestAllowedOrigins(t *testing.T) {
	t.Parallel()
	s := start(t, allowing(appOrigin, "https://APP.test:443"))
	for _, path := range []string{base + "/bank_connections/authenticate", "/sessions/x" + base + "/banks", banksPath, base + "/nowhere"} {
		got := s.send("OPTIONS", path, "", header("Origin", appOrigin), header("Access-Control-Request-Method", "POST"),
			header("Access-Control-Request-Headers", "content-type,idempotency-key"), header("Access-Control-Request-Private-Network", "true")).want(204)
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin": appOrigin, "Access-Control-Allow-Headers": "content-type,idempotency-key",
			"Access-Control-Allow-Private-Network": "true", "Access-Control-Allow-Credentials": "true",
		} {
			if got.Header().Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got.Header().Get(name), want)
			}
		}
		if !strings.Contains(got.Header().Get("Access-Control-Allow-Methods"), "DELETE") || !strings.Contains(strings.Join(got.Header()["Vary"], ","), "Origin") {
			t.Errorf("%s: %v", path, got.Header())
		}
	}
	for path, status := range map[string]int{
		base + "/banks": 200, base + "/nowhere": 404, base + "/banks?x=1": 422, base + "/bank_connections/authenticate": 405,
		"/sessions/bad!" + base + "/banks": 404, "/api/v1/banks": 200,
	} {
		for origin, want := range map[string]string{appOrigin: appOrigin, "https://app.test": "https://app.test", "http://localhost:3001": "", "null": ""} {
			got := s.get(path, header("Origin", origin)).want(status)
			if allowed := got.Header().Get("Access-Control-Allow-Origin"); allowed != want {
				t.Errorf("%s of %s: allowed %q, want %q", path, origin, allowed, want)
			}
			if want != "" && !strings.Contains(got.Header().Get("Access-Control-Expose-Headers"), "X-Mockbank-Scenario") {
				t.Errorf("%s: %v", path, got.Header())
			}
		}
	}
	preflight := []request{header("Origin", "http://localhost:3001"), header("Access-Control-Request-Method", "POST")}
	s.send("OPTIONS", base+"/banks", "", preflight...).wantProblem(405, "method_not_allowed")
	for _, path := range []string{"/", "/metrics", "/admin/v1/status"} {
		if got := s.get(path, header("Origin", appOrigin), loopback); got.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is for all: %v", path, got.Header())
		}
	}
	if got := start(t).get(base+"/banks", header("Origin", appOrigin)).want(200); len(got.Header()["Vary"]) > 0 {
		t.Errorf("without allowed origins: %v", got.Header())
	}
	anybody := start(t, allowing("*")).get(base+"/banks", header("Origin", "https://where.test")).want(200)
	if anybody.Header().Get("Access-Control-Allow-Origin") != "https://where.test" {
		t.Errorf("%v", anybody.Header())
	}
}

func TestOriginsThatAreNone(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, origin := range []string{"localhost:3000", "http://localhost:3000/", "http://", "null", "http://a@b", "http://x?y", "https://*.app.test/x"} {
		_, err := New(Config{Bank: s.bank, Requests: s.store, Configuration: newConfiguration(), AllowedOrigins: []string{origin}})
		if err == nil {
			t.Errorf("%q is taken", origin)
		}
	}
}

// A server that listens on loopback answers no other name, but for the bank's own API.
func TestRebinding(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.LoopbackOnly = true })
	phone, login := "/phone/"+s.login("phone"), "/login/"+s.login("redirect")
	as := func(host string) request { return from("127.0.0.1:50000", host) }
	for _, path := range []string{"/", phone, login, "/phone", "/metrics", "/openapi.yaml", "/healthz", "/readyz", phone + "/changes"} {
		if path == phone+"/changes" {
			s.get(path, as("evil.example")).want(403)
			continue
		}
		for host, want := range map[string]int{
			"evil.example": 403, "evil.example:8080": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403,
			"localhost:8080": 200, "x.localhost": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "192.168.1.7": 200, "": 200,
		} {
			if got := s.get(path, as(host)); got.Code != want {
				t.Errorf("%s at %q: %d, want %d", path, host, got.Code, want)
			}
		}
	}
	s.decide(phone, "approved", as("evil.example"), header("Sec-Fetch-Site", "same-origin")).want(403)
	if got := s.get(phone, as("evil.example")); !strings.Contains(got.Body.String(), "<html") {
		t.Errorf("a page fails as %s", got.Body)
	}
	s.get(base+"/banks", as("bank.test")).want(200)
	s.send("POST", base+"/bank_connections/authenticate", credentials("success"), as("bank.test")).want(200)

	public := start(t, func(c *Config) { c.LoopbackOnly, c.PublicURL = true, "https://bank.test" })
	public.get("/", as("bank.test")).want(200)
	public.get("/", as("BANK.test:443")).want(200)
	public.get("/", as("evil.example")).want(403)
	start(t).get("/", as("bank.test")).want(200)
}

// That a proxy stands before the bank, whose address it does not know, is told once.
func TestProxyWithoutPublicURL(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		s.get(base+"/banks", header("X-Forwarded-Proto", "https"))
	}
	if reported := strings.Count(s.log.String(), "set server.public_url"); reported != 1 {
		t.Errorf("told %d times: %s", reported, s.log)
	}
	known := start(t, func(c *Config) { c.PublicURL = "https://bank.test" })
	got := known.send("POST", base+"/bank_connections/authenticate", credentials("redirect"), header("Forwarded", "for=1.2.3.4")).want(200)
	if !strings.HasPrefix(got.text("redirect_url"), "https://bank.test/login/") || strings.Contains(known.log.String(), "proxy") {
		t.Errorf("%s\n%s", got.Body, known.log)
	}
}

// What has no session looks at no session's header.
func TestSessionHeaderWhereThereIsNone(t *testing.T) {
	t.Parallel()
	s := start(t)
	bad := header("X-Mockbank-Session", "no session!")
	for _, path := range []string{"/", "/healthz", "/readyz", "/phone", "/metrics", "/openapi.yaml", "/login/" + s.login("redirect"), "/phone/" + s.login("phone")} {
		s.get(path, bad, loopback).want(200)
	}
	for _, path := range []string{base + "/banks", banksPath, "/admin/v1/journal"} {
		s.get(path, bad, loopback).wantProblem(400, "invalid_header")
	}
}

// Paths under the pages' fail as pages where a browser asks.
func TestOddPagesFailAsPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	browser := header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	for request, want := range map[string]int{
		"GET /login/": 404, "GET /login/a/b": 404, "GET /phone/x/y/z": 404, "GET /login": 404, "GET /login/none": 404, "GET /phone/none": 404,
		"PUT /login/" + unknownID: 405, "GET /sessions/x/login/a/b": 404,
	} {
		method, path, _ := strings.Cut(request, " ")
		got := s.send(method, path, "", browser).want(want)
		if kind := got.Header().Get("Content-Type"); kind != "text/html; charset=utf-8" || strings.Contains(got.Body.String(), "went wrong inside") {
			t.Errorf("%s: %s %s", request, kind, got.Body)
		}
	}
}

// A path that is nearly right gets the right one in the answer, and no method of another.
func TestNearestPaths(t *testing.T) {
	t.Parallel()
	s := start(t)
	at := base + "/bank_connections"
	for request, want := range map[string]string{
		"POST " + base + "//bank_connections/authenticate":              at + "/authenticate",
		"POST " + at + "/authentication":                                at + "/authenticate",
		"POST " + at + "/Authenticate":                                  at + "/authenticate",
		"POST " + base + "/bank_connection/authenticate":                at + "/authenticate",
		"POST " + base + "/bankConnections/authenticate":                at + "/authenticate",
		"POST /api/v3/bank_connections/authenticate":                    at + "/authenticate",
		"POST /api/v2/wealth_api/bank_connections/authenticate":         at + "/authenticate",
		"POST /bank_connections/authenticate":                           at + "/authenticate",
		"POST " + at + "/confirm_challenge":                             at + "/confirm_challenge_response",
		"POST " + at + "/confirm-challenge-response":                    at + "/confirm_challenge_response",
		"GET " + base + "/bank-connections/" + unknownID:                at + "/{id}",
		"POST " + at + "/" + unknownID + "/updates":                     at + "/{id}/update",
		"GET " + base + "/bank":                                         base + "/banks",
		"GET /api/v1/bank":                                              "/api/v1/banks",
		"GET /Admin/v1/status":                                          "/admin/v1/status",
		"GET /admin/v1/journals":                                        "/admin/v1/journal",
		"GET /admin/status":                                             "",
		"GET /health":                                                   "/healthz",
		"GET /openapi.yml":                                              "/openapi.yaml",
		"POST /sessions/run-1" + base + "/bank_connection/authenticate": "/sessions/run-1" + at + "/authenticate",
	} {
		method, path, _ := strings.Cut(request, " ")
		got := s.send(method, path, "", loopback).wantProblem(404, codeUnknownPath)
		_, near, _ := strings.Cut(got.text("detail"), "the nearest is ")
		if near != want || got.Header().Get("Allow") != "" || got.Header().Get("Location") != "" {
			t.Errorf("%s: %q, want %q in it", request, got.text("detail"), want)
		}
	}
	s.send("PUT", at+"/"+unknownID, "").wantProblem(405, "method_not_allowed")
}
