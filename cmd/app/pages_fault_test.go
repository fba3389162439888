package app_test

import (
	"net/url"
	"strings"
	"testing"
)

// Faults concern the bank's own pages: what is refused is not decided, and what is lost was.
func TestFaultsOfPages(t *testing.T) {
	t.Parallel()
	p := play(t, `
scenarios:
  - name: page
    authentication:
      status: REDIRECT_REQUIRED
      next: [{redirect: approved, then: AUTHENTICATED}, {redirect: declined, then: AUTHENTICATION_FAILED}]
switches: {gone: No page}
faults:
  - {name: first, endpoint: pages, nth: 1, for: process, when: {username: refused}, http_status: 503, processed: false, retry_after: 0s}
  - {name: lost, endpoint: pages, when: {username: lost}, http_status: 502, body: <h1>Bad Gateway</h1>}
  - {name: gone, endpoint: [pages], when: {switches: {gone: on}}, http_status: 410}
  - {name: marked, endpoint: pages, when: {username: marked}, headers: {X-Marked: "yes"}}
`)
	begin := func(user string) (page string) {
		got := p.api("POST", "/bank_connections/authenticate", map[string]any{"username": user, "password": "x"}).want(200, "status", "REDIRECT_REQUIRED")
		return got.at("redirect_url").(string)
	}
	decide := func(page string) said {
		return p.do("POST", page, url.Values{"decision": {"approved"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	}
	page := begin("refused")
	first := decide(page).want(503)
	if first.Header.Get("Retry-After") != "0" || first.Header.Get("X-Mockbank-Fault") != "first" || !strings.Contains(first.Text, "<html") {
		t.Errorf("%v %s", first.Header, first.Text)
	}
	p.poll().want(200, "status", "REDIRECT_REQUIRED")
	decide(page)
	p.poll().want(200, "status", "AUTHENTICATED")

	page = begin("lost")
	if got := decide(page).want(502); got.Text != "<h1>Bad Gateway</h1>" {
		t.Errorf("%s", got.Text)
	}
	p.poll().want(200, "status", "AUTHENTICATED")

	page = begin("marked")
	if got := p.do("GET", page, nil).want(200); got.Header.Get("X-Marked") != "yes" || !strings.Contains(got.Text, "<html") {
		t.Errorf("%v %s", got.Header, got.Text)
	}
	p.Switch("gone", true)
	p.do("GET", page, nil).want(410)
	p.do("GET", strings.Replace(page, "/login/", "/phone/", 1), nil).want(410)
	p.Switch("gone", false)
	p.do("GET", page, nil).want(200)
}
