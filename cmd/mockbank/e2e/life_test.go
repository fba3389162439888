package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// lifeConfig has a consent that goes on after its end, updates that wait, and logins that end each other.
const lifeConfig = `version: 1
banks: [{slug: MockBank, is_mock_bank: true}]
webhooks: [{name: app, url: "%s/hooks", pause: 200ms}]
scenarios:
  - name: year
    when: {password: year}
    authentication: AUTHENTICATED
    import:
      - {after: 1s, progress: 20, message: Reading accounts}
      - {after: 2s, status: SUCCESS}
      - {after: 83d, event: consent.expiring, data: {days_left: 7, of: "${connection_id}"}}
      - {after: 7d, status: FAILED_WITH_ERROR, error: CONSENT_EXPIRED}
      - {after: 30d, status: IN_PROGRESS}
      - {after: 3s, status: SUCCESS}
    update: {while_running: queue, takes: 2s}
  - name: first
    when: {password: first}
    authentication:
      status: DECOUPLED_AUTH_REQUIRED
      next: [{login: another, then: {status: AUTHENTICATION_FAILED, error: SESSION_REPLACED}}, {approval: approved, then: AUTHENTICATED}]
  - name: busy
    when: {password: mid, open_processes: 1..}
    authentication: {status: AUTHENTICATION_FAILED, error: ALREADY_LOGGED_IN}
  - name: mid
    when: {password: mid}
    authentication: AUTHENTICATED
    import: [{after: 1s, await: ask}, {after: 1s, status: SUCCESS}]
    steps:
      ask:
        status: CHALLENGE_RESPONSE_REQUIRED
        challenge: {message: TAN, attempts: 3}
        next: [{challenge_response: "123456", then: AUTHENTICATED}, {attempts: exhausted, then: AUTHENTICATION_FAILED}]
  - name: page
    when: {password: page}
    authentication:
      status: REDIRECT_REQUIRED
      event: page.shown
      decisions: [{id: partly, name: Only some accounts}]
      next:
        - {redirect: approved, then: AUTHENTICATED, returns: {query: {code: "7", state: ~}}}
        - {redirect: partly, then: {status: DECOUPLED_AUTH_REQUIRED, event: partly.allowed, next: [{after: 1h, then: AUTHENTICATED}]}, returns: {query: {scope: partial}}}
        - {redirect: declined, then: AUTHENTICATION_FAILED, returns: nowhere}
    import: {takes: 3s}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`

// life is a customer whose webhooks come to the test.
type life struct {
	*customer
	hooks *lifeHooks
}

// hooks takes webhooks as they come.
type lifeHooks struct {
	*httptest.Server
	mu    sync.Mutex
	came  map[string][]string // by process: the event, and the status that it tells of
	times map[string][]string
	ids   map[string]int
}

func newLifeHooks(t *testing.T) *lifeHooks {
	t.Helper()
	h := &lifeHooks{came: map[string][]string{}, times: map[string][]string{}, ids: map[string]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var reported struct {
			Type, Timestamp string
			Data            struct {
				ProcessID string `json:"bank_authentication_process_id"`
				Status    string
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&reported); err != nil {
			t.Error(err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.ids[r.Header.Get("webhook-id")]++; h.ids[r.Header.Get("webhook-id")] > 1 {
			return // sent again, which at least once may mean
		}
		id := reported.Data.ProcessID
		h.came[id] = append(h.came[id], strings.TrimSpace(reported.Type+" "+reported.Data.Status))
		h.times[id] = append(h.times[id], reported.Timestamp)
	}))
	t.Cleanup(h.Close)
	return h
}

// inOrder checks what came about a process, and that the times in it never go back.
func (h *lifeHooks) inOrder(t *testing.T, process string, want []string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if got := h.came[process]; !slices.Equal(got, want) {
		t.Errorf("came\n%q, want\n%q", got, want)
	}
	if times := h.times[process]; !slices.IsSorted(times) {
		t.Errorf("at %q", times)
	}
}

// reported lists what webhooks are told of in the customer's session, in the order of their deliveries.
func (c *customer) reported(t *testing.T) []string {
	t.Helper()
	var events []string
	body := into[struct {
		Deliveries []struct {
			Event   string `json:"event"`
			Payload struct {
				Timestamp string `json:"timestamp"`
				Data      struct {
					Status string `json:"status"`
					Of     string `json:"of"`
				} `json:"data"`
			} `json:"payload"`
		} `json:"webhook_deliveries"`
	}](t, c.do(t, "GET", "/admin/v1/webhook_deliveries?session="+c.session, nil), 200)
	for _, d := range body.Deliveries {
		events = append(events, strings.TrimSpace(d.Event+" "+d.Payload.Data.Status))
	}
	return events
}

// listed returns the statuses by which the session's lists find its only connection.
func (c *customer) listed(t *testing.T) (found []string) {
	t.Helper()
	for _, status := range []string{running, imported, broken} {
		page := into[struct {
			All []json.RawMessage `json:"bank_connections"`
		}](t, c.do(t, "GET", "/sessions/"+c.session+basePath+"/bank_connections?status="+status, nil), 200)
		if len(page.All) > 0 {
			found = append(found, status)
		}
	}
	return found
}

// lives play a life after the end over HTTP.
var lives = map[string]func(t *testing.T, c *life){
	"a year at once": func(t *testing.T, c *life) {
		made := c.connect(t, c.authenticate(t, "year").ID)
		c.wait(t, "8760h")
		c.connection(t, made.ID).is(t, imported, 100, "")
		want := []string{
			"process.resolved AUTHENTICATED", "import.step IN_PROGRESS", "import.finished SUCCESS", "consent.expiring",
			"import.finished FAILED_WITH_ERROR", "import.step IN_PROGRESS", "import.finished SUCCESS",
		}
		if got := c.reported(t); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	},
	"day by day": func(t *testing.T, c *life) {
		made := c.connect(t, c.authenticate(t, "year").ID)
		c.wait(t, "2s")
		if got := c.connection(t, made.ID).is(t, running, 20, ""); got.ImportMessage == nil || *got.ImportMessage != "Reading accounts" {
			t.Errorf("the message is %v", got.ImportMessage)
		}
		for _, at := range []struct{ wait, status, code string }{
			{"1s", imported, ""}, {"83d", imported, ""}, {"7d", broken, "CONSENT_EXPIRED"}, {"30d", running, ""}, {"3s", imported, ""},
		} {
			c.wait(t, at.wait)
			if got := c.listed(t); !slices.Equal(got, []string{at.status}) {
				t.Errorf("after another %s it is listed as %q, want %s", at.wait, got, at.status)
			}
			if got := c.connection(t, made.ID); got.Status != at.status || got.Error.code() != at.code || (got.FinishedAt == nil) != (at.status == running) {
				t.Errorf("after another %s: %+v", at.wait, got)
			}
		}
	},
	"an update that waits": func(t *testing.T, c *life) {
		made := c.connect(t, c.authenticate(t, "year").ID)
		c.wait(t, "1s")
		if got := c.update(t, made.ID); got.Status != 200 {
			t.Errorf("an update: %d %s", got.Status, got.Body)
		}
		if got := c.update(t, made.ID); got.Status != 423 {
			t.Errorf("a further one: %d %s", got.Status, got.Body)
		}
		c.wait(t, "3s")
		c.connection(t, made.ID).is(t, running, 50, "")
		c.wait(t, "1s")
		if got := c.connection(t, made.ID).is(t, imported, 100, ""); got.FinishedAt.Sub(got.CreatedAt).String() != "5s" {
			t.Errorf("it ended after %s", got.FinishedAt.Sub(got.CreatedAt))
		}
		c.wait(t, "8760h")
		c.connection(t, made.ID).is(t, imported, 100, "")
	},
	"a second login ends the first": func(t *testing.T, c *life) {
		first, second := c.authenticate(t, "first").is(t, asksPhone, ""), c.authenticate(t, "first").is(t, asksPhone, "")
		c.process(t, first.ID).is(t, failed, "SESSION_REPLACED")
		c.process(t, second.ID).is(t, asksPhone, "")
		c.authenticate(t, "whatever")
		c.process(t, second.ID).is(t, failed, "SESSION_REPLACED")
	},
	"a year of webhooks, a week at a time": func(t *testing.T, c *life) {
		p := c.authenticate(t, "year")
		made := c.connect(t, p.ID)
		want := []string{"process.resolved AUTHENTICATED", "import.step IN_PROGRESS", "import.finished SUCCESS"}
		c.wait(t, "3s")
		// Of 92 days, of which each week but the last has an update that takes 2 s, the consent tells nothing: an update begins
		// its points anew.
		for range 12 {
			c.wait(t, "168h")
			if got := c.update(t, made.ID); got.Status != 200 {
				t.Fatalf("an update: %d %s", got.Status, got.Body)
			}
			if got := c.update(t, made.ID); got.Status != 200 { // which waits
				t.Fatalf("an update that waits: %d %s", got.Status, got.Body)
			}
			c.wait(t, "4s")
			want = append(want, "import.step IN_PROGRESS", "import.finished SUCCESS", "import.step IN_PROGRESS", "import.finished SUCCESS")
			c.hooks.inOrder(t, p.ID, want)
		}
		for range 40 {
			c.wait(t, "168h")
		}
		c.connection(t, made.ID).is(t, imported, 100, "")
		c.hooks.inOrder(t, p.ID, want)
	},
	"a year of webhooks, at once": func(t *testing.T, c *life) {
		var processes []string
		for range 5 {
			p := c.authenticate(t, "year")
			c.connect(t, p.ID)
			processes = append(processes, p.ID)
		}
		c.wait(t, "8760h")
		for _, id := range processes {
			c.hooks.inOrder(t, id, []string{
				"process.resolved AUTHENTICATED", "import.step IN_PROGRESS", "import.finished SUCCESS", "consent.expiring",
				"import.finished FAILED_WITH_ERROR", "import.step IN_PROGRESS", "import.finished SUCCESS",
			})
		}
	},
	"to each next thing that is due": func(t *testing.T, c *life) {
		p := c.authenticate(t, "year")
		made := c.connect(t, p.ID)
		for _, status := range []string{running, imported, imported, broken, running, imported} {
			c.changeClock(t, fields{"to_next": true})
			if got := c.connection(t, made.ID); got.Status != status {
				t.Errorf("it is %s, want %s", got.Status, status)
			}
		}
		c.hooks.inOrder(t, p.ID, []string{
			"process.resolved AUTHENTICATED", "import.step IN_PROGRESS", "import.finished SUCCESS", "consent.expiring",
			"import.finished FAILED_WITH_ERROR", "import.step IN_PROGRESS", "import.finished SUCCESS",
		})
	},
	"returns and events of steps": func(t *testing.T, c *life) {
		for decision, want := range map[string]struct{ location, status string }{
			"approved": {"http://localhost:3000/back?bank_authentication_process_id=ID&code=7", authenticated},
			"partly":   {"http://localhost:3000/back?bank_authentication_process_id=ID&state=s&scope=partial", asksPhone},
			"declined": {"", failed},
		} {
			begun := fields{"username": "tester", "password": "page", "redirect_uri": "http://localhost:3000/back", "state": "s"}
			p := into[process](t, c.post(t, "/bank_connections/authenticate", begun), 200)
			got := c.do(t, "POST", "/login/"+p.ID, "decision="+decision, "Content-Type", "application/x-www-form-urlencoded")
			if location := got.Header.Get("Location"); location != strings.ReplaceAll(want.location, "ID", p.ID) {
				t.Errorf("%s: %d %s", decision, got.Status, location)
			}
			c.process(t, p.ID).is(t, want.status, map[string]string{failed: "AUTHENTICATION_FAILED"}[want.status])
			events := map[string][]string{
				"approved": {"page.shown", "process.resolved AUTHENTICATED"}, "declined": {"page.shown", "process.resolved AUTHENTICATION_FAILED"},
				"partly": {"page.shown", "partly.allowed", "process.resolved AUTHENTICATED"},
			}
			c.wait(t, "1h")
			c.hooks.inOrder(t, p.ID, events[decision])
		}
	},
	"open again": func(t *testing.T, c *life) {
		p := c.authenticate(t, "mid").is(t, authenticated, "")
		c.connect(t, p.ID)
		c.authenticate(t, "mid").is(t, authenticated, "")
		c.wait(t, "1s")
		c.authenticate(t, "mid").is(t, failed, "ALREADY_LOGGED_IN")
		c.respond(t, p.ID, "wrong").is(t, asksTan, wrongTan)
		c.authenticate(t, "mid").is(t, failed, "ALREADY_LOGGED_IN")
		c.respond(t, p.ID, "123456").is(t, authenticated, "")
		c.authenticate(t, "mid").is(t, authenticated, "")
	},
}

// TestLifeAfterTheEnd on both databases, and on three nodes of which any may answer.
func TestLifeAfterTheEnd(t *testing.T) {
	t.Parallel()
	single := func(database func(t *testing.T) string) func(t *testing.T, config string) *server {
		return func(t *testing.T, config string) *server {
			return start(t, setup{binary: shipped, config: config, database: database(t)})
		}
	}
	for name, begin := range map[string]func(t *testing.T, config string) *server{
		"SQLite":     single(func(t *testing.T) string { return filepath.Join(t.TempDir(), "mockbank.db") }),
		"PostgreSQL": single(func(t *testing.T) string { return pgtest.Start(t).NewDatabase(t) }),
		"three nodes": func(t *testing.T, config string) *server {
			database, front := pgtest.Start(t).NewDatabase(t), newBalancer(t)
			for i := range 3 {
				front.use(i, start(t, setup{binary: shipped, config: config, database: database}).url)
			}
			client := front.Client()
			client.Timeout = patience
			return &server{url: front.URL, client: client}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			came := newLifeHooks(t)
			config := filepath.Join(t.TempDir(), "mockbank.yaml")
			write(t, config, fmt.Sprintf(lifeConfig, came.URL))
			s := begin(t, config)
			s.client.CheckRedirect = noRedirect
			for lived, play := range lives {
				t.Run(lived, func(t *testing.T) { play(t, &life{newCustomer(t, s), came}) })
			}
		})
	}
}
