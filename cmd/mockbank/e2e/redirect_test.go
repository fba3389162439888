package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// redirected starts a process that sends the user to the bank's page, from the app at back.
func redirected(t *testing.T, s *server, back string) process {
	t.Helper()
	body := credentials("redirectRequired")
	if back != "" {
		body["redirect_uri"], body["state"] = back, "a state & more"
	}
	p := into[process](t, s.do(t, "POST", basePath+"/bank_connections/authenticate", body), 200)
	if p.RedirectURL == nil || !strings.HasPrefix(*p.RedirectURL, s.url+"/") {
		t.Fatalf("redirect_url %v, want a page of %s", p.RedirectURL, s.url)
	}
	return p
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func TestRedirect(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.client.CheckRedirect = noRedirect
	form := "application/x-www-form-urlencoded"
	for decision, want := range map[string]struct{ status, code string }{
		"approved": {authenticated, ""},
		"declined": {failed, "CONSENT_DECLINED"},
	} {
		t.Run(decision, func(t *testing.T) {
			t.Parallel()
			const back = "http://localhost:3000/callback?a=1"
			p := redirected(t, s, back)
			path := strings.TrimPrefix(*p.RedirectURL, s.url)
			page := s.do(t, "GET", path, nil)
			if kind := page.Header.Get("Content-Type"); page.Status != 200 || !strings.HasPrefix(kind, "text/html") || !strings.Contains(string(page.Body), "Approve") {
				t.Fatalf("the page: %d, %s: %s", page.Status, kind, page.Body)
			}
			if got := s.process(t, p.ID); got.Status != redirectRequired {
				t.Errorf("looking at the page made it %s", got.Status)
			}
			decided := s.do(t, "POST", path, "decision="+decision, "Content-Type", form)
			to, err := url.Parse(decided.Header.Get("Location"))
			if decided.Status != 303 || err != nil || to.Host != "localhost:3000" || to.Path != "/callback" {
				t.Fatalf("after the decision: %d to %q, want 303 to %s", decided.Status, decided.Header.Get("Location"), back)
			}
			if q := to.Query(); q.Get("bank_authentication_process_id") != p.ID || q.Get("state") != "a state & more" || q.Get("a") != "1" {
				t.Errorf("the browser brings back %v", q)
			}
			if got := s.process(t, p.ID); got.Status != want.status || got.Error.code() != want.code {
				t.Errorf("status %s, %v; want %s, %q", got.Status, got.Error, want.status, want.code)
			}
			if again := s.do(t, "GET", path, nil); again.Status != 410 {
				t.Errorf("the page of a decided process: %d, want 410", again.Status)
			}
		})
	}
}

func TestRedirectWithoutAWayBack(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	p := redirected(t, s, "")
	path := strings.TrimPrefix(*p.RedirectURL, s.url)
	done := s.do(t, "POST", path, "decision=approved", "Content-Type", "application/x-www-form-urlencoded")
	if done.Status != 200 || !strings.Contains(string(done.Body), "approved") {
		t.Errorf("after the decision: %d: %s", done.Status, done.Body)
	}
	if got := s.process(t, p.ID); got.Status != authenticated {
		t.Errorf("status %s, want %s", got.Status, authenticated)
	}
}
