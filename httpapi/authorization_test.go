package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func bearer(token string) request { return header("Authorization", "Bearer "+token) }

func TestBankTokens(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Tokens = []string{"first", "second"} })
	path := base + "/banks"
	for _, good := range []request{bearer("first"), bearer("second"), header("Authorization", "bearer second")} {
		s.get(path, good).want(200)
	}
	none := s.get(path).wantProblem(401, "unauthorized")
	if none.Header().Get("WWW-Authenticate") != `Bearer realm="mockbank"` {
		t.Errorf("WWW-Authenticate %q", none.Header().Get("WWW-Authenticate"))
	}
	for _, bad := range []request{bearer("third"), bearer(""), bearer("firstsecond"), header("Authorization", "Basic first"), header("Authorization", "first")} {
		s.get(path, bad).wantProblem(401, "unauthorized")
	}
	s.send("POST", base+"/bank_connections/authenticate", credentials("success")).wantProblem(401, "unauthorized")
	for _, open := range []string{"/healthz", "/readyz", "/metrics", "/openapi.yaml", "/"} {
		s.get(open).want(200)
	}
}

func TestAdminWithoutToken(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		from   request
		change request
		code   engine.Code // "" for 200
	}{
		"IPv4":                    {from("127.0.0.1:5", "127.0.0.1:8080"), nil, ""},
		"another IPv4":            {from("127.8.9.1:5", "localhost"), nil, ""},
		"IPv6":                    {from("[::1]:5", "[::1]:8080"), nil, ""},
		"IPv4 in IPv6":            {from("[::ffff:127.0.0.1]:5", "LOCALHOST."), nil, ""},
		"a local name":            {from("127.0.0.1:5", "bank.localhost:8080"), nil, ""},
		"its own page":            {loopback, header("Origin", "http://localhost:8080"), ""},
		"another machine":         {from("192.168.1.7:5", "localhost:8080"), nil, "loopback_only"},
		"a claimed address":       {from("192.168.1.7:5", "localhost:8080"), header("X-Forwarded-For", "127.0.0.1"), "loopback_only"},
		"a proxy on this machine": {loopback, header("X-Forwarded-For", "8.8.8.8"), "loopback_only"},
		"no address":              {from("@", "localhost:8080"), nil, "loopback_only"},
		"a rebound name":          {from("127.0.0.1:5", "evil.test:8080"), nil, "loopback_only"},
		"a name like ours":        {from("127.0.0.1:5", "notlocalhost"), nil, "loopback_only"},
		"no name":                 {from("127.0.0.1:5", ""), nil, "loopback_only"},
		"another site":            {loopback, header("Origin", "https://evil.test"), "cross_origin"},
		"another site, told":      {loopback, header("Sec-Fetch-Site", "cross-site"), "cross_origin"},
	}
	s := start(t)
	s.configuration.outcome.Result = ReloadUnchanged
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := test.change
			if change == nil {
				change = func(*http.Request) {}
			}
			got := s.send("POST", "/admin/v1/reload", "", test.from, change)
			if test.code == "" {
				got.want(200)
			} else {
				got.wantProblem(403, test.code)
			}
		})
	}
}

func TestAdminWithToken(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.AdminToken, c.Tokens = "admin", []string{"bank"} })
	far := from("203.0.113.9:5", "bank.test")
	s.get("/admin/v1/status", far, bearer("admin")).want(200)
	s.get("/admin/v1/status", loopback).wantProblem(401, "unauthorized")
	s.get("/admin/v1/status", far, bearer("bank")).wantProblem(401, "unauthorized")
	s.get(base+"/banks", bearer("admin")).wantProblem(401, "unauthorized")
}

// Without a token nothing that a proxy passed on is answered, by any route of the admin API.
func TestAdminBehindAProxy(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, mark := range []string{
		"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP",
		"X-Original-URL", "X-Envoy-External-Address", "X-Amzn-Trace-Id", "CDN-Loop", "X-Client-IP", "x-forwarded-prefix",
	} {
		s.get("/admin/v1/status", loopback, header(mark, "8.8.8.8")).wantProblem(403, "loopback_only")
	}
	for _, harmless := range []string{"X-Request-Id", "User-Agent", "X-Mockbank-Session", "Cookie"} {
		s.get("/admin/v1/status", loopback, header(harmless, "one")).want(200)
	}
	admin := 0
	for _, r := range s.handler.(*api).routes {
		if path := strings.NewReplacer("{id}", "one", "{name}", "one").Replace(r.path); strings.HasPrefix(path, adminPath) {
			admin++
			s.send(r.method, path, "", loopback, header("X-Forwarded-For", "8.8.8.8")).wantProblem(403, "loopback_only")
		}
	}
	if admin < 20 {
		t.Errorf("%d routes were tried", admin)
	}
	guarded := start(t, func(c *Config) { c.AdminToken = "admin" })
	guarded.get("/admin/v1/status", bearer("admin"), header("X-Forwarded-For", "8.8.8.8")).want(200)
}
