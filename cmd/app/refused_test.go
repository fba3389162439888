package app_test

import (
	"fmt"
	"testing"
	"time"
)

// TestWhatALimitRefusesNeverReachedTheBank: B-1, over HTTP, at each endpoint: nothing is made, taken, counted or imported, and
// the same request is carried out once the window is over.
func TestWhatALimitRefusesNeverReachedTheBank(t *testing.T) {
	t.Parallel()
	const bank = `
faults: [{endpoint: %s, rate_limit: {per: 1h, requests: 1}}]
scenarios:
  - {name: second, when: {password: counted, attempt: 2..}, authentication: AUTHENTICATION_FAILED}
  - {name: first, when: {password: counted}, authentication: AUTHENTICATED, import: {takes: 1s}}
  - name: tan
    when: {password: tan}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: TAN, attempts: 1}
      next: [{challenge_response: "1", then: AUTHENTICATED}, {attempts: exhausted, then: AUTHENTICATION_FAILED}]
`
	for endpoint, c := range map[string]struct {
		// before comes before the limit counts; twice is what is refused the second time; after wants its effect once.
		before, twice func(p *played) said
		untouched     func(p *played) bool
	}{
		"authenticate": {
			twice:     func(p *played) said { return p.login("counted") },
			untouched: func(p *played) bool { return true }, // the next login tells: it is attempt 2
		},
		"confirm_challenge_response": {
			before: func(p *played) said { p.login("tan"); p.answer(""); return p.login("tan") },
			twice:  func(p *played) said { return p.answer("1") },
			untouched: func(p *played) bool {
				return p.poll().at("status") == "CHALLENGE_RESPONSE_REQUIRED"
			},
		},
		"connect": {
			before: func(p *played) said { p.login("counted"); p.connect(); return p.login("tan") },
			twice:  func(p *played) said { p.answer("1"); return p.connect() },
			untouched: func(p *played) bool {
				return len(p.api("GET", "/bank_connections", nil).at("bank_connections").([]any)) == 1
			},
		},
		"update": {
			before: func(p *played) said {
				p.login("counted")
				p.connect()
				p.Advance(time.Minute)
				p.update()
				p.Advance(time.Minute)
				return p.read()
			},
			twice: func(p *played) said { return p.update() },
			untouched: func(p *played) bool {
				return p.read().at("status") == "SUCCESS"
			},
		},
		"delete": {
			before: func(p *played) said {
				p.login("counted")
				p.connect()
				p.api("DELETE", "/bank_connections/"+p.connection, nil)
				p.login("tan")
				p.answer("1")
				return p.connect()
			},
			twice:     func(p *played) said { return p.api("DELETE", "/bank_connections/"+p.connection, nil) },
			untouched: func(p *played) bool { return p.read().Status == 200 },
		},
	} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			p := play(t, fmt.Sprintf(bank, endpoint))
			if c.before == nil {
				c.before = c.twice
			}
			c.before(p)
			for range 3 {
				if got := c.twice(p); got.Status != 429 || got.Header.Get("Retry-After") == "" {
					t.Fatalf("beyond the limit: %d %s", got.Status, got.Text)
				}
			}
			if !c.untouched(p) {
				t.Error("what was refused was carried out")
			}
			p.Advance(time.Hour)
			got := c.twice(p)
			if got.Status >= 300 {
				t.Errorf("after the window: %d %s", got.Status, got.Text)
			}
			if endpoint == "authenticate" && got.Header.Get("X-Mockbank-Scenario") != "second" {
				t.Errorf("the next login is by %s", got.Header.Get("X-Mockbank-Scenario"))
			}
		})
	}
}
