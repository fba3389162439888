package surface

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// noon is the time at which every test stands still.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// shopAPI is an api with all that expressions may name.
func shopAPI(t testing.TB) *API {
	t.Helper()
	a := NewAPI("shop", "/shop")
	a.Tokens = &Tokens{ExpiresAfter: time.Hour, Refresh: 30 * 24 * time.Hour}
	a.DeclareWords("login", &Words{})
	a.DeclareWords("plain", &Words{})
	a.DeclareData("accounts", ShapeOfList(ShapeOfMembers(map[string]*Shape{"iban": ShapeOfScalar(), "n": ShapeOfScalar()})))
	a.DeclareData("since", ShapeOfAnything())
	a.DeclareID(&Kind{Name: "account", Of: OfConnection}, true)
	a.DeclareID(&Kind{Name: "code", Of: OfProcess, Prefix: "code-", Once: true, Secret: true, ExpiresAfter: 5 * time.Minute}, false)
	a.DeclareID(&Kind{Name: "item", Of: OfConnection}, false)
	a.DeclareKept("reference")
	a.DeclareCapture("percent")
	root := a.Root()
	a.DefineWords("login", &Words{Entries: map[string]Node{"AUTHENTICATED": NewLiteral("in")}, Any: NewLiteral("out")})
	a.DefineWords("plain", &Words{Entries: map[string]Node{"AUTHENTICATED": NewLiteral("in")}})
	a.SetData("accounts", Items{
		NewMembers([]string{"iban", "n"}, []Node{NewLiteral("DE1"), Scalar("1.50", false)}),
		NewMembers([]string{"iban"}, []Node{NewLiteral("DE2")}),
	})
	a.SetData("since", compiled(t, root, "${now - 3d | date}"))
	a.SetEach("account", compiled(t, root, "${data.accounts}"))
	return a
}

func compiled(t testing.TB, scope *Scope, text string) Node {
	t.Helper()
	node, err := scope.Compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return node
}

// bank is one in memory, whose clock stands at noon.
func bank(t testing.TB, api *API) (*engine.Bank, *engine.RuleSet, *time.Time) {
	t.Helper()
	flow := &engine.Flow{
		Steps: []engine.Step{
			{Name: "asked", Status: engine.ChallengeResponseRequired, Challenge: &engine.Challenge{Kind: engine.ChallengeText, Message: engine.Plain("Enter the TAN")},
				Next: []engine.Transition{
					{Event: engine.Event{Kind: engine.EventChallengeResponse, Value: engine.Literal("1")}, To: 1},
				}},
			{Name: "in", Status: engine.Authenticated},
		},
		Import: engine.Timeline{Takes: engine.Fixed(10 * time.Second), StopsAt: engine.Percent{}, Outcome: engine.Success},
	}
	if err := flow.Freeze(); err != nil {
		t.Fatal(err)
	}
	ask := 1
	watched := &engine.Flow{ // its import waits for a user who does nothing, until a client looks
		Steps: []engine.Step{
			{Name: "in", Status: engine.Authenticated},
			{Name: "ask", Status: engine.DecoupledAuthRequired, Next: []engine.Transition{{Event: engine.Event{Kind: engine.EventPolls, Polls: 1}, To: 2}}},
			{Name: "seen", Status: engine.AuthenticationFailed, Error: &engine.Failure{Code: "SEEN"}},
		},
		Import: engine.Timeline{Points: []engine.Point{
			{After: engine.Fixed(time.Second), Progress: engine.Percent{Number: 40}}, {KeepProgress: true, Await: &ask}, {Status: engine.Success},
		}},
	}
	if err := watched.Freeze(); err != nil {
		t.Fatal(err)
	}
	config := engine.RuleSetConfig{
		DefaultBank: "MockBank", NoScenario: engine.Failure{Code: "NO_SCENARIO"},
		Banks: []engine.Institution{{Slug: "MockBank", Name: "Mock Bank", IsMockBank: true, Countries: []string{"DE"}}, {Slug: "Other", Name: "Other"}},
		Scenarios: []*engine.Scenario{
			{Name: "tan", Flow: flow, When: engine.Condition{Password: engine.Literal("tan")}},
			{Name: "watched", Flow: watched, When: engine.Condition{Password: engine.Literal("watched")}},
		},
	}
	if api != nil {
		set, err := NewSet([]*API{api})
		if err != nil {
			t.Fatal(err)
		}
		config.Surfaces = set
	}
	rules, err := engine.NewRuleSet(config)
	if err != nil {
		t.Fatal(err)
	}
	now, made := noon, 0
	b := engine.NewBank(engine.BankConfig{Store: engine.NewMemory(), Now: func() time.Time { return now }, NewID: func() string {
		made++
		return fmt.Sprintf("00000000-0000-7000-8000-%012d", made)
	}})
	b.Use(rules)
	return b, rules, &now
}

// about is an environment of a request with a body of JSON, about no record.
func about(t testing.TB, a *API, body string) *Env {
	t.Helper()
	value, err := DecodeJSON([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	b, rules, _ := bank(t, a)
	header := map[string]string{"X-Thing": "thing"}
	return &Env{
		api: a, host: &Host{Bank: b, APIs: b.APIs(), Rules: rules, Key: []byte("key"), BaseURL: "http://bank.test", ctx: t.Context()}, session: "s", now: noon, records: b.APIs().Records(t.Context()),
		request: &Request{
			Body: value, Query: url.Values{"q": {"1"}, "filter[id]": {"7"}, "two": {"a", "b"}}, ID: "req-1", Session: "s",
			Header: func(name string) string { return header[name] }, variables: map[string]string{"process": "p-1"},
		},
	}
}

// withRecords lets the environment be about a process and a connection.
func (e *Env) withRecords() *Env {
	at := noon.Add(-91 * 24 * time.Hour)
	e.process = &engine.ProcessState{Process: engine.Process{
		ID: "p-1", Session: "s", Bank: "MockBank", Username: "jane", Scenario: "tan", Captures: engine.Captures{"percent": "42"}, CreatedAt: at, EnteredAt: at,
	}, Status: engine.Authenticated}
	e.connection = &engine.ConnectionState{Connection: engine.Connection{
		ID: "c-1", ProcessID: "p-1", Session: "s", Bank: "MockBank", Username: "jane", Scenario: "tan", AuthenticatedAt: at,
	}}
	e.connection.Status, e.connection.Progress = engine.FailedWithError, 60
	e.connection.Error = &engine.Failure{Code: "DOWNLOAD_FAILED", Retryable: true}
	return e
}
