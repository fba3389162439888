package e2e

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// lifeConfig has a consent that goes on after its end, updates that wait, and logins that end each other.
const lifeConfig = `version: 1
banks: [{slug: MockBank, is_mock_bank: true}]
webhooks: [{name: app, url: "http://127.0.0.1:9/hooks", attempts: 1}]
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
  - {name: all, authentication: AUTHENTICATION_FAILED}
`

// told lists what webhooks are told of in the customer's session, in the order of their deliveries.
func (c *customer) told(t *testing.T) []string {
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
var lives = map[string]func(t *testing.T, c *customer){
	"a year at once": func(t *testing.T, c *customer) {
		made := c.connect(t, c.authenticate(t, "year").ID)
		c.wait(t, "8760h")
		c.connection(t, made.ID).is(t, imported, 100, "")
		want := []string{
			"process.resolved AUTHENTICATED", "import.step IN_PROGRESS", "import.finished SUCCESS", "consent.expiring",
			"import.finished FAILED_WITH_ERROR", "import.step IN_PROGRESS", "import.finished SUCCESS",
		}
		if got := c.told(t); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	},
	"day by day": func(t *testing.T, c *customer) {
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
	"an update that waits": func(t *testing.T, c *customer) {
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
	"a second login ends the first": func(t *testing.T, c *customer) {
		first, second := c.authenticate(t, "first").is(t, asksPhone, ""), c.authenticate(t, "first").is(t, asksPhone, "")
		c.process(t, first.ID).is(t, failed, "SESSION_REPLACED")
		c.process(t, second.ID).is(t, asksPhone, "")
		c.authenticate(t, "whatever")
		c.process(t, second.ID).is(t, failed, "SESSION_REPLACED")
	},
	"open again": func(t *testing.T, c *customer) {
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

// TestLifeAfterTheEnd on both databases.
func TestLifeAfterTheEnd(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "mockbank.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.Start(t).NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := filepath.Join(t.TempDir(), "mockbank.yaml")
			write(t, config, lifeConfig)
			s := start(t, setup{binary: shipped, config: config, database: database(t)})
			for life, play := range lives {
				t.Run(life, func(t *testing.T) { play(t, newCustomer(t, s)) })
			}
		})
	}
}
