package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// pageConfig has a case for each page that people meet.
const pageConfig = `version: 1
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
defaults: {when: {bank: MockBank, username: any}}
scenarios:
  - name: redirect
    when: {password: redirect}
    authentication:
      status: REDIRECT_REQUIRED
      expires_after: 10m
      next:
        - {redirect: approved, then: AUTHENTICATED}
        - {redirect: declined, then: {status: AUTHENTICATION_FAILED, error: {code: CONSENT_DECLINED}}}
  - name: phone
    when: {password: phone}
    authentication:
      status: DECOUPLED_AUTH_REQUIRED
      expires_after: 10m
      next:
        - {approval: approved, then: AUTHENTICATED}
        - {approval: declined, then: {status: AUTHENTICATION_FAILED, error: {code: SCA_DENIED}}}
        - {polls: 1000, then: AUTHENTICATED}
  - name: soon
    when: {password: soon}
    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 1m, then: AUTHENTICATED}]}
  - name: text
    when: {password: text}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Enter the TAN}
      next: [{challenge_response: any, then: AUTHENTICATED}]
`

// clientApp is the app that browsers come back to.
type clientApp struct {
	url string

	mu       sync.Mutex
	returned []string // queries
}

func startApp(t *testing.T) *clientApp {
	t.Helper()
	a := new(clientApp)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/callback" {
			http.NotFound(w, r)
			return
		}
		a.mu.Lock()
		a.returned = append(a.returned, r.URL.RawQuery)
		a.mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><title>App</title><h1>Back in the app</h1>")
	}))
	t.Cleanup(server.Close)
	a.url = server.URL + "/callback"
	return a
}

func (a *clientApp) returns() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.returned...)
}

// goesToBank starts a login that sends the browser to the bank, from the app.
func (a *clientApp) goesToBank(t *testing.T, s *server) (id, page string) {
	t.Helper()
	body := fields{"username": "tester", "password": "redirect", "redirect_uri": a.url, "state": "s&1"}
	p := into[process](t, s.do(t, "POST", basePath+"/bank_connections/authenticate", body), 200)
	if p.RedirectURL == nil {
		t.Fatalf("%+v", p)
	}
	return p.ID, *p.RedirectURL
}

// comesBackWith is the query with which the browser comes back to the app.
func comesBackWith(id string) string {
	return "bank_authentication_process_id=" + id + "&state=s%261"
}

func (s *server) phoneOf(id string) string { return s.url + "/phone/" + id }

// decisions returns how many decisions about a process the pages were sent.
func (s *server) decisions(t *testing.T, route, id string) int {
	t.Helper()
	got := s.do(t, "GET", "/admin/v1/journal?limit=200&route="+route, nil)
	if got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	return strings.Count(string(got.Body), `"bank_authentication_process_id":"`+id+`"`)
}

// wantStatus waits for nothing: what a page has shown is so.
func (s *server) wantStatus(t *testing.T, id, status string) {
	t.Helper()
	if got := s.process(t, id); got.Status != status {
		t.Errorf("the process is %s, want %s", got.Status, status)
	}
}

// firstIn returns the first of the texts that is in what a server said, "" for none.
func firstIn(said string, texts ...string) string {
	for _, text := range texts {
		if strings.Contains(said, text) {
			return text
		}
	}
	return ""
}

// freeAddress is one on which a server can listen, and another after it.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { must(t, listener.Close()) }()
	return listener.Addr().String()
}
