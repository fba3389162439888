package httpapi

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("phone")
	got := s.get("/phone/" + id).want(200)
	for _, part := range []string{
		"Confirm the login?", "at Mock Bank", "tester", `<form method="post"`, `name="decision" value="approved"`, `name="decision" value="declined"`,
		`<noscript><meta http-equiv="refresh" content="5"></noscript>`, `data-mark="DECOUPLED_AUTH_REQUIRED-1-0-0"`, "24 November 2026, 09:30:00 UTC",
	} {
		if !strings.Contains(got.Body.String(), part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if strings.Contains(got.Body.String(), `data-left="`) {
		t.Error("time is left where the step never ends by itself")
	}
	if got.Header().Get("X-Mockbank-Scenario") != "phone-case" {
		t.Errorf("scenario %q", got.Header().Get("X-Mockbank-Scenario"))
	}
}

func TestDecisionsOnThePhone(t *testing.T) {
	t.Parallel()
	s := start(t)
	for decision, want := range map[string]struct{ status, says string }{
		"approved": {"AUTHENTICATED", "You have approved"},
		"declined": {"AUTHENTICATION_FAILED", "You have declined"},
	} {
		for _, prefix := range []string{"", "/sessions/default"} {
			id := s.login("phone")
			page := prefix + "/phone/" + id
			got := s.decide(page, decision).want(200)
			if !strings.Contains(got.Body.String(), want.says) || s.status(id) != want.status {
				t.Errorf("%s: status %s, %s", decision, s.status(id), got.Body)
			}
			again := s.decide(page, decision).want(409)
			if !strings.Contains(again.Body.String(), "Nothing was changed") || s.status(id) != want.status {
				t.Errorf("a second time: %s", again.Body)
			}
			if over := s.get(page).want(410); !strings.Contains(over.Body.String(), want.status) || strings.Contains(over.Body.String(), "data-mark") {
				t.Errorf("afterwards: %s", over.Body)
			}
		}
	}
}

func TestPhonesThatAskNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	away, _ := s.goAway()
	for path, want := range map[string]struct {
		status int
		part   string
	}{
		"/phone/" + s.login("challenge"): {409, "waiting for something else"},
		"/phone/" + away:                 {409, `href="../login/` + away + `"`},
		"/phone/" + s.login("success"):   {410, "AUTHENTICATED"},
		"/phone/" + unknownID:            {404, "No such record"},
		"/phone/42":                      {404, "No such record"},
		"/phone/" + s.login("polled"):    {200, "the bank goes on by itself"},
	} {
		if got := s.get(path).want(want.status); !strings.Contains(got.Body.String(), want.part) {
			t.Errorf("%s lacks %s: %s", path, want.part, got.Body)
		}
		refused := 409
		if want.status == 404 {
			refused = 404
		}
		s.decide(path, "approved").want(refused)
	}
}

func TestPhoneDecisionsOfOtherSites(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("phone")
	s.decide("/phone/"+id, "approved", header("Origin", "https://evil.test")).want(403)
	s.decide("/phone/"+id, "approved", header("Sec-Fetch-Site", "cross-site")).want(403)
	s.decide("/phone/"+id, "perhaps").want(422)
	s.decide("/phone/"+id, "").want(422)
	if got := s.status(id); got != "DECOUPLED_AUTH_REQUIRED" {
		t.Errorf("status %s", got)
	}
}

// Looking at the pages is no poll: the scenario that ends with the second poll still waits.
func TestLookingIsNoPoll(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("polled")
	for range 5 {
		s.get("/phone/" + id).want(200)
		s.get("/login/" + id).want(409)
	}
	if got := s.status(id); got != "DECOUPLED_AUTH_REQUIRED" {
		t.Errorf("after one poll: %s", got)
	}
	if got := s.status(id); got != "AUTHENTICATED" {
		t.Errorf("after two polls: %s", got)
	}
}

// What the user is shown goes by the session's clock, also where that stands.
func TestPhoneGoesByTheSessionsClock(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.send("POST", "/admin/v1/sessions/held/clock", `{"freeze": true}`, loopback).want(200)
	s.send("POST", "/admin/v1/sessions/held/clock", `{"advance": "90d"}`, loopback).want(200)
	body := object("username", "tester", "password", "redirect")
	id := s.send("POST", base+"/bank_connections/authenticate", body, inSession("held")).want(200).text("bank_authentication_process_id")
	s.clock.advance(time.Hour)
	if got := s.get("/login/" + id).want(200).Body.String(); !strings.Contains(got, "22 February 2027, 09:40:00 UTC") {
		t.Errorf("the login page does not show the session's time: %s", got)
	}
	waiting := s.send("POST", base+"/bank_connections/authenticate", credentials("phone"), inSession("held")).want(200).text("bank_authentication_process_id")
	got := s.get("/phone/" + waiting).want(200).Body.String()
	for _, part := range []string{"(it stands still)", "22 February 2027, 09:30:00 UTC", `-2"`} {
		if !strings.Contains(got, part) {
			t.Errorf("the phone lacks %q: %s", part, got)
		}
	}
	s.send("POST", "/admin/v1/sessions/held/clock", `{"advance": "10m"}`, loopback).want(200)
	s.get("/login/" + id).want(410)
}

func TestFindingThePhone(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("phone")
	for path, want := range map[string]struct {
		status int
		part   string
	}{
		"/":                      {200, `<form action="/phone" method="get"`},
		"/phone":                 {200, `<form action="/phone" method="get"`},
		"/phone?process=%22x%3C": {404, `value="&#34;x&lt;"`},
	} {
		if got := s.get(path).want(want.status); !strings.Contains(got.Body.String(), want.part) {
			t.Errorf("%s lacks %s: %s", path, want.part, got.Body)
		}
	}
	if got := s.get("/phone?process=" + strings.ToUpper(id)).want(303).Header().Get("Location"); got != "/phone/"+id {
		t.Errorf("led to %q", got)
	}
	inspected := s.get("/admin/v1/processes/"+id, loopback).want(200)
	link, err := url.Parse(inspected.text("phone_url"))
	if err != nil || link.Path != "/phone/"+id {
		t.Errorf("the admin API says %s", inspected.Body)
	}
	if !strings.Contains(s.log.String(), `"phone_url":"http://example.com/phone/`+id+`"`) {
		t.Errorf("the log does not say where the phone is: %s", s.log)
	}
	if got := s.get("/admin/v1/processes/"+s.login("challenge"), loopback).want(200); got.field("phone_url") != nil {
		t.Errorf("a process that does not ask there has a phone: %s", got.Body)
	}
}

// followed is a phone's stream.
type followed struct {
	*http.Response
	t     testing.TB
	lines *bufio.Scanner
}

func followPhoneOf(t testing.TB, ctx context.Context, root, id string) *followed {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", root+"/phone/"+id+"/changes", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return &followed{answer, t, bufio.NewScanner(answer.Body)}
}

// until returns the marks that the stream tells up to the one wanted, and "" as the last where it ends.
func (f *followed) until(mark string) (seen []string) {
	f.t.Helper()
	for f.lines.Scan() {
		if data, found := strings.CutPrefix(f.lines.Text(), `data: {"mark":"`); found {
			seen = append(seen, strings.TrimSuffix(data, `"}`))
			if seen[len(seen)-1] == mark {
				return seen
			}
		}
	}
	return append(seen, "")
}

func TestPhoneStream(t *testing.T) {
	t.Parallel()
	s := start(t)
	server := serve(t, s)
	id := s.login("phone")
	first, second := followPhoneOf(t, t.Context(), server.URL, id), followPhoneOf(t, t.Context(), server.URL+"/sessions/default", id)
	const waits, done = "DECOUPLED_AUTH_REQUIRED-1-0-0", "AUTHENTICATED-2-1-0"
	first.until(waits)
	second.until(waits)
	s.send("POST", "/admin/v1/processes/"+id+"/approve", "", loopback).want(200)
	for _, f := range []*followed{first, second} {
		if got := f.until(""); len(got) != 2 || got[0] != done || got[1] != "" {
			t.Errorf("the stream tells %q, want %q and its end", got, done)
		}
	}
	if got := followPhoneOf(t, t.Context(), server.URL, unknownID); got.StatusCode != 404 {
		t.Errorf("the stream of nothing: %s", got.Status)
	}
}

func TestPhoneStreamsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t)
	server := serve(t, s)
	id := s.login("phone")
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for range maxPhoneStreams {
		if f := followPhoneOf(t, ctx, server.URL, id); f.StatusCode != 200 {
			t.Fatal(f.Status)
		}
	}
	if one := followPhoneOf(t, t.Context(), server.URL, id); one.StatusCode != 503 {
		t.Errorf("one too many: %s", one.Status)
	}
	leave()
	for followPhoneOf(t, t.Context(), server.URL, id).StatusCode != 200 { // until the server has noticed
	}
}

func TestPhoneStreamsEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(stop chan struct{}, leave func()){
		"with the server": func(stop chan struct{}, _ func()) { close(stop) },
		"with the reader": func(_ chan struct{}, leave func()) { leave() },
		"after a while":   func(chan struct{}, func()) { time.Sleep(phonePatience) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stop := make(chan struct{})
				s := start(t, func(c *Config) { c.Stopping = stop })
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				page, ended := "/phone/"+s.login("phone")+"/changes", make(chan struct{})
				go func() {
					defer close(ended)
					s.get(page, func(r *http.Request) { *r = *r.WithContext(ctx) })
				}()
				synctest.Wait()
				end(stop, leave)
				synctest.Wait()
				select {
				case <-ended:
				default:
					t.Error("the stream goes on")
					leave()
				}
			})
		})
	}
}
