package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const returningBank = `
banks: [{slug: MockBank}]
server: {redirect_schemes: [myapp, com.example.app]}
scenarios:
  - name: own-page
    when: {password: {matches: 'own_(?P<word>.+)'}}
    authentication: {status: REDIRECT_REQUIRED, redirect_url: "mybank://auth?p=${process_id}&w=${word}", next: [{redirect: approved, then: AUTHENTICATED}]}
  - {name: no-page, when: {password: none}, authentication: {status: REDIRECT_REQUIRED, redirect_url: null, expires_after: 10m}}
  - name: choices
    authentication:
      status: REDIRECT_REQUIRED
      decisions: [{id: partly, name: {en: Only some accounts, de: Nur manche Konten}}, {id: stay, name: Stay <here>}]
      next:
        - {redirect: approved, then: AUTHENTICATED, returns: {query: {code: 0123, p: "${process_id}", u: "${username}"}}}
        - {redirect: declined, then: AUTHENTICATION_FAILED, returns: {query: {error: access_denied, state: null, bank_authentication_process_id: ~}}}
        - {redirect: partly, then: AUTHENTICATED, returns: {query: {state: other}}}
        - {redirect: stay, then: AUTHENTICATION_FAILED, returns: nowhere}
`

func (p *played) goAway(password, uri string) said {
	p.t.Helper()
	return p.api("POST", "/bank_connections/authenticate",
		map[string]any{"username": "u b", "password": password, "redirect_uri": uri, "state": "s&1"}).want(200)
}

// decide presses a button of the bank's page.
func (p *played) decide(decision string) said {
	p.t.Helper()
	return p.do("POST", p.server.URL+"/login/"+p.process, url.Values{"decision": {decision}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func TestWhereTheBrowserComesBackTo(t *testing.T) {
	t.Parallel()
	p := play(t, returningBank)
	const app = "http://localhost:3000/cb?keep=1&state=old"
	for decision, test := range map[string]struct{ back, status string }{
		"approved": {"?keep=1&bank_authentication_process_id=ID&state=s%261&code=0123&p=ID&u=u+b", "AUTHENTICATED"},
		"declined": {"?keep=1&error=access_denied", "AUTHENTICATION_FAILED"},
		"partly":   {"?keep=1&bank_authentication_process_id=ID&state=other", "AUTHENTICATED"},
	} {
		p.goAway("x", app)
		got := p.decide(decision)
		want := "http://localhost:3000/cb" + strings.ReplaceAll(test.back, "ID", p.process)
		if location := got.Header.Get("Location"); got.Status != http.StatusSeeOther || location != want {
			t.Errorf("%s: %d %s, want %s", decision, got.Status, location, want)
		}
		p.poll().want(200, "status", test.status)
	}

	p.goAway("x", app)
	if got := p.decide("stay"); got.Status != 200 || got.Header.Get("Location") != "" || !strings.Contains(got.Text, "You may close this window") {
		t.Errorf("nowhere: %d %s", got.Status, got.Text)
	}
	p.poll().want(200, "status", "AUTHENTICATION_FAILED")
	p.goAway("x", app)
	if got := p.decide("banana"); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a decision that no button makes: %d", got.Status)
	}
	p.poll().want(200, "status", "REDIRECT_REQUIRED")
}

func TestThePageHasTheScenariosButtons(t *testing.T) {
	t.Parallel()
	p := play(t, returningBank)
	p.goAway("x", "http://localhost/")
	for language, want := range map[string]string{"en": `value="partly">Only some accounts<`, "de": `value="partly">Nur manche Konten<`} {
		page := p.do("GET", p.server.URL+"/login/"+p.process, nil, "Accept-Language", language)
		if page.Status != 200 || !strings.Contains(page.Text, want) || !strings.Contains(page.Text, "Stay &lt;here&gt;") {
			t.Errorf("%s: %d %s", language, page.Status, page.Text)
		}
	}
}

func TestOwnRedirectURLs(t *testing.T) {
	t.Parallel()
	p := play(t, returningBank)
	p.login("own_a b&c").want(200, "redirect_url", "mybank://auth?p="+p.process+"&w=a%20b%26c")
	p.poll().want(200, "redirect_url", "mybank://auth?p="+p.process+"&w=a%20b%26c")
	p.login("none").want(200, "status", "REDIRECT_REQUIRED", "redirect_url", nil)
}

func TestAppsOwnSchemes(t *testing.T) {
	t.Parallel()
	p := play(t, returningBank)
	for _, uri := range []string{"myapp://callback", "myapp://callback/x?a=1", "com.example.app:/oauth", "MyApp://x"} {
		p.goAway("x", uri)
		page := p.do("GET", p.server.URL+"/login/"+p.process, nil)
		if strings.Contains(page.Text, "ZgotmplZ") || !strings.Contains(page.Header.Get("Content-Security-Policy"), "myapp:") {
			t.Errorf("%s: %s %s", uri, page.Header.Get("Content-Security-Policy"), page.Text)
		}
		scheme, _, _ := strings.Cut(strings.ToLower(uri), ":")
		if got := p.decide("partly"); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), scheme+":") {
			t.Errorf("%s: %d %s", uri, got.Status, got.Header.Get("Location"))
		}
	}
	for uri, back := range map[string]string{"myapp://": "myapp://?", "myapp:": "myapp:?", "myapp:///": "myapp:///?", "myapp://u:p@x": "myapp://u:p@x?"} {
		p.goAway("x", uri)
		if got := p.decide("partly"); !strings.HasPrefix(got.Header.Get("Location"), back+"bank_authentication_process_id=") {
			t.Errorf("%s: %d %s", uri, got.Status, got.Header.Get("Location"))
		}
	}
	for _, uri := range []string{"myapp ://x", " myapp://x", "myapp://a\r\nSet-Cookie: x=1", "JaVaScRiPt://localhost/%0aalert(1)", "data:text/html,x", "other://callback", "javascript:alert(1)", "myapp://x#f"} {
		got := p.api("POST", "/bank_connections/authenticate", map[string]any{"username": "u", "password": "x", "redirect_uri": uri})
		got.want(422, "code", "invalid_fields", "errors.0.pointer", "/redirect_uri")
	}
}
