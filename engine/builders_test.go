package engine

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// epoch is when every test begins.
var epoch = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// transition is a transition whose target is still a name.
type transition struct {
	event Event
	to    string
}

func after(d time.Duration, to string) transition {
	return transition{Event{Kind: EventAfter, After: Fixed(d)}, to}
}

func between(from, until time.Duration, to string) transition {
	return transition{Event{Kind: EventAfter, After: Duration{Min: from, Max: until}}, to}
}

func on(kind EventKind, value, to string) transition {
	return transition{Event{Kind: kind, Value: Literal(value)}, to}
}

func onAny(kind EventKind, to string) transition {
	return transition{Event{Kind: kind, Value: Matcher{Any: true}}, to}
}

func reads(n int, to string) transition { return transition{Event{Kind: EventPolls, Polls: n}, to} }

func exhausted(to string) transition { return transition{Event{Kind: EventAttempts}, to} }

// stepSpec is a step whose ways out name their targets.
type stepSpec struct {
	Step
	transitions []transition
	expires     string
}

func step(name string, status Status, transitions ...transition) stepSpec {
	return stepSpec{Step: Step{Name: name, Status: status}, transitions: transitions}
}

func (s stepSpec) attempts(n int) stepSpec {
	s.Challenge = &Challenge{Kind: ChallengeText, Attempts: n}
	return s
}

func (s stepSpec) expiresAfter(d time.Duration, to string) stepSpec {
	s.ExpiresAfter, s.expires = Fixed(d), to
	return s
}

func (s stepSpec) counts(names ...string) stepSpec { s.Count = names; return s }

func (s stepSpec) resets(names ...string) stepSpec { s.Reset = names; return s }

func (s stepSpec) fails(code Text) stepSpec { s.Error = &Failure{Code: code}; return s }

// yes and no are the two ends that most flows have.
func yes() stepSpec { return step("yes", Authenticated) }

func no() stepSpec { return step("no", AuthenticationFailed).fails("REFUSED") }

// steps builds a flow that is not frozen yet.
func steps(specs ...stepSpec) *Flow {
	at := map[string]int{}
	for i, spec := range specs {
		at[spec.Name] = i
	}
	number := func(name string) int {
		i, ok := at[name]
		if !ok {
			panic("no step is named " + name)
		}
		return i
	}
	f := &Flow{Import: line(3 * time.Second)}
	for _, spec := range specs {
		for _, w := range spec.transitions {
			spec.Next = append(spec.Next, Transition{Event: w.event, To: number(w.to)})
		}
		if spec.expires != "" {
			spec.ExpiresTo = number(spec.expires)
		}
		f.Steps = append(f.Steps, spec.Step)
	}
	return f
}

// frozen builds a flow that is ready.
func frozen(t testing.TB, specs ...stepSpec) *Flow {
	t.Helper()
	f := steps(specs...)
	f.Scenario = "of the test"
	f.Wrong = map[EventKind]Failure{EventChallengeResponse: {Code: "INVALID_CHALLENGE_RESPONSE"}}
	if err := f.Freeze(); err != nil {
		t.Fatalf("Freeze: %v", err)
	}
	return f
}

func line(takes time.Duration) Timeline { return Timeline{Takes: Fixed(takes), Outcome: Success} }

func (f *Flow) importing(timeline Timeline) *Flow { f.Import = timeline; return f }

func (f *Flow) updating(cases ...UpdateCase) *Flow { f.Update = cases; return f }

// scenario builds a case for the user tester of bank A with this password.
func scenario(name, password string, flow *Flow) *Scenario {
	flow.Scenario = name
	return &Scenario{Name: name, Flow: flow, When: Condition{
		Bank: Literal("A"), Username: Literal("tester"), Password: Literal(password),
	}}
}

func (s *Scenario) where(facts Facts) *Scenario { s.When.Facts = facts; return s }

func rules(t testing.TB, scenarios ...*Scenario) *RuleSet {
	t.Helper()
	rs, err := NewRuleSet(RuleSetConfig{
		Hash: "h", DefaultBank: "A", Banks: []Institution{{Slug: "A"}, {Slug: "B"}},
		Scenarios: scenarios, NoScenario: Failure{Code: "NO_SCENARIO"}, Seed: 1,
	})
	if err != nil {
		t.Fatalf("NewRuleSet: %v", err)
	}
	return rs
}

// testBank is a Bank over a store in memory, whose clock the test turns.
type testBank struct {
	*Bank
	t     testing.TB
	mu    sync.Mutex
	clock time.Time
	last  atomic.Int64
}

func open(t testing.TB, scenarios ...*Scenario) *testBank {
	t.Helper()
	return openOn(t, twiceStore{NewMemory()}, scenarios...)
}

func openOn(t testing.TB, store Store, scenarios ...*Scenario) *testBank {
	t.Helper()
	b := &testBank{t: t, clock: epoch}
	b.Bank = NewBank(BankConfig{
		Store: store,
		Now:   b.time,
		NewID: func() string { return fmt.Sprintf("id-%06d", b.last.Add(1)) },
	})
	b.Use(rules(t, scenarios...))
	return b
}

// memory returns what the store holds.
func (b *testBank) memory() *Memory { return b.store.(twiceStore).Memory }

func (b *testBank) time() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock
}

func (b *testBank) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock = b.clock.Add(d)
}

// login authenticates tester at bank A.
func (b *testBank) login(password string) ProcessState {
	b.t.Helper()
	state, err := b.Authenticate(b.ctx(), Login{Bank: "A", Username: "tester", Password: password})
	if err != nil {
		b.t.Fatalf("Authenticate(%q): %v", password, err)
	}
	return state
}

func (b *testBank) ctx() context.Context { return b.t.Context() }

// send gives the process an input that it must take.
func (b *testBank) send(id string, kind EventKind, value string) ProcessState {
	b.t.Helper()
	state, err := b.Continue(b.ctx(), id, Input{Kind: kind, Value: value})
	if err != nil {
		b.t.Fatalf("Continue(%s %q): %v", kind, value, err)
	}
	return state
}

func (b *testBank) poll(id string) ProcessState {
	b.t.Helper()
	state, err := b.Process(b.ctx(), id)
	if err != nil {
		b.t.Fatalf("Process: %v", err)
	}
	return state
}

func (b *testBank) connect(id string) ConnectionState {
	b.t.Helper()
	state, err := b.Connect(b.ctx(), id)
	if err != nil {
		b.t.Fatalf("Connect: %v", err)
	}
	return state
}

func (b *testBank) shown(id string) ConnectionState {
	b.t.Helper()
	state, err := b.Connection(b.ctx(), id)
	if err != nil {
		b.t.Fatalf("Connection: %v", err)
	}
	return state
}

func wantStatus(t testing.TB, state ProcessState, want Status) {
	t.Helper()
	if state.Status != want {
		t.Errorf("status %s, want %s", state.Status, want)
	}
}

func wantCode(t testing.TB, err error, want Code) {
	t.Helper()
	if CodeOf(err) != want {
		t.Errorf("error %v, want code %q", err, want)
	}
}
