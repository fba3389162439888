package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/console"
)

// compileFaultsForTests takes faults of an endpoint, a name and a time.
func compileFaultsForTests(text string) (faults []engine.SessionFault, problems []ConfigurationProblem) {
	var written []json.RawMessage
	if json.Unmarshal([]byte(text), &written) != nil {
		return nil, []ConfigurationProblem{{File: "faults", Line: 2, Message: `"http_statuss" is no key of a fault`, Hint: `did you mean "http_status"?`}}
	}
	for _, one := range written {
		var f struct{ Name, Endpoint, Lasts string }
		if err := json.Unmarshal(one, &f); err != nil {
			panic(err)
		}
		lasts, _ := time.ParseDuration(f.Lasts)
		faults = append(faults, engine.SessionFault{
			Name: f.Name, Written: one, Lasts: lasts, Rules: []engine.Fault{{Endpoint: engine.Endpoint(f.Endpoint)}},
		})
	}
	return faults, nil
}

func TestConsoleGivesASessionFaults(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.CompileFaults = compileFaultsForTests })
	s.open("/console/sessions/storm").want(404)
	s.open("/console/sessions/" + url.PathEscape("a b")).want(404)
	add := func(effect, lasts string) {
		t.Helper()
		s.press("/console/sessions/storm/faults", url.Values{
			"action": {"add"}, "endpoint": {"authenticate"}, "effect": {effect}, "lasts": {lasts},
		}, header("HX-Request", "true")).want(204)
	}
	add("refused_503", "30s")
	add("slow_5s", "")
	page := s.open("/console/sessions/storm").want(200)
	page.shows("console-authenticate-1", "console-authenticate-2", "&#34;http_status&#34;:503", "&#34;delay&#34;:&#34;5s&#34;", "ends in", "until it is ended")
	s.clock.advance(10 * time.Second)
	s.press("/console/sessions/storm/faults", url.Values{"action": {"end"}, "fault": {"console-authenticate-2"}}).want(http.StatusSeeOther)
	page = s.open("/console/sessions/storm", header("HX-Request", "true")).want(200).shows("console-authenticate-1", `data-due="20000"`)
	if strings.Contains(page.Body.String(), "console-authenticate-2") || strings.Contains(page.Body.String(), "<html") {
		t.Errorf("%s", page.Body)
	}
	s.clock.advance(20 * time.Second)
	s.open("/console/sessions/storm").shows("no faults of its own")
	s.press("/console/sessions/storm/faults", url.Values{"action": {"write"}, "faults": {`[{"name": "mine", "endpoint": "connect"}]`}}).want(http.StatusSeeOther)
	s.open("/console/sessions/storm").shows("mine")
	s.press("/console/sessions/storm/faults", url.Values{"action": {"end_all"}}).want(http.StatusSeeOther)
	s.open("/console/sessions/storm").shows("no faults of its own")
}

func TestConsoleRefusesFaults(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.CompileFaults = compileFaultsForTests })
	path := "/console/sessions/storm/faults"
	s.press(path, url.Values{"action": {"write"}, "faults": {"- {http_statuss: 503}"}}).want(422).shows("faults:2", "did you mean")
	s.press(path, url.Values{"action": {"add"}, "effect": {"none"}}).want(422)
	s.press(path, url.Values{"action": {"none"}}).want(422)
	s.press("/console/sessions/"+url.PathEscape("a b")+"/faults", url.Values{"action": {"end_all"}}).want(422)
	s.press(path, url.Values{"action": {"end_all"}}, header("Sec-Fetch-Site", "cross-site")).want(403)
	shows := start(t, func(c *Config) { c.CompileFaults, c.Console = compileFaultsForTests, ConsoleReadOnly })
	shows.press(path, url.Values{"action": {"end_all"}}).want(403)
	if page := shows.open("/console/sessions/default").want(200); strings.Contains(page.Body.String(), "hx-post") {
		t.Error("a page that only shows has forms")
	}
}

// A page of sessions holds as many as fit, and leads to the next ones.
func TestConsolePagesSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	for i := range 60 {
		id := "s-" + string(rune('0'+i/10)) + string(rune('0'+i%10))
		s.send("POST", "/admin/v1/sessions", object("id", id), loopback).want(201)
	}
	first := s.open("/console/sessions").want(200).shows("/sessions/default", "s-00", "s-48", "after=s-48", "Sessions: 61")
	if strings.Contains(first.Body.String(), "s-49") {
		t.Error("one page holds them all")
	}
	s.open("/console/sessions?after=s-48").want(200).shows("s-49", "s-59")
	s.open("/console/sessions?search=s-5").want(200).shows("s-50", "s-59")
	s.open("/console/sessions?search=" + url.QueryEscape("s-5\x00")).want(200).shows("No session fits")
}

func TestConsoleShowsEndpoints(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.open("/console/endpoints").want(200).shows("/bank_connections/authenticate", "Start an authentication", "Institutions", "MockBank")
	s.open("/console/endpoints?search=no-such-bank").shows("No institution fits")
	s.open("/console/live").shows("<option>confirm_challenge_response")
	s.open("/console/live?endpoint=apis.gone+GET+%2Fx").shows("<option selected>apis.gone GET /x")
}

func TestConsoleShowsAttempts(t *testing.T) {
	t.Parallel()
	s := start(t)
	d := engine.Delivery{
		ID: deliveryOne, Session: "one", Webhook: "app", Stream: deliveryOne, Event: engine.EventImportStep, Key: "k", Payload: []byte(`{"type": "<b>"}`),
		State: engine.DeliveryFailed, Attempts: 2, CreatedAt: s.clock.now(), NextAt: s.clock.now(),
		Log: []engine.AttemptRecord{
			{At: s.clock.now(), Problem: "no answer within 10s"},
			{At: s.clock.now(), Status: 500, Problem: "the receiver answered 500", Signed: map[string]string{"webhook-signature": "v1,abc="}},
		},
	}
	if err := s.store.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertDelivery(d) }); err != nil {
		t.Fatal(err)
	}
	s.open("/console/webhooks").want(200).shows("no answer within 10s", "the receiver answered 500", "webhook-signature", "v1,abc=", "&#34;&lt;b&gt;&#34;", "failed")
	s.open("/console/webhooks", german).want(200).shows("gescheitert", "Versuche")
}

// A flow shows its webhooks by the session's clock, as all else on it, whenever they were written.
func TestConsoleShowsWebhooksBySessionTime(t *testing.T) {
	t.Parallel()
	s := start(t)
	process := s.login("challengeRequired")
	d := engine.Delivery{
		ID: deliveryOne, Session: "default", Webhook: "app", Stream: process, Event: engine.EventProcessResolved, Key: "k",
		Payload: []byte(`{"timestamp": "2031-02-03T04:05:06.007Z"}`), State: engine.DeliveryFailed, CreatedAt: s.clock.now(), NextAt: s.clock.now(),
	}
	if err := s.store.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertDelivery(d) }); err != nil {
		t.Fatal(err)
	}
	s.open("/console/processes/" + process).want(200).shows("04:05:06.007</time> <strong>process.resolved")
}

// A page of connections holds as many as fit, the youngest first.
func TestConsolePagesConnections(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.connect("success")
	for range 51 {
		s.connect("success")
	}
	page := s.open("/console/connections").want(200)
	next := regexp.MustCompile(`after=([0-9a-f-]{36})`).FindAllStringSubmatch(page.Body.String(), -1)
	if n := strings.Count(page.Body.String(), `href="/console/connections/`); n != 50 || len(next) == 0 || strings.Contains(page.Body.String(), first) {
		t.Fatalf("%d connections, then %v", n, next)
	}
	page = s.open("/console/connections?after=" + next[len(next)-1][1]).want(200).shows(first)
	if n := strings.Count(page.Body.String(), `href="/console/connections/`); n != 2 {
		t.Errorf("%d connections on the last page", n)
	}
}

// The bar of a session's page leads to another session's.
func TestConsoleGoesToAnotherSession(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.open("/console/sessions/default?session=other").want(http.StatusSeeOther)
	if to := got.Header().Get("Location"); to != "/console/sessions/other" {
		t.Errorf("it leads to %q", to)
	}
	s.open("/console/live").shows("Files were read last")
}

// Refusals are told in German, too, and each code that is translated is one.
func TestConsoleReportsRefusalsInGerman(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.open("/console/processes/"+deliveryOne, german).want(404).shows("Das gibt es nicht (mehr).")
	s.press("/console/sessions", url.Values{"action": {"create"}, "id": {"a"}}).want(http.StatusSeeOther)
	s.press("/console/sessions", url.Values{"action": {"create"}, "id": {"a"}}, german).want(http.StatusConflict).shows("Eine Sitzung mit diesem Namen gibt es schon.")
	for _, code := range console.TranslatedProblems() {
		if _, known := outcomes[engine.Code(code)]; !known {
			t.Errorf("%q is no code", code)
		}
	}
}
