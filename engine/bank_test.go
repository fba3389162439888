package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const tan = EventChallengeResponse

func decoupled() *Flow {
	return steps(step("wait", DecoupledAuthRequired, after(2*time.Second, "yes")), yes())
}

func challenge() *Flow {
	return steps(step("ask", ChallengeResponseRequired, on(tan, "123456", "yes"), onAny(tan, "no")), yes(), no())
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())), scenario("challenge", "tan", challenge()))
	state := b.login("success")
	if state.Scenario != "success" || state.Rules != "1;h" || state.Session != DefaultSession || !state.CreatedAt.Equal(epoch) {
		t.Errorf("record %+v", state.Process)
	}
	wantStatus(t, state, Authenticated)
	wantStatus(t, b.login("tan"), ChallengeResponseRequired)

	none := b.login("nobody has this")
	wantStatus(t, none, AuthenticationFailed)
	if none.Error == nil || none.Error.Code != "NO_SCENARIO" || none.Scenario != "" {
		t.Errorf("nothing matched: error %v, scenario %q", none.Error, none.Scenario)
	}
	forced, err := b.Authenticate(b.ctx(), Login{Username: "who", Scenario: "challenge"})
	if err != nil || forced.Scenario != "challenge" || forced.Bank != "A" {
		t.Errorf("forced: %+v, %v", forced.Process, err)
	}
}

func TestAuthenticateRefuses(t *testing.T) {
	t.Parallel()
	slow := steps(yes()).importing(Timeline{Takes: Duration{Text: "${n}s"}, Outcome: Success})
	family := scenario("family", "", slow)
	family.When.Password = Matcher{Matches: `slow_(?P<n>\w+)s`}
	b := open(t, family)
	for _, test := range []struct {
		login Login
		want  Code
	}{
		{Login{Bank: "C"}, CodeUnknownBank},
		{Login{Scenario: "famly"}, CodeUnknownScenario},
		{Login{Username: "tester", Password: "slow_muchs"}, CodeScenarioValue},
		{Login{Username: "tester", Password: "slow_3s"}, ""},
	} {
		_, err := b.Authenticate(b.ctx(), test.login)
		wantCode(t, err, test.want)
	}
	for name, call := range map[string]func(id string) error{
		"Process":  func(id string) error { _, err := b.Process(b.ctx(), id); return err },
		"Poll":     func(id string) error { _, err := b.Poll(b.ctx(), id); return err },
		"Continue": func(id string) error { _, err := b.Continue(b.ctx(), id, Input{}); return err },
		"Connect":  func(id string) error { _, err := b.Connect(b.ctx(), id); return err },
		"read":     func(id string) error { _, err := b.Connection(b.ctx(), id); return err },
		"update":   func(id string) error { _, err := b.UpdateConnection(b.ctx(), id); return err },
		"delete":   func(id string) error { return b.DeleteConnection(b.ctx(), id) },
	} {
		err := call("missing")
		var refused *Error
		if !errors.As(err, &refused) || refused.Code != CodeNotFound || !errors.Is(err, ErrNotFound) {
			t.Errorf("%s of what is not there: %v", name, err)
		}
	}
}

func TestDecoupledToTheMillisecond(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("app", "app", decoupled()))
	id := b.login("app").ID
	b.wait(1999 * time.Millisecond)
	wantStatus(t, b.poll(id), DecoupledAuthRequired)
	b.wait(time.Millisecond)
	wantStatus(t, b.poll(id), Authenticated)
	c := b.connect(id)
	b.wait(-time.Second) // a clock that is behind does not undo what was written
	wantStatus(t, b.poll(id), Authenticated)
	if c.Status != InProgress || c.Progress != 0 {
		t.Errorf("a new connection is %s at %d", c.Status, c.Progress)
	}
}

func TestPollingCounts(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("app", "app", steps(step("wait", DecoupledAuthRequired, reads(3, "yes")), yes())))
	id := b.login("app").ID
	for i, want := range []Status{DecoupledAuthRequired, DecoupledAuthRequired, Authenticated, Authenticated} {
		wantStatus(t, b.poll(id), []Status{DecoupledAuthRequired, DecoupledAuthRequired, DecoupledAuthRequired, Authenticated}[i])
		state, err := b.Poll(b.ctx(), id)
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, state, want)
	}
}

func TestOneOfManyRacingInputsWins(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("challenge", "tan", challenge()))
	id := b.login("tan").ID
	var won, refused atomic.Int64
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			_, err := b.Continue(context.Background(), id, Input{Kind: tan, Value: fmt.Sprint(123456 + i%2)})
			switch CodeOf(err) {
			case "":
				won.Add(1)
			case CodeNoChallengeOpen:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || refused.Load() != 49 {
		t.Errorf("%d inputs were taken and %d refused", won.Load(), refused.Load())
	}
}

// staleStore makes every save of a process stale, for the first so many.
type staleStore struct {
	*Memory
	left, tries atomic.Int64
}

type staleTx struct {
	Tx
	store *staleStore
}

func (s *staleStore) Update(ctx context.Context, change func(Tx) error) error {
	return s.Memory.Update(ctx, func(tx Tx) error { return change(staleTx{tx, s}) })
}

func (tx staleTx) SaveProcess(p Process) error {
	tx.store.tries.Add(1)
	if tx.store.left.Add(-1) >= 0 {
		return ErrStale
	}
	return tx.Tx.SaveProcess(p)
}

func TestStaleRecordsAreTriedAgain(t *testing.T) {
	t.Parallel()
	store := &staleStore{Memory: NewMemory()}
	b := openOn(t, store, scenario("challenge", "tan", challenge()))
	id := b.login("tan").ID
	store.left.Store(3)
	wantStatus(t, b.send(id, tan, "123456"), Authenticated)
	if n := store.tries.Load(); n != 4 {
		t.Errorf("saved %d times", n)
	}
	store.left.Store(1000)
	_, err := b.Connect(b.ctx(), id)
	wantCode(t, err, CodeConflict)
	ctx, cancel := context.WithCancel(b.ctx())
	cancel()
	if _, err := b.Connect(ctx, id); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled request ends with %v", err)
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("challenge", "tan", challenge().updating()))
	broken := errors.New("the answer could not be kept")
	key := RequestKey{Key: "k"}
	if _, err := b.store.ClaimRequest(b.ctx(), key, "f", epoch, time.Minute); err != nil {
		t.Fatal(err)
	}
	var id string
	_, err := b.Authenticate(b.ctx(), Login{Username: "tester", Password: "tan"}, func(tx Tx, state ProcessState) error {
		id = state.ID
		if err := tx.AnswerRequest(key, []byte("answer")); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if _, err := b.Process(b.ctx(), id); CodeOf(err) != CodeNotFound {
		t.Errorf("the process outlived its transaction: %v", err)
	}
	claim, err := b.store.ClaimRequest(b.ctx(), key, "f", epoch, time.Minute)
	if err != nil || claim.First || claim.Answer != nil {
		t.Errorf("the answer outlived its transaction: %+v, %v", claim, err)
	}

	id = b.login("tan").ID
	undo := func(Tx, ProcessState) error { return broken }
	if _, err := b.Continue(b.ctx(), id, Input{Kind: tan, Value: "123456"}, undo); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	wantStatus(t, b.poll(id), ChallengeResponseRequired)
}

func TestCapturesAreStoredOnlyWhereUsed(t *testing.T) {
	t.Parallel()
	family := scenario("family", "", steps(step("no", AuthenticationFailed).fails("${code}")))
	family.When.Password = Matcher{OneOf: []Matcher{
		{Matches: `error_(?P<code>[A-Z]+)_(?P<secret>.*)`}, {Matches: `mistake_(?P<code>[A-Z]+)`},
	}}
	family.When.Username = Matcher{Matches: `(?P<user>.*)`}
	b := open(t, family)
	for password, want := range map[string]Captures{
		"error_DOWN_hunter2": {"code": "DOWN"},
		"mistake_UP":         {"code": "UP"},
	} {
		state := b.login(password)
		if !maps.Equal(state.Captures, want) {
			t.Errorf("%s: captures %v, want %v", password, state.Captures, want)
		}
		if string(state.Error.Code) != want["code"] {
			t.Errorf("%s: error code %q", password, state.Error.Code)
		}
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("app", "app", decoupled()))
	first := b.login("app")
	if n := b.Rules().Scenarios[0].Hits(); n != 1 {
		t.Errorf("%d hits after one login", n)
	}
	other := scenario("app", "app", challenge())
	b.Use(rules(t, other))
	b.Use(b.Rules())
	if b.Rules().Generation != 2 || b.Rules().ID() != "2;h" {
		t.Errorf("generation %d, %q", b.Rules().Generation, b.Rules().ID())
	}
	second := b.login("app")
	if second.Rules != "2;h" || first.Rules != "1;h" || other.Hits() != 2 {
		t.Errorf("rules %q and %q, %d hits", first.Rules, second.Rules, other.Hits())
	}
	wantStatus(t, second, ChallengeResponseRequired)
	b.wait(2 * time.Second)
	for range 2 { // from the store, then from the cache
		state := b.poll(first.ID)
		wantStatus(t, state, Authenticated)
		if state.FlowHash == second.FlowHash {
			t.Error("both rule sets froze the same flow")
		}
	}
	b.connect(first.ID)
}

func TestSameSeedSameRun(t *testing.T) {
	t.Parallel()
	run := func() []time.Time {
		b := open(t, scenario("app", "app", steps(step("wait", DecoupledAuthRequired,
			between(time.Second, time.Hour, "yes")), yes())))
		var ends []time.Time
		for range 20 {
			ends = append(ends, *b.login("app").EndsAt)
		}
		return ends
	}
	first, second := run(), run()
	distinct := map[time.Time]bool{}
	for i := range first {
		distinct[first[i]] = true
		if !first[i].Equal(second[i]) {
			t.Errorf("login %d ends at %s in one run and at %s in the other", i+1, first[i], second[i])
		}
		if age := first[i].Sub(epoch); age < time.Second || age > time.Hour {
			t.Errorf("drew %s of 1s to 1h", age)
		}
	}
	if len(distinct) < 15 {
		t.Errorf("20 logins drew %d lengths", len(distinct))
	}
}
