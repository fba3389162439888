package engine

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestFlowRoundTrip(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		f := randomFlow(t, r)
		f.Update = []UpdateCase{{OlderThan: randomDuration(r), Import: randomTimeline(r)}}
		for i := range f.Steps {
			for j := range f.Steps[i].Next {
				f.Steps[i].Next[j].Event.Value = randomMatcher(r, 2)
			}
		}
		if err := f.Freeze(); err != nil {
			t.Fatal(err)
		}
		again, err := DecodeFlow(f.Encode())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if again.Hash() != f.Hash() || !bytes.Equal(again.Encode(), f.Encode()) {
			t.Fatalf("seed %d: %s became %s", seed, f.Encode(), again.Encode())
		}
		for i := range f.Steps {
			for j := range f.Steps[i].Next {
				before, after := &f.Steps[i].Next[j].Event.Value, &again.Steps[i].Next[j].Event.Value
				for range 20 {
					if text := randomText(r); before.Match(text) != after.Match(text) {
						t.Fatalf("seed %d: %s and %s differ on %q", seed, before, after, text)
					}
				}
			}
		}
	}
}

func TestHashesDiffer(t *testing.T) {
	t.Parallel()
	one, other := frozen(t, step("a", DecoupledAuthRequired, after(time.Second, "yes")), yes()),
		frozen(t, step("a", DecoupledAuthRequired, after(2*time.Second, "yes")), yes())
	if one.Hash() == other.Hash() || len(one.Hash()) != 32 {
		t.Errorf("hashes %q and %q", one.Hash(), other.Hash())
	}
}

func TestFreezeRefuses(t *testing.T) {
	t.Parallel()
	point := func(p Point) *Flow { return steps(yes()).importing(Timeline{Points: []Point{p}}) }
	for want, flow := range map[string]*Flow{
		"has no steps":                            {},
		"transition 1 leads to step 3 of 1":       {Steps: []Step{{Next: []Transition{{To: 2}}}}},
		"its expiry leads to step 8 of 1":         {Steps: []Step{{ExpiresAfter: Fixed(1e9), ExpiresTo: 7}}},
		"transition 1: after: a duration":         steps(step("a", RedirectRequired, after(-1, "yes")), yes()),
		"expires_after: a duration":               steps(step("a", RedirectRequired).expiresAfter(2*MaxDuration, "yes"), yes()),
		"not 2s to 1s":                            steps(step("a", RedirectRequired, between(2e9, 1e9, "yes")), yes()),
		`step "a": time alone leads from it back`: steps(step("a", RedirectRequired, after(1e9, "b")), step("b", RedirectRequired, after(0, "a"))),
		"cannot open the process again":           steps(yes(), step("later", RedirectRequired)).reopening(),
		"import: a progress":                      steps(yes()).importing(Timeline{StopsAt: Percent{Number: 101}}),
		"import: point 1: a progress":             point(Point{Progress: Percent{Number: -1}}),
		"import: point 1: a duration":             point(Point{After: Fixed(-1)}),
		"update case 1: a duration":               steps(yes()).updating(UpdateCase{OlderThan: Fixed(-1)}),
		`regular expression "a)|(b"`: steps(step("a", RedirectRequired,
			transition{Event{Kind: tan, Value: Matcher{OneOf: []Matcher{{Not: &Matcher{Matches: "a)|(b"}}}}}, "a"})),
	} {
		if err := flow.Freeze(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Freeze: %v, want %q", err, want)
		}
	}
}

func (f *Flow) reopening() *Flow {
	f.Steps[0].Next = []Transition{{Event: Event{Kind: EventAfter, After: Fixed(time.Second)}, To: 1}}
	return f
}

func TestDecodeFlowRefuses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{`:                          "decode flow",
		`{"version":2,"steps":[{}]}`: "reads up to 1",
		`{"steps":[{}]}`:             "has version 0",
		`{"version":1}`:              "has no steps",
		`{"version":1,"steps":[{"next":[{"to":1}]}]}`: "leads to step 2",
	} {
		if _, err := DecodeFlow([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("DecodeFlow(%s): %v, want %q", body, err, want)
		}
	}
}

// FuzzDecodeFlow: whatever a stored body says, reading it neither crashes nor hangs, and what is
// accepted is stable.
func FuzzDecodeFlow(f *testing.F) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 8))
		flow := &Flow{Steps: []Step{{Status: Authenticated}}, Import: randomTimeline(r)}
		if err := flow.Freeze(); err != nil {
			f.Fatal(err)
		}
		f.Add(flow.Encode())
	}
	f.Add([]byte(`{"version":1,"steps":[{"name":"a","next":[{"event":{"kind":"after","after":{"min":1,"max":5}},"to":1}]},{}]}`))
	f.Add([]byte(`{"version":1,"steps":[{"next":[{"event":{"kind":"password","value":{"matches":"(?P<x>a+)"}},"to":0}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		flow, err := DecodeFlow(body)
		if err != nil {
			return
		}
		again, err := DecodeFlow(flow.Encode())
		if err != nil || again.Hash() != flow.Hash() {
			t.Fatalf("%s became %s, %v", body, flow.Encode(), err)
		}
		p := begin(flow)
		flow.outlook(&p)
		p, _ = flow.Resolve(p, epoch.Add(time.Hour))
		flow.State(p, epoch)
		for _, kind := range EventKinds() {
			if next, _, err := flow.Apply(p, Input{Kind: kind, Value: "aa"}, epoch.Add(time.Hour), nil); err == nil {
				p = next
			}
		}
		c := Connection{UpdatedAt: epoch}
		played, err := flow.updateCase(&inquiry{tx: &memoryTx{Memory: NewMemory()}, now: epoch, authenticatedAt: &c.AuthenticatedAt, session: &Session{}, rules: &RuleSet{}, login: &Login{}}, &c)
		if err != nil {
			return
		}
		c.begin(1, played, epoch)
		flow.connectionOutlook(&c, nil)
		for _, age := range []time.Duration{0, time.Second, 1000 * time.Hour} {
			if state := flow.ConnectionState(c, nil, epoch.Add(age)); state.Progress < 0 || state.Progress > 100 {
				t.Fatalf("progress %d of %s", state.Progress, body)
			}
		}
		flow.Describe()
	})
}
