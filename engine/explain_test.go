package engine

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func (b *testBank) explain(login Login, assumed AssumedFacts) Explanation {
	b.t.Helper()
	e, err := b.Explain(b.ctx(), login, assumed)
	if err != nil {
		b.t.Fatalf("Explain: %v", err)
	}
	return e
}

func tester(password string) Login { return Login{Bank: "A", Username: "tester", Password: password} }

func (s *ExplainedScenario) condition(key string) ExplainedCondition {
	for _, c := range s.Conditions {
		if c.Key == key {
			return c
		}
	}
	return ExplainedCondition{Key: "there is no " + key}
}

func catchAll() *Scenario {
	s := scenario("anything else", "", steps(no()))
	s.When = Condition{Bank: Matcher{Any: true}, Username: Matcher{Any: true}, Password: Matcher{Any: true}}
	return s
}

func TestExplainNearest(t *testing.T) {
	t.Parallel()
	family := scenario("family", "", steps(yes()))
	family.When.Password = Matcher{Matches: `delay_\d+s`}
	list := scenario("list", "", steps(yes()))
	list.When.Password = Matcher{OneOf: []Matcher{Literal("alpha"), Literal("beta")}}
	b := open(t, scenario("challenge", "challengeRequired", challenge()), family, list,
		catchAll(), scenario("shadowed", "late", steps(yes())))
	for password, want := range map[string]struct{ name, hint string }{
		"challengerequired":   {"challenge", "differs only in case"},
		"challengeRequired ":  {"challenge", "has white space around it"},
		"chalengeRequired":    {"challenge", "edit distance 1"},
		"delay_xs":            {"family", "edit distance 1"},
		"betta":               {"list", "edit distance 1"},
		"ALPHA":               {"list", "differs only in case"},
		"something unrelated": {"list", "differs"},
		"":                    {"list", "is empty"},
	} {
		e := b.explain(tester(password), AssumedFacts{})
		if e.Match == nil || e.Match.Name != "anything else" || e.Match.Status != AuthenticationFailed {
			t.Errorf("%q: match %+v", password, e.Match)
		}
		near := e.Nearest[0]
		condition := near.condition("password")
		if password != "something unrelated" && password != "" && near.Name != want.name || condition.Hint != want.hint || condition.Holds {
			t.Errorf("%q: nearest %q, %+v, want %+v", password, near.Name, condition, want)
		}
		if !near.condition("username").Holds || near.condition("username").Had != "tester" {
			t.Errorf("%q: %+v", password, near.condition("username"))
		}
	}
	e := b.explain(tester("late"), AssumedFacts{})
	if len(e.Later) != 1 || e.Later[0].Name != "shadowed" {
		t.Errorf("a scenario behind the catch-all: %+v", e.Later)
	}
}

// TestExplainKeepsSecrets: no part of an explanation repeats the password or a secret header.
func TestExplainKeepsSecrets(t *testing.T) {
	t.Parallel()
	const secret = "correct-horse-battery"
	withHeader := scenario("header", "x", steps(yes()))
	withHeader.When.Headers = map[string]Matcher{"Authorization": Literal("y"), "X-Team": Literal("red")}
	family := scenario("family", "", steps(yes()).importing(Timeline{Takes: Duration{Text: "${x}s"}, Outcome: Success}))
	family.When.Password = Matcher{Matches: `(?P<x>corr.*)`}
	b := open(t, withHeader, family)
	login := tester(secret)
	login.Header = func(name string) string {
		return map[string]string{"Authorization": "Bearer " + secret, "X-Team": "blue"}[name]
	}
	e := b.explain(login, AssumedFacts{})
	body, err := json.Marshal(e)
	if err != nil || strings.Contains(string(body), secret) || !strings.Contains(string(body), "blue") {
		t.Errorf("%s, %v", body, err)
	}
	if e.Refused != CodeScenarioValue || e.Match.Name != "family" {
		t.Errorf("match %+v, refused %q", e.Match, e.Refused)
	}
	if !e.Match.condition("password").Secret || !e.Nearest[0].condition("headers.Authorization").Secret {
		t.Error("a secret is not marked")
	}
}

func TestExplainFacts(t *testing.T) {
	t.Parallel()
	facts := Facts{Attempt: times(from(3)), Connections: only(0), OpenProcesses: only(0), Counters: map[string]Count{"burnt": {Range: Range{From: 0, To: 0}}}}
	b := open(t, scenario("locked", "p", steps(no())).where(facts), scenario("open", "p", steps(yes())))
	one, two, three := 1, 2, 3
	for range 3 { // nothing is raised
		e := b.explain(tester("p"), AssumedFacts{})
		if e.Match.Name != "open" || e.Nearest[0].condition("attempt").Had != "1" || e.Nearest[0].condition("attempt").Wanted != "3.." {
			t.Fatalf("match %+v, nearest %+v", e.Match, e.Nearest)
		}
	}
	b.login("p")
	b.login("p")
	for assumed, want := range map[*AssumedFacts]string{
		{}:                                     "locked",
		{Attempt: &three}:                      "locked",
		{Attempt: &two}:                        "open",
		{Connections: &one}:                    "open",
		{OpenProcesses: &one}:                  "open",
		{Counters: map[string]int{"burnt": 1}}: "open",
	} {
		if got := b.explain(tester("p"), *assumed).Match.Name; got != want {
			t.Errorf("assuming %+v: %q, want %q", *assumed, got, want)
		}
	}
	b.answered("locked")
}

func TestExplainForcedAndNothing(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("one", "p", steps(yes())))
	forced := tester("q")
	forced.Scenario = "one"
	if e := b.explain(forced, AssumedFacts{}); !e.Forced || e.Match.Name != "one" || e.Match.condition("password").Holds {
		t.Errorf("forced: %+v", e)
	}
	if e := b.explain(tester("q"), AssumedFacts{}); e.Match != nil || e.NoScenario == nil || e.NoScenario.Code != "NO_SCENARIO" {
		t.Errorf("nothing matches: %+v", e)
	}
	for want, login := range map[Code]Login{CodeUnknownBank: {Bank: "C"}, CodeUnknownScenario: {Scenario: "two"}} {
		_, err := b.Explain(b.ctx(), login, AssumedFacts{})
		wantCode(t, err, want)
	}
}

// TestExplainAgrees: what it says is what a login then meets.
func TestExplainAgrees(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		all := randomScenarios(r)
		for _, s := range all {
			s.When.Bank = Matcher{}
			if r.IntN(3) == 0 {
				s.When.Facts = Facts{Attempt: times(only(1 + r.IntN(2))), OpenProcesses: only(0)}
			}
		}
		b := open(t, all...)
		for range 20 {
			login := *randomLogin(r)
			login.Bank = "B"
			e := b.explain(login, AssumedFacts{})
			state, err := b.Authenticate(b.ctx(), login)
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			if e.Match != nil {
				said = e.Match.Name
			}
			if said != state.Scenario {
				t.Fatalf("seed %d: explained %q, answered %q", seed, said, state.Scenario)
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	flow := steps(
		step("ask", ChallengeResponseRequired, on(tan, "1", "yes"), onAny(tan, "no"), on(EventApproval, Approved, "yes"),
			between(1e9, 3e9, "no"), reads(3, "yes"), exhausted("no")).attempts(3).expiresAfter(120e9, "no").counts("asked"),
		yes(), no(),
	).importing(Timeline{Points: []Point{
		{After: Fixed(1e9), Progress: Percent{Number: 40}, Message: Plain("Accounts")},
		{After: Duration{Min: 1e9, Max: 2e9}, KeepProgress: true},
		{After: Duration{Text: "${n}s"}, Progress: Percent{Text: "${p}"}},
		{After: Fixed(1e9), Status: Success, KeepProgress: true},
		{After: Fixed(1e9), Status: FailedWithError, KeepProgress: true},
	}}).updating(UpdateCase{OlderThan: Fixed(90 * 24 * 3600e9), Import: Timeline{Outcome: FailedWithError, Error: &Failure{Code: "CONSENT_EXPIRED"}}},
		UpdateCase{Import: line(3e9)}, UpdateCase{Import: Timeline{Takes: Fixed(1e9), StopsAt: Percent{Number: 5}}})
	if err := flow.Freeze(); err != nil {
		t.Fatal(err)
	}
	d := flow.Describe()
	var lines []string
	for _, next := range d.Steps[0].Next {
		lines = append(lines, fmt.Sprintf("%s -> %s (%s)", next.Event, next.To, next.Status))
	}
	for _, moment := range d.Import {
		lines = append(lines, fmt.Sprintf("%s: %s %s", moment.At, moment.Status, moment.Progress))
	}
	for _, update := range d.Update {
		for _, moment := range update.Import {
			lines = append(lines, fmt.Sprintf("[%s] %s: %s %s %v", update.OlderThan, moment.At, moment.Status, moment.Progress, moment.Straight))
		}
	}
	want := `challenge_response: "1" -> yes (AUTHENTICATED)
challenge_response: any -> no (AUTHENTICATION_FAILED)
approval: approved -> yes (AUTHENTICATED)
after: 1s to 3s -> no (AUTHENTICATION_FAILED)
polls: 3 -> yes (AUTHENTICATED)
attempts: exhausted -> no (AUTHENTICATION_FAILED)
expires_after: 2m -> no (AUTHENTICATION_FAILED)
1s: IN_PROGRESS 40
2s to 3s: IN_PROGRESS 40
2s to 3s + ${n}s: IN_PROGRESS ${p}
3s to 4s + ${n}s: SUCCESS 100
4s to 5s + ${n}s: FAILED_WITH_ERROR 100
[90d] 0s: FAILED_WITH_ERROR 0 true
[] 0s: IN_PROGRESS 0 true
[] 3s: SUCCESS 100 true
[] 0s: IN_PROGRESS 0 true
[] 1s: IN_PROGRESS 5 true`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("described as\n%s\nwant\n%s", got, want)
	}
	if d.Steps[0].Challenge.Attempts != 3 || d.Steps[0].Count[0] != "asked" || d.Steps[2].Error.Code != "REFUSED" {
		t.Errorf("described as %+v", d.Steps)
	}
}
