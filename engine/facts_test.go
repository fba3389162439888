package engine

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func from(n int) *Range { return &Range{From: n, To: -1} }

func times(r *Range) *Count { return &Count{Range: *r} }

func only(n int) *Range { return &Range{From: n, To: n} }

func (b *testBank) answered(want string) {
	b.t.Helper()
	if got := b.login("p").Scenario; got != want {
		b.t.Errorf("scenario %q answers, want %q", got, want)
	}
}

func TestLockAfterThree(t *testing.T) {
	t.Parallel()
	b := open(t,
		scenario("locked", "p", steps(no())).where(Facts{Attempt: times(from(3))}),
		scenario("open", "p", steps(yes())),
	)
	for _, want := range []string{"open", "open", "locked", "locked"} {
		b.answered(want)
	}
	other, err := b.Authenticate(b.ctx(), Login{Session: "another", Username: "tester", Password: "p"})
	if err != nil || other.Scenario != "open" {
		t.Errorf("another session meets %q, %v", other.Scenario, err)
	}
}

// TestAttemptsAreExact: of a hundred logins at once exactly two come before the third.
func TestAttemptsAreExact(t *testing.T) {
	t.Parallel()
	b := open(t,
		scenario("locked", "p", steps(no())).where(Facts{Attempt: times(from(3))}),
		scenario("open", "p", steps(yes())),
	)
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if b.login("p").Status == Authenticated {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 2 {
		t.Errorf("%d logins passed, want 2", passed.Load())
	}
	if n := b.Rules().Scenarios[0].Hits() + b.Rules().Scenarios[1].Hits(); n != 100 {
		t.Errorf("%d hits of 100 logins", n)
	}
}

func TestScenariosOfATriggerCountTogether(t *testing.T) {
	t.Parallel()
	first := scenario("busy", "p", steps(no())).where(Facts{OpenProcesses: from(1)})
	third := scenario("third", "p", steps(no())).where(Facts{Attempt: times(only(3))})
	third.When.Session = Matcher{Any: true} // says nothing
	b := open(t, first, third, scenario("app", "p", decoupled()))
	b.answered("app")
	b.answered("busy") // counts as an attempt though nobody asked
	b.wait(2 * time.Second)
	b.answered("third")
	b.answered("app")
}

func TestAnAnsweredProcessIsNoLongerOpen(t *testing.T) {
	t.Parallel()
	b := open(t,
		scenario("busy", "p", steps(no())).where(Facts{OpenProcesses: from(1)}),
		scenario("ask", "p", steps(step("ask", ChallengeResponseRequired, onAny(tan, "app")),
			step("app", DecoupledAuthRequired, after(time.Second, "yes")), yes())),
	)
	id := b.login("p").ID
	b.answered("busy")
	if ends := b.send(id, tan, "1").EndsAt; ends == nil || !ends.Equal(epoch.Add(time.Second)) {
		t.Errorf("ends at %v", ends)
	}
	b.answered("busy")
	b.wait(time.Second)
	b.answered("ask")
}

func TestConnectionsAsAFact(t *testing.T) {
	t.Parallel()
	b := open(t,
		scenario("duplicate", "p", steps(no())).where(Facts{Connections: from(1)}),
		scenario("open", "p", steps(yes())),
	)
	id := b.login("p").ID
	b.answered("open")
	b.connect(id)
	b.answered("duplicate")
}

func TestCounters(t *testing.T) {
	t.Parallel()
	ask := steps(
		step("ask", ChallengeResponseRequired, on(tan, "1", "yes"), onAny(tan, "burnt")),
		step("burnt", AuthenticationFailed).counts("burnt"),
		yes().resets("burnt"),
	)
	b := open(t,
		scenario("refused", "p", steps(no())).where(Facts{Counters: map[string]Count{"burnt": {Range: Range{From: 2, To: -1}}}}),
		scenario("ask", "p", ask),
	)
	answer := func(value string) { b.send(b.login("p").ID, tan, value) }
	answer("x")
	answer("1") // clears
	answer("x")
	b.answered("ask")
	answer("x")
	b.answered("refused")
}

func TestOnlyInputsAndLoginsCount(t *testing.T) {
	t.Parallel()
	flow := steps(
		step("wait", DecoupledAuthRequired, after(time.Second, "late"), on(EventApproval, Approved, "late")).counts("logins"),
		step("late", DecoupledAuthInProgress, on(EventApproval, Approved, "yes")).counts("late"), yes(),
	)
	b := open(t, scenario("app", "p", flow))
	counter := func(name string) int {
		t.Helper()
		n := 0
		err := b.store.Update(b.ctx(), func(tx Tx) (err error) {
			n, err = tx.Counter(CounterKey{DefaultSession, "A", "tester", CountNamed, name})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	id := b.login("p").ID
	b.wait(time.Second)
	b.send(id, EventApproval, Approved)
	if counter("logins") != 1 || counter("late") != 0 {
		t.Errorf("logins %d, late %d", counter("logins"), counter("late"))
	}
	b.send(b.login("p").ID, EventApproval, Approved)
	if counter("logins") != 2 || counter("late") != 1 {
		t.Errorf("logins %d, late %d", counter("logins"), counter("late"))
	}
}
