package engine

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// begin returns a process that enters the flow's first step at the epoch.
func begin(f *Flow) Process {
	p := Process{CreatedAt: epoch, Seed: 7}
	p.enter(0, epoch)
	p, _ = f.Resolve(p, epoch)
	return p
}

func nameAt(f *Flow, p Process) string { return f.Steps[p.Step].Name }

func TestTimedTransitions(t *testing.T) {
	t.Parallel()
	const s, ms = time.Second, time.Millisecond
	wait := func(transitions ...transition) stepSpec { return step("wait", DecoupledAuthRequired, transitions...) }
	for name, test := range map[string]struct {
		flow *Flow
		want map[time.Duration]string
	}{
		"to the millisecond": {
			frozen(t, wait(after(2*s, "yes")), yes()),
			map[time.Duration]string{0: "wait", 1999 * ms: "wait", 2 * s: "yes", time.Hour: "yes"},
		},
		"at once": {
			frozen(t, wait(after(0, "yes")), yes()),
			map[time.Duration]string{0: "yes"},
		},
		"of two at one moment the first in the file": {
			frozen(t, wait(after(s, "no"), after(s, "yes")), yes(), no()),
			map[time.Duration]string{999 * ms: "wait", s: "no"},
		},
		"the earlier, wherever it stands": {
			frozen(t, wait(after(2*s, "no"), after(s, "yes")), yes(), no()),
			map[time.Duration]string{s: "yes", 5 * s: "yes"},
		},
		"expiry comes last": {
			frozen(t, wait(after(s, "yes")).expiresAfter(s, "no"), yes(), no()),
			map[time.Duration]string{s: "yes"},
		},
		"expiry": {
			frozen(t, wait().expiresAfter(90*s, "no"), no()),
			map[time.Duration]string{90*s - ms: "wait", 90 * s: "no"},
		},
		"each step's time starts when it was due": {
			frozen(t, wait(after(s, "more")), step("more", DecoupledAuthInProgress, after(s, "yes")), yes()),
			map[time.Duration]string{1999 * ms: "more", 2 * s: "yes"},
		},
		"nobody leaves": {
			frozen(t, wait()),
			map[time.Duration]string{1000 * time.Hour: "wait"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for age, want := range test.want {
				p, _ := test.flow.Resolve(begin(test.flow), epoch.Add(age))
				if got := nameAt(test.flow, p); got != want {
					t.Errorf("after %s in step %q, want %q", age, got, want)
				}
			}
		})
	}
}

func TestInputs(t *testing.T) {
	t.Parallel()
	const tan = EventChallengeResponse
	type input struct {
		at    time.Duration
		kind  EventKind
		value string
		want  string // step, or a code
	}
	ask := func(transitions ...transition) stepSpec {
		return step("ask", ChallengeResponseRequired, transitions...)
	}
	for name, test := range map[string]struct {
		flow   *Flow
		inputs []input
	}{
		"the first that fits": {
			frozen(t, ask(on(tan, "1", "yes"), onAny(tan, "no")), yes(), no()),
			[]input{{0, tan, "1", "yes"}},
		},
		"any is last": {
			frozen(t, ask(on(tan, "1", "yes"), onAny(tan, "no")), yes(), no()),
			[]input{{0, tan, "2", "no"}},
		},
		"over": {
			frozen(t, ask(onAny(tan, "yes")), yes()),
			[]input{{0, tan, "1", "yes"}, {1, tan, "1", "no_challenge_open"}},
		},
		"of another kind": {
			frozen(t, ask(onAny(tan, "yes")), yes()),
			[]input{{0, EventApproval, Approved, "no_challenge_open"}},
		},
		"a decision that the step does not know": {
			frozen(t, step("ask", DecoupledAuthRequired, on(EventApproval, Approved, "yes")), yes()),
			[]input{{0, EventApproval, Declined, "no_challenge_open"}, {0, EventApproval, Approved, "yes"}},
		},
		"at the moment of expiry it is too late": {
			frozen(t, ask(onAny(tan, "yes")).expiresAfter(time.Second, "no"), yes(), no()),
			[]input{{time.Second, tan, "1", "no_challenge_open"}},
		},
		"a millisecond before it is not": {
			frozen(t, ask(onAny(tan, "yes")).expiresAfter(time.Second, "no"), yes(), no()),
			[]input{{999 * time.Millisecond, tan, "1", "yes"}},
		},
		"attempts": {
			frozen(t, ask(on(tan, "1", "yes"), exhausted("no")).attempts(3), yes(), no()),
			[]input{{0, tan, "x", "ask"}, {1, tan, "x", "ask"}, {2, tan, "x", "no"}},
		},
		"right at the last attempt": {
			frozen(t, ask(on(tan, "1", "yes"), exhausted("no")).attempts(2), yes(), no()),
			[]input{{0, tan, "x", "ask"}, {1, tan, "1", "yes"}},
		},
		"any number of wrong answers": {
			frozen(t, ask(on(tan, "1", "yes")), yes()),
			[]input{{0, tan, "x", "ask"}, {0, tan, "x", "ask"}, {0, tan, "x", "ask"}, {0, tan, "1", "yes"}},
		},
		"attempts start anew in the next step": {
			frozen(t, ask(on(tan, "1", "again"), exhausted("no")).attempts(2),
				step("again", ChallengeResponseRequired, on(tan, "2", "yes"), exhausted("no")).attempts(2), yes(), no()),
			[]input{{0, tan, "x", "ask"}, {0, tan, "1", "again"}, {0, tan, "x", "again"}, {0, tan, "2", "yes"}},
		},
		"what is due at once follows": {
			frozen(t, ask(onAny(tan, "blink")), step("blink", DecoupledAuthInProgress, after(0, "yes")), yes()),
			[]input{{0, tan, "1", "yes"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(test.flow)
			for i, in := range test.inputs {
				next, _, err := test.flow.Apply(p, Input{Kind: in.kind, Value: in.value}, epoch.Add(in.at), nil)
				if err != nil {
					if string(CodeOf(err)) != in.want {
						t.Fatalf("input %d: %v, want %q", i+1, err, in.want)
					}
					continue
				}
				p = next
				if got := nameAt(test.flow, p); got != in.want {
					t.Fatalf("input %d led to %q, want %q", i+1, got, in.want)
				}
			}
		})
	}
}

func TestWrongAnswerShows(t *testing.T) {
	t.Parallel()
	f := frozen(t, step("ask", ChallengeResponseRequired, on(EventChallengeResponse, "1", "yes"),
		exhausted("no")).attempts(3), yes(), no())
	p, _, err := f.Apply(begin(f), Input{Kind: EventChallengeResponse, Value: "x"}, epoch.Add(time.Second), nil)
	if err != nil {
		t.Fatal(err)
	}
	state := f.State(p, p.UpdatedAt)
	if state.Error == nil || state.Error.Code != "INVALID_CHALLENGE_RESPONSE" || *state.Challenge.AttemptsLeft != 2 {
		t.Errorf("error %v, attempts left %d", state.Error, *state.Challenge.AttemptsLeft)
	}
	if !p.UpdatedAt.Equal(epoch.Add(time.Second)) || !p.EnteredAt.Equal(epoch) {
		t.Errorf("updated %s, entered %s", p.UpdatedAt, p.EnteredAt)
	}
	p, _, err = f.Apply(p, Input{Kind: EventChallengeResponse, Value: "1"}, epoch.Add(2*time.Second), nil)
	if state := f.State(p, p.UpdatedAt); err != nil || state.Error != nil {
		t.Errorf("a right answer shows %v, %v", state.Error, err)
	}
}

func TestPolls(t *testing.T) {
	t.Parallel()
	f := frozen(t, step("wait", DecoupledAuthRequired, reads(3, "blink")),
		step("blink", DecoupledAuthInProgress, after(0, "yes")), yes())
	p := begin(f)
	for i, want := range []string{"wait", "wait", "yes"} {
		var counted bool
		if p, _, counted, _ = f.Poll(p, epoch, nil); !counted || nameAt(f, p) != want {
			t.Errorf("read %d: %q, counted %v, want %q", i+1, nameAt(f, p), counted, want)
		}
	}
	if _, moves, counted, _ := f.Poll(p, epoch, nil); counted || len(moves) > 0 {
		t.Error("a read counts in a step without polls")
	}
}

// randomFlow makes a flow whose timed ways lead forwards, and whose inputs lead anywhere.
func randomFlow(t *testing.T, r *rand.Rand) *Flow {
	t.Helper()
	n := 1 + r.IntN(7)
	f := &Flow{Scenario: "random", Import: randomTimeline(r)}
	for i := range n {
		s := Step{Name: fmt.Sprint(i), Status: Statuses()[r.IntN(len(Statuses()))]}
		for range r.IntN(4) {
			if s.Status.Ended() || i == n-1 || r.IntN(2) == 0 {
				s.Next = append(s.Next, randomTransition(r, n))
			} else {
				event := Event{Kind: randomKind(r, true), After: randomDuration(r)}
				s.Next = append(s.Next, Transition{Event: event, To: i + 1 + r.IntN(n-i-1)})
			}
		}
		if !s.Status.Ended() && i < n-1 && r.IntN(3) == 0 {
			s.ExpiresAfter, s.ExpiresTo = Fixed(time.Duration(1+r.IntN(5000))*time.Millisecond), i+1
		}
		if r.IntN(2) == 0 {
			s.Challenge = &Challenge{Kind: ChallengeText, Attempts: r.IntN(3)}
		}
		f.Steps = append(f.Steps, s)
	}
	if err := f.Freeze(); err != nil {
		t.Fatalf("Freeze: %v", err)
	}
	return f
}

func randomTransition(r *rand.Rand, n int) Transition {
	event := Event{Kind: randomKind(r, false), Polls: 1 + r.IntN(3)}
	if r.IntN(2) == 0 {
		event.Value = Literal("1")
	}
	return Transition{Event: event, To: r.IntN(n)}
}

// randomKind is any kind of event that time brings about, or that it does not.
func randomKind(r *rand.Rand, timed bool) EventKind {
	kinds := slices.DeleteFunc(EventKinds(), func(kind EventKind) bool { return (kind.Spec().Cause == ByTime) != timed })
	return kinds[r.IntN(len(kinds))]
}

func randomDuration(r *rand.Rand) Duration {
	from := time.Duration(r.IntN(4)*r.IntN(1500)) * time.Millisecond
	if r.IntN(3) == 0 {
		return Duration{Min: from, Max: from + time.Duration(r.IntN(2000))*time.Millisecond}
	}
	return Fixed(from)
}

// randomInput plays one thing that may happen to a process at a time.
func randomInput(r *rand.Rand, f *Flow, p Process, now time.Time) Process {
	switch kind := randomKind(r, false); kind {
	case EventPolls:
		p, _, _, _ = f.Poll(p, now, nil)
	default:
		if next, _, err := f.Apply(p, Input{Kind: kind, Value: []string{"1", "2"}[r.IntN(2)]}, now, nil); err == nil {
			p = next
		}
	}
	f.outlook(&p)
	return p
}

// TestResolvingInHops: looking on the way changes nothing.
func TestResolvingInHops(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		f := randomFlow(t, r)
		p, now := begin(f), epoch
		for range 10 {
			now = now.Add(time.Duration(r.IntN(1500)) * time.Millisecond)
			p = randomInput(r, f, p, now)
			middle := now.Add(time.Duration(r.IntN(3000)) * time.Millisecond)
			end := middle.Add(time.Duration(r.IntN(3000)) * time.Millisecond)
			once, moves := f.Resolve(p, end)
			half, first := f.Resolve(p, middle)
			twice, second := f.Resolve(half, end)
			if !reflect.DeepEqual(once, twice) || !reflect.DeepEqual(moves, append(first, second...)) {
				t.Fatalf("seed %d: at once %+v, in hops %+v", seed, once, twice)
			}
			if earlier, _ := f.Resolve(once, middle); !reflect.DeepEqual(earlier, once) {
				t.Fatalf("seed %d: a look at an earlier time goes back", seed)
			}
		}
	}
}

// TestTimeNeverGoesBack: whatever the clock does, a process's visits and times only grow.
func TestTimeNeverGoesBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		f := randomFlow(t, r)
		p, now := begin(f), epoch
		for range 20 {
			now = now.Add(time.Duration(r.IntN(3000)-1000) * time.Millisecond)
			next := randomInput(r, f, p, now)
			if next.Visits < p.Visits || next.EnteredAt.Before(p.EnteredAt) || next.UpdatedAt.Before(p.UpdatedAt) {
				t.Fatalf("seed %d: %+v follows %+v", seed, next, p)
			}
			p = next
		}
	}
}

// TestOutlook: the record says that a process has ended at a time exactly if resolving says so.
func TestOutlook(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 4))
		f := randomFlow(t, r)
		p, now := begin(f), epoch
		f.outlook(&p)
		for range 10 {
			for _, ahead := range lookAhead(r, &p, now) {
				resolved, _ := f.Resolve(p, ahead)
				status := f.Steps[resolved.Step].Status
				says := p.EndsAt != nil && !p.EndsAt.After(ahead)
				if says != status.Ended() || says && p.EndStatus != status {
					t.Fatalf("seed %d: at %s the record says %v (%s), resolving %s", seed, ahead, says, p.EndStatus, status)
				}
			}
			now = now.Add(time.Duration(r.IntN(1500)) * time.Millisecond)
			p = randomInput(r, f, p, now)
		}
	}
}

// lookAhead picks times from now on, among them those around the end.
func lookAhead(r *rand.Rand, p *Process, now time.Time) []time.Time {
	now = later(now, p.UpdatedAt)
	times := []time.Time{now, now.Add(time.Duration(r.IntN(9000)) * time.Millisecond), now.Add(time.Hour)}
	if p.EndsAt != nil && p.EndsAt.After(now) {
		times = append(times, *p.EndsAt, p.EndsAt.Add(-time.Millisecond))
	}
	return times
}

func TestTakes(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("phone", "phone", steps(step("wait", DecoupledAuthRequired, on(EventApproval, Approved, "yes")), yes())))
	waiting := b.login("phone")
	if !waiting.Takes(EventApproval) || waiting.Takes(EventRedirect) {
		t.Error("it does not take what it waits for, or takes what it does not")
	}
	over, err := b.Continue(b.ctx(), waiting.ID, Input{Kind: EventApproval, Value: Approved})
	if err != nil || over.Takes(EventApproval) || new(ProcessState).Takes(EventApproval) {
		t.Errorf("over, it takes approvals: %v", err)
	}
}
