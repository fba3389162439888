package app_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/cmd/app"
	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store/pgtest"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

// asked is a condition as it holds, and as it does not, for what the generated tests do: one login of the user u, whose
// connection, where there is one, is two seconds old. laterYes and laterNo are those of places after the login is over.
type asked struct{ key, yes, no, laterYes, laterNo string }

var askedConditions = []asked{
	{key: "bank", yes: "MockBank", no: "OtherBank"},
	{key: "username", yes: "u", no: "nobody"},
	{key: "password", yes: "{not: wrong}", no: "wrong"},
	{key: "fields", yes: `{customer: "1"}`, no: `{customer: "2"}`},
	{key: "headers", yes: `{X-Absent: ""}`, no: `{X-Absent: "1"}`},
	{key: "session", yes: `{matches: 'default|mockbank-test-.*'}`, no: "nowhere"},
	{key: "scenario", yes: "NAME", no: "another"},
	{key: "attempt", yes: "1", no: "2.."},
	{key: "attempt", yes: "{count: 1, of: user, within: 5m}", no: "{count: 2.., of: user, within: 5m}"},
	{key: "connections", yes: "0..4", no: "5.."},
	{key: "open_processes", yes: "0..4", no: "5.."},
	{key: "counters", yes: "{c: 0}", no: "{c: {count: 1.., within: 1h}}"},
	{key: "time", yes: `{between: ["00:00", "12:00"], zone: Europe/Berlin}`, no: `{between: ["12:00", "00:00"], zone: Europe/Berlin}`},
	{key: "session_age", yes: "0s..1h", no: "1h.."},
	{key: "probability", yes: "1", no: "0"},
	{key: "last_authenticated", yes: "1d..", no: "0s..1d", laterYes: "0s..1d", laterNo: "1d.."},
	{key: "older_than", yes: "1s", no: "1d"},
	{key: "runs", yes: "1", no: "2.."},
	{key: "switches", yes: "{flip: off}", no: "{flip: on}"},
	{key: "any_of", yes: "[{username: nobody}, {session_age: 0s..1h}]", no: "[{username: nobody}, {session_age: 1h..}]"},
	{key: "not", yes: "{any_of: [{username: nobody}, {probability: 0}]}", no: "{any_of: [{username: u}, {probability: 0}]}"},
}

// askedPosition is where a condition may stand.
type askedPosition struct {
	name string
	// base is the condition that keeps the combinations apart.
	base string
	// later says that it is asked after the login, and on wire that the request asks for nothing but itself.
	later bool
	// fresh says that the user is authenticated at that very moment.
	fresh bool
	// top and part are what the configuration has of it, under a key at the top; where is the whole condition.
	top  string
	part func(name, where string) string
	// scenario is what is played, and steps what is done; hit says whether the condition is to hold.
	scenario func(name, where string) string
	steps    func(name string, hit bool) string
}

const connected = `
      - authenticate: {password: NAME}
      - connect
      - wait: 2s`

// whether returns one of two texts.
func whether(hit bool, yes, no string) string {
	if hit {
		return yes
	}
	return no
}

func plainScenario(name, _ string) string {
	return fmt.Sprintf("  - {name: %s, when: {password: %s}, authentication: AUTHENTICATED, import: {takes: 1s}, update: {takes: 1s}}\n", name, name)
}

func refusing(endpoint string) func(name, where string) string {
	return func(name, where string) string {
		return fmt.Sprintf("  - {name: %s, endpoint: %s, when: %s, http_status: 418, processed: false}\n", name, endpoint, where)
	}
}

var askedPositions = []askedPosition{
	{
		name: "scenario", base: "password",
		scenario: func(name, where string) string {
			return fmt.Sprintf("  - {name: %s, when: %s, authentication: AUTHENTICATED}\n  - {name: %s-else, when: {password: %s}, authentication: AUTHENTICATED}\n", name, where, name, name)
		},
		steps: func(name string, hit bool) string {
			return "\n      - {authenticate: {password: NAME}, expect: {scenario: " + whether(hit, name, name+"-else") + "}}"
		},
	},
	{
		name: "update", later: true,
		scenario: func(name, where string) string {
			return fmt.Sprintf("  - {name: %s, when: {password: %s}, authentication: AUTHENTICATED, import: {takes: 1s},\n"+
				"     update: [{when: %s, takes: 0s, outcome: FAILED_WITH_ERROR, error: {code: RETRY_LATER}}, {takes: 1s}]}\n", name, name, where)
		},
		steps: func(_ string, hit bool) string {
			return connected + "\n      - {update: {}, expect: {status: " + whether(hit, "FAILED_WITH_ERROR", "IN_PROGRESS") + "}}"
		},
	},
	{
		name: "fault-of-logins", base: "scenario", top: "faults", part: refusing("authenticate"), scenario: plainScenario,
		steps: func(_ string, hit bool) string {
			return "\n      - {authenticate: {password: NAME}, expect: {http_status: " + whether(hit, "418", "200") + "}}"
		},
	},
	{
		name: "fault-of-updates", base: "scenario", later: true, top: "faults", part: refusing("update"), scenario: plainScenario,
		steps: func(_ string, hit bool) string {
			return connected + "\n      - {update: {}, expect: {http_status: " + whether(hit, "418", "200") + "}}"
		},
	},
	{
		name: "fault-of-reads", base: "scenario", later: true, top: "faults", part: refusing("connection"), scenario: plainScenario,
		steps: func(_ string, hit bool) string {
			return connected + "\n      - {connection: {}, expect: {http_status: " + whether(hit, "418", "200") + "}}"
		},
	},
	{
		name: "transition",
		scenario: func(name, where string) string {
			return fmt.Sprintf("  - {name: %s, when: {password: %s}, authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {message: m},\n"+
				"     next: [{challenge_response: any, when: %s, then: AUTHENTICATED}, {challenge_response: any, then: AUTHENTICATION_FAILED}]}}\n", name, name, where)
		},
		steps: func(_ string, hit bool) string {
			return "\n      - authenticate: {password: NAME}\n      - {challenge_response: x, expect: {status: " + whether(hit, "AUTHENTICATED", "AUTHENTICATION_FAILED") + "}}"
		},
	},
	{
		name: "transition-by-time",
		scenario: func(name, where string) string {
			return fmt.Sprintf("  - {name: %s, when: {password: %s}, authentication: {status: DECOUPLED_AUTH_REQUIRED,\n"+
				"     next: [{after: 1s, when: %s, then: AUTHENTICATED}, {after: 2s, then: AUTHENTICATION_FAILED}]}}\n", name, name, where)
		},
		steps: func(_ string, hit bool) string {
			return "\n      - authenticate: {password: NAME}\n      - {wait: 3s, expect: {status: " + whether(hit, "AUTHENTICATED", "AUTHENTICATION_FAILED") + "}}"
		},
	},
	{
		name: "webhook", base: "scenario", fresh: true, top: "webhooks", scenario: plainScenario,
		part: func(name, where string) string {
			return fmt.Sprintf("  - {name: %s, url: \"http://127.0.0.1:9/\", events: [process.resolved], when: %s}\n", name, where)
		},
		steps: func(string, bool) string { return "\n      - authenticate: {password: NAME}" },
	},
	{
		name: "webhook-of-imports", base: "scenario", later: true, top: "webhooks", scenario: plainScenario,
		part: func(name, where string) string {
			return fmt.Sprintf("  - {name: %s, url: \"http://127.0.0.1:9/\", events: [import.finished], when: %s}\n", name, where)
		},
		steps: func(string, bool) string { return "\n      - authenticate: {password: NAME}" },
	},
	{
		name: "api-of-logins", fresh: true, scenario: plainScenario, top: "endpoints",
		part: func(name, where string) string {
			return fmt.Sprintf("      POST /%s: {does: {authenticate: {username: u, password: %s, fields: {customer: \"1\"}}}, answers: [{when: %s, status: 418, body: {}}, {body: {}}]}\n", name, name, where)
		},
		steps: func(_ string, hit bool) string {
			return "\n      - {request: {endpoint: POST /c/NAME, body: {customer: \"1\"}}, expect: {http_status: " + whether(hit, "418", "200") + "}}"
		},
	},
	{
		name: "api-of-updates", later: true, scenario: plainScenario, top: "endpoints",
		part: func(name, where string) string {
			return fmt.Sprintf("      POST /%s/{connection}: {does: update, answers: [{when: %s, status: 418, body: {}}, {body: {}}]}\n", name, where)
		},
		steps: func(_ string, hit bool) string {
			return `
      - {request: {endpoint: POST /c/logins, body: {password: NAME}}}
      - {request: {endpoint: "POST /c/connections/${body.id}"}}
      - {wait: 2s}
      - {request: {endpoint: "POST /c/NAME/${body.id}", body: {customer: "1"}}, expect: {http_status: ` + whether(hit, "418", "200") + `}}`
		},
	},
}

// apiHead begins the api, with what its tests need besides.
const apiHead = `  - name: c
    base: /c
    endpoints:
      POST /logins: {does: {authenticate: {username: u, password: "${body.password}", fields: {customer: "1"}}}, answer: {body: {id: "${process.id}"}}}
      POST /connections/{process}: {does: connect, answer: {body: {id: "${connection.id}"}}}
`

// combination is a condition at a place.
type combination struct {
	asked
	askedPosition
	number int
	hit    bool
}

func (c *combination) id() string {
	return fmt.Sprintf("%s-%s-%d-%t", c.name, strings.ReplaceAll(c.key, "_", "-"), c.number, c.hit)
}

// where is the whole condition.
func (c *combination) where() string {
	id := c.id()
	when := map[string]string{}
	if c.base != "" {
		when[c.base] = id
	}
	yes, no := c.yes, c.no
	if (c.later || c.fresh) && c.laterYes != "" {
		yes, no = c.laterYes, c.laterNo
	}
	if c.fresh && c.key == "older_than" {
		yes = "0s"
	}
	when[c.key] = strings.ReplaceAll(whether(c.hit, yes, no), "NAME", id)
	parts := make([]string, 0, len(when))
	for _, key := range slices.Sorted(maps.Keys(when)) {
		parts = append(parts, key+": "+when[key])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// configurationOf writes a configuration with the combinations, and the tests of them.
func configurationOf(all []*combination) (config, tests string) {
	tops := map[string]string{}
	body := "banks: [{slug: MockBank}, {slug: OtherBank}]\ndefault_bank: MockBank\nswitches: {flip: A switch}\nscenarios:\n" +
		"  - {name: first, when: {password: first, fields: {customer: \"1\"}, switches: {flip: on}}, authentication: {status: AUTHENTICATED, count: c}}\n"
	tests = "defaults: {authenticate: {username: u, fields: {customer: \"1\"}}}\ntests:\n"
	for _, c := range all {
		body += c.scenario(c.id(), c.where())
		if c.part != nil {
			tops[c.top] += c.part(c.id(), c.where())
		}
		tests += fmt.Sprintf("  - name: %s\n    starts_at: 2026-01-05T01:00:00Z\n    steps:%s\n", c.id(), strings.ReplaceAll(c.steps(c.id(), c.hit), "NAME", c.id()))
	}
	body += "  - {name: rest, authentication: AUTHENTICATED}\n"
	if endpoints := tops["endpoints"]; endpoints != "" {
		delete(tops, "endpoints")
		tops["apis"] = apiHead + endpoints
	}
	for _, top := range slices.Sorted(maps.Keys(tops)) {
		body += top + ":\n" + tops[top]
	}
	return body, tests
}

func written(t *testing.T, config, tests string) (string, string) {
	t.Helper()
	folder := t.TempDir()
	files := [2]string{filepath.Join(folder, "mockbank.yaml"), filepath.Join(folder, "a_test.yaml")}
	for i, text := range []string{config, tests} {
		if err := os.WriteFile(files[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files[0], files[1]
}

// strangers are the conditions that a place cannot know.
var strangers = map[string]string{
	"scenario": "older_than runs scenario", "update": "fields password",
	"fault-of-logins": "older_than runs", "fault-of-updates": "fields", "fault-of-reads": "fields runs",
	"transition": "fields older_than password runs",
	"transition-by-time": "any_of attempt attempt bank connections counters fields headers last_authenticated not older_than open_processes password runs " +
		"scenario session switches username",
	"webhook": "fields headers password runs", "webhook-of-imports": "fields headers password", "api-of-logins": "password", "api-of-updates": "password",
}

// combinationsAt loads each condition at a place, and returns those that may stand there.
func combinationsAt(t *testing.T, position askedPosition) []*combination {
	t.Helper()
	var playable []*combination
	var refused []string
	for number, condition := range askedConditions {
		if condition.key == position.base || position.name == "api-of-logins" && condition.key == "runs" {
			continue // it is there in each combination; and no login is a run
		}
		for _, hit := range []bool{true, false} {
			c := &combination{condition, position, number, hit}
			config, tests := configurationOf([]*combination{c})
			path, _ := written(t, config, tests)
			loaded, report := scenarios.Load(t.Context(), path, scenarios.Options{})
			if loaded != nil {
				playable = append(playable, c)
				continue
			}
			if one := report.Diagnostics[0]; one.Line == 0 || one.Hint == "" && one.Code != scenarios.CodeUnknownKey || one.Code == scenarios.CodeSyntax {
				t.Errorf("%s: %v", c.id(), one)
			}
			if hit {
				refused = append(refused, condition.key)
			}
		}
	}
	slices.Sort(refused)
	if got := strings.Join(refused, " "); got != strangers[position.name] {
		t.Errorf("%s refuses %q, want %q", position.name, got, strangers[position.name])
	}
	return playable
}

// TestConditionsAtEachPosition plays every condition, as it holds and as it does not, at each place at which it may stand, in
// memory, on SQLite and on PostgreSQL; elsewhere it is refused.
func TestConditionsAtEachPosition(t *testing.T) {
	t.Parallel()
	var playable []*combination
	for _, position := range askedPositions {
		playable = append(playable, combinationsAt(t, position)...)
	}
	if t.Failed() {
		t.FailNow()
	}
	config, tests := configurationOf(playable)
	path, testPath := written(t, config, tests)
	loaded, report := scenarios.Load(t.Context(), path, scenarios.Options{})
	if loaded == nil {
		t.Fatal(report.Diagnostics)
	}
	files, read := scenarios.LoadTests(t.Context(), []string{testPath})
	if read.HasErrors() {
		t.Fatal(read.Diagnostics)
	}
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		playConditions(t, &scenariotest.Suite{Rules: loaded.Rules, Files: files})
		reportedInMemory(t, loaded.Rules, playable)
	})
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "bank.db") },
		"postgres": func(t *testing.T) string { return pgtest.Start(t).NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := app.Start(t.Context(), app.Options{Config: path, Listen: "127.0.0.1:0", Database: database(t)})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Stop() //nolint:errcheck // the test is over
			server, err := scenariotest.NewServer(a.URL(), "")
			if err != nil {
				t.Fatal(err)
			}
			playConditions(t, &scenariotest.Suite{Rules: loaded.Rules, Files: files, Server: server})
			reportedOverHTTP(t, a.URL(), playable)
		})
	}
}

func playConditions(t *testing.T, suite *scenariotest.Suite) {
	t.Helper()
	report := suite.Run(t.Context())
	if len(report.Results) < 300 {
		t.Errorf("%d combinations", len(report.Results))
	}
	for _, result := range report.Results {
		if result.Failure != nil {
			t.Errorf("%s: %s %+v", result.Name, result.Failure.Problem, result.Failure.Differences)
		}
	}
}

// dawnOfConditions is when each test of a condition begins.
var dawnOfConditions = time.Date(2026, time.January, 5, 1, 0, 0, 0, time.UTC)

// reportedInMemory looks whether the webhooks of the combinations are told of a login, or of the end of its import.
func reportedInMemory(t *testing.T, rules *engine.RuleSet, all []*combination) {
	t.Helper()
	for _, c := range all {
		if c.top != "webhooks" {
			continue
		}
		now, ids := dawnOfConditions, 0
		store := engine.NewMemory()
		bank := engine.NewBank(engine.BankConfig{Store: store, Now: func() time.Time { return now }, NewID: func() string {
			ids++
			return fmt.Sprintf("00000000-0000-7000-8000-%012d", ids)
		}})
		own := *rules
		bank.Use(&own)
		state, err := bank.Authenticate(t.Context(), engine.Login{Username: "u", Password: c.id(), Fields: map[string]string{"customer": "1"}, Header: func(string) string { return "" }})
		if err != nil {
			t.Fatal(err)
		}
		if c.later {
			connection, err := bank.Connect(t.Context(), state.ID)
			if err != nil {
				t.Fatal(err)
			}
			for run := range 2 { // the import, and an update
				now = now.Add(2 * time.Second)
				for range 2 {
					if _, _, err := bank.Imports().Advance(t.Context(), connection.ID, run+1); err != nil {
						t.Fatal(err)
					}
				}
				if run == 0 {
					if _, err := bank.UpdateConnection(t.Context(), connection.ID); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		deliveries, err := store.Deliveries(t.Context(), engine.DeliveryFilter{Webhook: c.id(), Limit: 10})
		if err != nil || len(deliveries) > 0 != c.hit {
			t.Errorf("%s: told %d times (%v)", c.id(), len(deliveries), err)
		}
	}
}

// reportedOverHTTP is as reportedInMemory, on a server.
func reportedOverHTTP(t *testing.T, server string, all []*combination) {
	t.Helper()
	p := &played{t: t, client: noRedirects()}
	base := server + "/api/v3/wealth_api/bank_connections"
	for _, c := range all {
		if c.top != "webhooks" {
			continue
		}
		session := "mockbank-test-" + c.id()
		p.do("POST", server+"/admin/v1/sessions", map[string]any{"id": session, "frozen": true, "starts_at": dawnOfConditions}).want(201)
		p.do("POST", base+"/authenticate", map[string]any{"username": "u", "password": c.id(), "customer": "1"}, "X-Mockbank-Session", session).want(200)
		if c.later {
			p.do("POST", base, map[string]any{"bank_authentication_process_id": p.process}).want(201)
			connection := p.connection
			p.do("POST", server+"/admin/v1/sessions/"+session+"/clock", map[string]any{"advance": "2s"}).want(200)
			p.do("POST", base+"/"+connection+"/update", nil).want(200)
			p.do("POST", server+"/admin/v1/sessions/"+session+"/clock", map[string]any{"advance": "2s"}).want(200)
		}
		got := p.do("GET", server+"/admin/v1/webhook_deliveries?session="+session+"&webhook="+c.id(), nil).want(200)
		if reported, _ := got.at("webhook_deliveries").([]any); len(reported) > 0 != c.hit {
			t.Errorf("%s: told %d times", c.id(), len(reported))
		}
	}
}
