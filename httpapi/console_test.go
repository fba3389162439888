package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var browser = header("Accept", "text/html,application/xhtml+xml")

// open asks for a page of the console, as a browser on this machine does.
func (s *server) open(path string, changes ...request) answered {
	s.t.Helper()
	got, _ := s.answer("GET", path, "", append([]request{loopback, browser}, changes...)...)
	return got
}

// press sends a form of the console.
func (s *server) press(path string, form url.Values, changes ...request) answered {
	s.t.Helper()
	got, _ := s.answer("POST", path, form.Encode(), append([]request{
		loopback, browser, header("Content-Type", "application/x-www-form-urlencoded"), header("Sec-Fetch-Site", "same-origin"),
	}, changes...)...)
	return got
}

func (a answered) shows(parts ...string) answered {
	a.t.Helper()
	for _, part := range parts {
		if !strings.Contains(a.Body.String(), part) {
			a.t.Errorf("the page lacks %q: %s", part, a.Body)
		}
	}
	return a
}

func (s *server) lastExchange() string {
	s.t.Helper()
	all := s.exchanges("")
	id, _ := all[len(all)-1]["id"].(float64)
	return strconv.FormatInt(int64(id), 10)
}

func TestConsoleShowsWhatCame(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.open("/").want(http.StatusSeeOther)
	s.open("/console/live").want(200).shows("Nothing came yet", "curl -s")
	process := s.login("challenge")
	s.open("/console/live").want(200).shows("CHALLENGE_RESPONSE_REQUIRED", "challenge-case", "Logins: 1", "/console/processes/"+process, `href="/console/live?exchange=`)
	s.open("/console/live", german).shows("Anmeldungen: 1", `<html lang="de">`)
	s.open("/console/live/rows?endpoint=connect", header("HX-Request", "true")).want(200).shows("No exchange that is kept")
	detail := s.open("/console/exchanges/"+s.lastExchange(), header("HX-Request", "true")).want(200)
	detail.shows("All conditions of this scenario held", "challenge-case", "[redacted]", "curl -s")
	if strings.Contains(detail.Body.String(), "<html") {
		t.Error("htmx got a whole page")
	}
	s.open("/console/exchanges/1").want(404).shows("does not hold this exchange")
}

func TestConsoleSaysWhatALoginMissed(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.login("chalenge")
	s.open("/console/live?outcome=fallen").want(200).shows("fell to the catch-all: 1")
	got := s.open("/console/exchanges/"+s.lastExchange()).want(200).shows("challenge-case", "edit distance 1")
	if strings.Contains(got.Body.String(), "chalenge") {
		t.Error("the password that was sent is shown")
	}
}

func TestConsolePlaysTheUser(t *testing.T) {
	t.Parallel()
	s := start(t)
	process := s.login("challenge")
	page := s.open("/console/processes/"+process).want(200).shows(`class="box waiting current"`, "What a client would get now", "challenge_response")
	if strings.Count(page.Body.String(), "<svg") != 1 {
		t.Error("no drawing")
	}
	input := "/console/processes/" + process + "/input"
	s.press(input, url.Values{"challenge_response": {"123456"}}, header("HX-Request", "true")).want(204)
	s.open("/console/processes/"+process).shows("AUTHENTICATED", `class="line passed"`)
	s.press(input, url.Values{"challenge_response": {"1"}}, header("HX-Request", "true")).want(200).shows(`class="alert"`)
	s.press(input, url.Values{"after": {"1"}}).want(422)
	phone := s.login("phone")
	s.press("/console/processes/"+phone+"/input", url.Values{"decision": {"approved"}}).want(http.StatusSeeOther)
	s.open("/console/processes/" + phone).shows("AUTHENTICATED")
}

func TestConsoleTurnsTheClock(t *testing.T) {
	t.Parallel()
	s := start(t)
	connection := s.connect("success")
	s.press("/console/clock", url.Values{"session": {"default"}, "turn": {"freeze"}}).want(http.StatusSeeOther)
	page := s.open("/console/connections/"+connection).want(200).shows("IN_PROGRESS", "FROZEN", "Next event: ")
	to := regexp.MustCompile(`name="to" value="([^"]+)"`).FindStringSubmatch(page.Body.String())
	if to == nil {
		t.Fatal("no next event")
	}
	s.press("/console/clock", url.Values{"session": {"default"}, "turn": {"to"}, "to": {to[1]}}, header("HX-Request", "true")).want(204)
	s.open("/console/connections/"+connection).shows("SUCCESS", `value="100"`)
	s.press("/console/clock", url.Values{"session": {"default"}, "advance": {"two days"}}).want(422).shows("turns by a duration")
	s.press("/console/clock", url.Values{"session": {"a b"}, "advance": {"2s"}}).want(422)
	s.open("/console/connections?session=default").want(200).shows("SUCCESS", connection[:8])
	s.open("/console/find?id=" + connection).want(http.StatusSeeOther)
}

func TestConsoleSendsAgain(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Tokens = []string{"bank-token"} })
	s.send("POST", base+"/bank_connections/authenticate", credentials("challenge"), header("Authorization", "Bearer bank-token")).want(200)
	exchange := s.lastExchange()
	page := s.open("/console/exchanges/" + exchange)
	page.shows("$MOCKBANK_TOKEN")
	if strings.Contains(page.Body.String(), "bank-token") {
		t.Error("the bank's token is shown")
	}
	s.press("/console/exchanges/"+exchange+"/replay", nil, header("HX-Request", "true")).want(204)
	if all := s.exchanges("route=authenticate"); len(all) != 2 || all[1]["scenario"] != "challenge-case" {
		t.Errorf("%v", all)
	}
}

func TestConsoleGuards(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, changes := range map[string][]request{
		"another machine": {from("10.0.0.7:50000", "localhost:8080")},
		"another host":    {from("127.0.0.1:50000", "evil.example")},
	} {
		if got := s.open("/console/live", changes...); got.Code != http.StatusForbidden || strings.Contains(got.Body.String(), "Rules") {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	s.login("challenge")
	for _, path := range []string{"/console/clock", "/console/exchanges/" + s.lastExchange() + "/replay", "/console/sign-in"} {
		got := s.press(path, url.Values{"session": {"default"}, "turn": {"freeze"}}, header("Sec-Fetch-Site", "cross-site"))
		if got.Code != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, got.Code)
		}
	}
	policy := s.open("/console/live").Header().Get("Content-Security-Policy")
	for _, wanted := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, wanted) || strings.Contains(policy, "unsafe") {
			t.Errorf("policy %q", policy)
		}
	}
}

func TestConsoleAsksForTheToken(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.AdminToken = "s3cret" })
	got := s.open("/console/live?session=x").want(http.StatusSeeOther)
	if to := got.Header().Get("Location"); to != "/console/sign-in?to=%2Fconsole%2Flive%3Fsession%3Dx" {
		t.Errorf("sent to %q", to)
	}
	if got := s.open("/console/bar", header("HX-Request", "true")).want(http.StatusUnauthorized); got.Header().Get("HX-Redirect") == "" {
		t.Error("htmx is not sent to sign in")
	}
	s.open("/console/sign-in").want(200).shows("Admin token")
	s.press("/console/sign-in", url.Values{"token": {"wrong"}}).want(http.StatusUnauthorized).shows("That is not the token")
	in := s.press("/console/sign-in", url.Values{"token": {"s3cret"}, "to": {"/console/connections"}}).want(http.StatusSeeOther)
	cookie := in.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || strings.Contains(cookie.Value, "s3cret") || in.Header().Get("Location") != "/console/connections" {
		t.Errorf("%+v, %v", cookie, in.Header())
	}
	bearing := func(r *http.Request) { r.AddCookie(cookie) }
	s.open("/console/live", bearing).want(200).shows("Sign out")
	s.open("/console/live", header("Authorization", "Bearer s3cret")).want(200)
	s.open("/console/live", header("Authorization", "Bearer other")).want(http.StatusUnauthorized)
	out := s.press("/console/sign-out", nil, bearing).want(http.StatusSeeOther)
	if left := out.Result().Cookies()[0]; left.MaxAge >= 0 {
		t.Errorf("%+v", left)
	}
}

func TestConsoleThatOnlyShowsOrIsOff(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Console = ConsoleReadOnly })
	process := s.login("challenge")
	if page := s.open("/console/processes/" + process).want(200); strings.Contains(page.Body.String(), `hx-post`) {
		t.Error("a page that only shows has forms")
	}
	s.press("/console/clock", url.Values{"session": {"default"}, "turn": {"freeze"}}).want(http.StatusForbidden)
	s.press("/console/processes/"+process+"/input", url.Values{"challenge_response": {"123456"}}).want(http.StatusForbidden)
	off := start(t, func(c *Config) { c.Console = ConsoleOff })
	off.open("/console/live").want(404)
	off.open("/").want(200)
}

func TestUnknownPathsForPeopleAndPrograms(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.open("/nowhere").want(404).shows("<html", "There is nothing at this path")
	s.open("/nowhere", german).want(404).shows("Unter diesem Pfad gibt es nichts")
	s.get("/nowhere").wantProblem(404, codeUnknownPath)
	s.get(base+"/nowhere", browser).wantProblem(404, codeUnknownPath)
}

func TestConsoleAssets(t *testing.T) {
	t.Parallel()
	s := start(t)
	page := s.open("/console/live").Body.String()
	total := len(page)
	for _, asset := range regexp.MustCompile(`(?:src|href)="(/console/assets/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		got := s.open(strings.ReplaceAll(asset[1], "&#43;", "+"), header("Accept-Encoding", "gzip")).want(200)
		if !strings.Contains(got.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %v", asset[1], got.Header())
		}
		again := s.open(asset[1], header("If-None-Match", got.Header().Get("ETag")))
		if again.Code != http.StatusNotModified {
			t.Errorf("%s again: %d", asset[1], again.Code)
		}
		total += got.Body.Len()
	}
	if total > 100<<10 {
		t.Errorf("the first view takes %d bytes", total)
	}
	s.open("/console/assets/SOURCES.md").want(404)
	s.open("/console/assets/%2e%2e%2fconsole.go").want(404)
}

// Hostile texts stay texts on every page of the console.
func TestConsoleEscapes(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert(1)</script><img src=x onerror=y>`
	s := start(t)
	id := s.send("POST", base+"/bank_connections/authenticate", object("username", hostile, "password", "challenge")).want(200).text("bank_authentication_process_id")
	for _, path := range []string{
		"/console/live", "/console/live?scenario=" + url.QueryEscape(hostile) + "&id=" + url.QueryEscape(hostile), "/console/exchanges/" + s.lastExchange(),
		"/console/processes/" + id, "/console/connections?status=" + url.QueryEscape(hostile), "/console/live?session=" + url.QueryEscape(hostile),
		"/console/sign-in?to=" + url.QueryEscape(hostile), "/console/find?id=" + url.QueryEscape(hostile), "/" + url.PathEscape(hostile),
	} {
		if body := s.open(path).Body.String(); strings.Contains(body, "<script>alert") || strings.Contains(body, "<img") {
			t.Errorf("%s: %s", path, body)
		}
	}
}

func TestConsoleStreamReportsNews(t *testing.T) {
	t.Parallel()
	s := start(t)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/console/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	s.login("challenge")
	text, buffer := "", make([]byte, 256)
	for !strings.Contains(text, "event: changed") {
		n, err := got.Body.Read(buffer)
		if err != nil {
			t.Fatalf("%v after %q", err, text)
		}
		text += string(buffer[:n])
	}
}
