package httpapi

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// goAway logs in by redirect and returns the process and its login page's path.
func (s *server) goAway(pairs ...string) (id, page string) {
	s.t.Helper()
	body := object(append(pairs, "username", "tester", "password", "redirect")...)
	got := s.send("POST", base+"/bank_connections/authenticate", body).want(200)
	u, err := url.Parse(got.text("redirect_url"))
	if err != nil {
		s.t.Fatal(err)
	}
	return got.text("bank_authentication_process_id"), u.Path
}

func (s *server) decide(page, decision string, changes ...request) answered {
	s.t.Helper()
	form := url.Values{"decision": {decision}}.Encode()
	return s.send("POST", page, form, append([]request{header("Content-Type", "application/x-www-form-urlencoded")}, changes...)...)
}

func (s *server) status(id string) string {
	s.t.Helper()
	return s.get(base + "/bank_connections/authenticate/" + id).want(200).text("status")
}

func TestLoginPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, page := s.goAway("redirect_uri", "http://localhost:3000/callback?a=1")
	got := s.get(page).want(200)
	for _, part := range []string{
		"<!DOCTYPE html>", `<html lang="en">`, `name="viewport"`, "<h1", "Mock Bank", "localhost:3000", "tester",
		`<form method="post"`, `name="decision" value="approved"`, `name="decision" value="declined"`, "Decide until", "09:40:00 UTC",
	} {
		if !strings.Contains(got.Body.String(), part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	for _, foreign := range []string{"src=", "@import", "url(", "<link", "import("} {
		if strings.Contains(got.Body.String(), foreign) {
			t.Errorf("the page holds %s", foreign)
		}
	}
}

func TestPagesAreSecured(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, page := s.goAway("redirect_uri", "http://localhost:3000/callback")
	_, six := s.goAway("redirect_uri", "http://[::1]:3000/callback")
	script := "script-src SCRIPT; "
	for path, rest := range map[string]string{
		page: script + "form-action 'self' http: https:", six: script + "form-action 'self' http: https:",
		"/phone/" + s.login("phone"): script + "connect-src 'self'; form-action 'self'",
		"/":                          "form-action 'self'", "/phone": "form-action 'self'",
		"/login/none": "form-action 'self'", "/phone/none": "form-action 'self'",
	} {
		got := s.get(path)
		policy := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src " +
			hashOf(between(t, got.Body.String(), "<style>", "</style>")) + "; " + rest
		if strings.Contains(rest, "SCRIPT") {
			policy = strings.Replace(policy, "SCRIPT", hashOf(between(t, got.Body.String(), "<script>", "</script>")), 1)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cache-Control": "no-store", "Vary": "Accept-Language", "Content-Language": "en", "Content-Type": "text/html; charset=utf-8",
		} {
			if got.Header().Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got.Header().Get(name), want)
			}
		}
	}
}

// hashOf names an inline text in a Content-Security-Policy.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func between(t *testing.T, text, start, end string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, start)
	inside, _, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("no %s…%s in %s", start, end, text)
	}
	return inside
}

func TestDecisionSendsTheBrowserBack(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		uri, state, decision string
		status, location     string
	}{
		"approved":        {"http://localhost:3000/back", "s t&1", "approved", "AUTHENTICATED", "http://localhost:3000/back?bank_authentication_process_id=ID&state=s+t%261"},
		"declined":        {"http://127.0.0.1/back", "", "declined", "AUTHENTICATION_FAILED", "http://127.0.0.1/back?bank_authentication_process_id=ID"},
		"its own query":   {"http://localhost/back?a=1&b", "x", "approved", "AUTHENTICATED", "http://localhost/back?a=1&b&bank_authentication_process_id=ID&state=x"},
		"an IPv6 address": {"http://[::1]:9/", "", "approved", "AUTHENTICATED", "http://[::1]:9/?bank_authentication_process_id=ID"},
	}
	s := start(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, page := s.goAway("redirect_uri", test.uri, "state", test.state)
			got := s.decide(page, test.decision).want(303)
			if want := strings.ReplaceAll(test.location, "ID", id); got.Header().Get("Location") != want {
				t.Errorf("Location %q, want %q", got.Header().Get("Location"), want)
			}
			if s.status(id) != test.status {
				t.Errorf("status %s, want %s", s.status(id), test.status)
			}
		})
	}
}

func TestDecisionWithoutAPlaceToGo(t *testing.T) {
	t.Parallel()
	s := start(t)
	for decision, want := range map[string]string{"approved": "You have approved", "declined": "You have declined"} {
		id, page := s.goAway()
		if got := s.decide(page, decision).want(200); !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s", got.Body)
		}
		if s.status(id) == "REDIRECT_REQUIRED" {
			t.Error("nothing was decided")
		}
	}
}

func TestPagesThatAskNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, expired := s.goAway()
	s.clock.advance(10 * time.Minute)
	_, decided := s.goAway("redirect_uri", "http://localhost:3000/")
	s.decide(decided, "approved").want(303)
	other := "/login/" + s.login("phone")
	tests := []struct {
		path   string
		status int
		part   string
	}{
		{expired, 410, "Check your password."},
		{decided, 410, `href="http://localhost:3000/?bank_authentication_process_id=`},
		{other, 409, `href="../phone/` + strings.TrimPrefix(other, "/login/") + `"`},
		{"/login/" + unknownID, 404, "No such record"},
		{"/login/42", 404, "No such record"},
	}
	for _, test := range tests {
		if got := s.get(test.path).want(test.status); !strings.Contains(got.Body.String(), test.part) {
			t.Errorf("%s lacks %s: %s", test.path, test.part, got.Body)
		}
		wanted := test.status
		if wanted == 410 {
			wanted = 409 // the decision comes too late
		}
		s.decide(test.path, "approved").want(wanted)
	}
	if got := s.decide(decided, "declined"); !strings.Contains(got.Body.String(), "Return to the app") {
		t.Errorf("no way back: %s", got.Body)
	}
}

func TestDecisionsOfOtherSites(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.PublicURL = "https://bank.test" })
	id, page := s.goAway()
	s.decide(page, "approved", header("Origin", "https://evil.test")).want(403)
	s.decide(page, "approved", header("Origin", "null")).want(403)
	s.decide(page, "approved", header("Sec-Fetch-Site", "cross-site")).want(403)
	s.decide(page, "perhaps").want(422)
	s.decide(page, "").want(422)
	if s.status(id) != string(engine.RedirectRequired) {
		t.Fatal("another site decided")
	}
	s.decide(page, "approved", header("Origin", "https://bank.test")).want(200)
}

func TestAppearanceOfTexts(t *testing.T) {
	t.Parallel()
	s := start(t)
	body := object("username", "<script>alert(1)</script>", "password", "x")
	got := s.send("POST", base+"/bank_connections/authenticate", body, header("X-Mockbank-Scenario", "redirect-case")).want(200)
	page := s.get("/login/" + got.text("bank_authentication_process_id")).want(200).Body.String()
	if strings.Contains(page, "<script>alert") || !strings.Contains(page, "&lt;script&gt;") {
		t.Errorf("%s", page)
	}
}

func TestRedirectURIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		hosts []string
		uri   string
		ok    bool
	}{
		{nil, "http://localhost:3000/x", true},
		{nil, "https://app.localhost/", true},
		{nil, "http://127.0.0.1/", true},
		{nil, "http://[::1]/", true},
		{nil, "http://app.test/", false},
		{nil, "http://localhost.evil.test/", false},
		{nil, "http://localhost@evil.test/", false},
		{nil, "//localhost/", false},
		{nil, "/callback", false},
		{nil, "javascript:alert(1)", false},
		{nil, "ftp://localhost/", false},
		{nil, "http://localhost/#part", false},
		{nil, "http://local host/", false},
		{nil, "http://localhost\\@evil.test/", false},
		{nil, "http://localhost:99999/", false},
		{nil, "http://localhost:0/", false},
		{nil, "http://localhost:/", true},
		{nil, "http://[::1%25lo]/", false},
		{nil, "http://[::1%lo]/", false},
		{nil, "http://[127.0.0.1]/", false},
		{nil, "http://evil.example<.localhost", false},
		{nil, "http://evil.example%3C.localhost", false},
		{nil, "http://evil.example,.localhost/", false},
		{nil, "http://a..localhost/", false},
		{nil, "http://127.1/", false},
		{nil, "http://0x7f.0.0.1/", false},
		{nil, "http://2130706433/", false},
		{nil, "http://127.0.0.1:65535/", true},
		{[]string{"app.test:443"}, "https://app.test/", true},
		{[]string{"app.test:80"}, "https://app.test/", false},
		{[]string{"*.app.test"}, "http://1.app.test.0x1/", false},
		{[]string{"app.test"}, "https://app.test:444/", true},
		{[]string{"app.test"}, "https://APP.test/", true},
		{[]string{"app.test"}, "http://localhost/", false},
		{[]string{"app.test:3000"}, "http://app.test:3000/", true},
		{[]string{"app.test:3000"}, "http://app.test/", false},
		{[]string{"*.app.test"}, "http://a.b.app.test:1/", true},
		{[]string{"*.app.test"}, "http://app.test/", false},
		{[]string{"*.app.test"}, "http://evilapp.test/", false},
		{[]string{"one.test", "localhost"}, "http://localhost/", true},
	}
	for _, test := range tests {
		s := start(t, func(c *Config) { c.RedirectHosts = test.hosts })
		got := s.send("POST", base+"/bank_connections/authenticate", object("username", "a", "password", "b", "redirect_uri", test.uri))
		if (got.Code == http.StatusOK) != test.ok {
			t.Errorf("%v allow %s: %d %s", test.hosts, test.uri, got.Code, got.Body)
		}
	}
}

// A host that was allowed when the login came may no longer be when the user decides.
func TestRedirectsAreCheckedAgain(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.RedirectHosts = []string{"app.test"} })
	_, page := s.goAway("redirect_uri", "https://app.test/")
	stricter, err := New(Config{Bank: s.bank, Requests: s.store, Configuration: newConfiguration()})
	if err != nil {
		t.Fatal(err)
	}
	s.handler = stricter
	s.decide(page, "approved").want(200)
}

func TestIndex(t *testing.T) {
	t.Parallel()
	got := start(t).get("/").want(200).Body.String()
	for _, part := range []string{`href="/openapi.yaml"`, `href="` + base + `/banks?is_mock_bank=any"`, "MockBank, SampleBank, OtherBank", "generation 1", "1.2.3"} {
		if !strings.Contains(got, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
}

// away is a bank that cannot be reached by the pages.
type away struct {
	Bank
	err error
}

func (b *away) Process(context.Context, string) (engine.ProcessState, error) {
	return engine.ProcessState{}, b.err
}

func (b *away) Continue(context.Context, string, engine.Input, ...engine.Within[engine.ProcessState]) (engine.ProcessState, error) {
	return engine.ProcessState{}, b.err
}

func TestPagesOfAnUnreachableBank(t *testing.T) {
	t.Parallel()
	b := &away{err: &engine.Error{Code: engine.CodeUnavailable, Message: "try again", Cause: errors.New("private cause")}}
	s := start(t, func(c *Config) { b.Bank, c.Bank = c.Bank, b })
	for _, got := range []answered{s.get("/login/" + unknownID), s.decide("/login/"+unknownID, "approved")} {
		got.want(503)
		if got.Header().Get("Retry-After") != "1" || strings.Contains(got.Body.String(), "private") || !strings.Contains(s.log.String(), "private cause") {
			t.Errorf("%v %s\n%s", got.Header(), got.Body, s.log)
		}
	}
}

func TestRedirectURLFollowsTLS(t *testing.T) {
	t.Parallel()
	got := start(t).send("POST", base+"/bank_connections/authenticate", credentials("redirect"), func(r *http.Request) { r.TLS = new(tls.ConnectionState) })
	if !strings.HasPrefix(got.want(200).text("redirect_url"), "https://example.com/login/") {
		t.Errorf("%s", got.Body)
	}
}
