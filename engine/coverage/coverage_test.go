package coverage

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// rules returns a rule set whose one scenario asks a question, in these words.
func rules(t *testing.T, message string) *engine.RuleSet {
	t.Helper()
	rs, err := engine.NewRuleSet(engine.RuleSetConfig{Scenarios: []*engine.Scenario{{Name: "ask", Flow: &engine.Flow{
		Scenario: "ask",
		Steps: []engine.Step{
			{
				Name: "asked", Status: engine.ChallengeResponseRequired, Challenge: &engine.Challenge{Message: engine.Plain(engine.Text(message))},
				ExpiresAfter: engine.Fixed(1e9), ExpiresTo: 1,
				Next: []engine.Transition{{Event: engine.Event{Kind: engine.EventChallengeResponse, Value: engine.Literal("1")}, To: 1}},
			},
			{Name: "done", Status: engine.Authenticated},
		},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func process(rs *engine.RuleSet, session string) *engine.Process {
	return &engine.Process{Session: session, FlowHash: rs.Scenarios[0].Flow.Hash()}
}

func observed(p *engine.Process, started bool, moves ...engine.Move) engine.Observation {
	return engine.Observation{Process: p, Moves: moves, Started: started}
}

var (
	answered = engine.Move{To: 1, Event: engine.EventChallengeResponse}
	expired  = engine.Move{To: 1, Transition: -1}
	opened   = engine.Move{From: 1, Transition: -1, Event: engine.EventAwait}
)

func taken(r Report) [3]int64 {
	s := r.Scenarios[0]
	return [3]int64{s.Logins, s.Transitions[0].Taken, s.Transitions[1].Taken}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	live := rules(t, "?")
	c := New(10)
	c.Observe(observed(process(live, "a"), true, answered)) // nobody knows the rules yet
	c.Follow(func() *engine.RuleSet { return live })
	c.Observe(observed(process(live, "a"), true))
	c.Observe(observed(process(live, "a"), false, answered))
	c.Observe(observed(process(live, "b"), true, expired, opened, answered))
	c.Observe(observed(&engine.Process{Session: "b", FlowHash: live.Fallback.Flow.Hash()}, true))
	c.Observe(observed(process(live, "c"), false))
	for session, want := range map[string][3]int64{"": {2, 2, 1}, "a": {1, 1, 0}, "b": {1, 1, 1}, "c": {0, 0, 0}} {
		if got := taken(c.Report(session)); got != want {
			t.Errorf("session %q: %v, want %v", session, got, want)
		}
	}
	r := c.Report("a")
	if r.ScenarioTotal != (Total{1, 1}) || r.Overall() != (Total{3, 2}) || r.TransitionTotal != (Total{2, 1}) || r.Unmatched != 0 || c.Report("b").Unmatched != 1 {
		t.Errorf("%+v", r)
	}
	if got := r.Scenarios[0].Untaken(); !reflect.DeepEqual(got, []string{"asked: expires_after: 1s -> done"}) {
		t.Errorf("%q", got)
	}
}

// What an import does is no login.
func TestImportsAreNoLogins(t *testing.T) {
	t.Parallel()
	live := rules(t, "?")
	c := New(0)
	c.Follow(func() *engine.RuleSet { return live })
	c.Observe(engine.Observation{Connection: &engine.Connection{}, Started: true})
	c.Observe(engine.Observation{Process: process(live, "a"), Connection: &engine.Connection{}, Started: true})
	if got := taken(c.Report("")); got != [3]int64{} {
		t.Errorf("%v", got)
	}
}

func TestNever(t *testing.T) {
	t.Parallel()
	live := rules(t, "?")
	c := New(0) // no session is kept
	c.Follow(func() *engine.RuleSet { return live })
	names := func() (names []string) {
		report := c.Report("")
		for _, s := range report.Never() {
			names = append(names, s.Name, fmt.Sprint(s.Logins, s.Untaken()))
		}
		return names
	}
	for i, test := range []struct {
		move engine.Move
		want []string
	}{
		{opened, []string{"ask", "1 [asked: challenge_response: \"1\" -> done asked: expires_after: 1s -> done]"}},
		{answered, []string{"ask", "2 [asked: expires_after: 1s -> done]"}},
		{expired, nil},
	} {
		c.Observe(observed(process(live, "a"), true, test.move))
		if got := names(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("after %d logins: %q, want %q", i+1, got, test.want)
		}
	}
	if got := taken(c.Report("a")); got != [3]int64{} {
		t.Errorf("a session is kept: %v", got)
	}
}

// A reload that changes a flow begins its counts anew; one that does not leaves them.
func TestReloads(t *testing.T) {
	t.Parallel()
	live := rules(t, "?")
	c := New(10)
	c.Follow(func() *engine.RuleSet { return live })
	before := process(live, "a")
	c.Observe(observed(before, true, answered))
	live = rules(t, "?")
	if got := taken(c.Report("a")); got != [3]int64{1, 1, 0} {
		t.Errorf("after a reload that changes nothing: %v", got)
	}
	live = rules(t, "!")
	c.Observe(observed(before, false, expired))
	for _, session := range []string{"", "a"} {
		if got := taken(c.Report(session)); got != [3]int64{} {
			t.Errorf("after a change, session %q: %v", session, got)
		}
	}
	if len(c.all) != 0 {
		t.Errorf("%d flows are still counted", len(c.all))
	}
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	live := rules(t, "?")
	c := New(3)
	c.Follow(func() *engine.RuleSet { return live })
	for i := range 5 {
		c.Observe(observed(process(live, fmt.Sprint(i)), true))
		c.Observe(observed(process(live, "0"), true)) // it stays in use
	}
	for session, want := range map[string]int64{"0": 6, "1": 0, "2": 0, "3": 1, "4": 1, "": 10} {
		if got := c.Report(session).Scenarios[0].Logins; got != want {
			t.Errorf("session %q: %d logins, want %d", session, got, want)
		}
	}
	if got := c.Report("").DroppedSessions; got != 2 {
		t.Errorf("%d sessions were dropped, want 2", got)
	}
	c.Forget("0")
	if c.Report("0").Scenarios[0].Logins != 0 || c.Report("").Scenarios[0].Logins != 10 {
		t.Error("forgetting a session is to drop its counts alone")
	}
	c.Forget("")
	if got := c.Report(""); got.Scenarios[0].Logins != 0 || got.DroppedSessions != 0 || c.Report("3").Scenarios[0].Logins != 0 {
		t.Errorf("%+v", got)
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for total, want := range map[Total]float64{{0, 0}: 100, {3, 1}: 33.3, {3, 3}: 100, {1000, 999}: 99.9, {3000, 2999}: 99.9} {
		if got := total.Percent(); got != want {
			t.Errorf("%+v: %v, want %v", total, got, want)
		}
	}
}

// TestNamelessStepsAreCalledByTheirStatus: A-8.
func TestNamelessStepsAreCalledByTheirStatus(t *testing.T) {
	t.Parallel()
	s := Scenario{Scenario: &engine.Scenario{Flow: &engine.Flow{Steps: []engine.Step{
		{Name: "authentication", Status: engine.DecoupledAuthRequired}, {Name: "authentication.next[1]", Status: engine.ChallengeResponseRequired},
	}}}, Transitions: []Transition{
		{Step: "authentication", Event: "approved", To: "authentication.next[0]", Status: engine.Authenticated},
		{Step: "authentication.next[1]", Event: "after: 2s", To: "done", Status: engine.Authenticated},
	}}
	want := []string{"authentication: approved -> AUTHENTICATED", "CHALLENGE_RESPONSE_REQUIRED: after: 2s -> done"}
	if got := s.Untaken(); !slices.Equal(got, want) {
		t.Errorf("untaken are %q, want %q", got, want)
	}
}
