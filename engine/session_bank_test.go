package engine

import (
	"context"
	"slices"
	"testing"
	"time"
)

func (b *testBank) changeClock(session string, change ClockChange) ClockOutcome {
	b.t.Helper()
	outcome, err := b.Clocks().Change(b.ctx(), session, change)
	if err != nil {
		b.t.Fatalf("change the clock: %v", err)
	}
	return outcome
}

func (b *testBank) loginIn(session, password string) ProcessState {
	b.t.Helper()
	state, err := b.Authenticate(b.ctx(), Login{Session: session, Username: "tester", Password: password})
	if err != nil {
		b.t.Fatalf("Authenticate: %v", err)
	}
	return state
}

func TestClockOfASession(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("decoupled", "soon", decoupled()))
	mine, other := b.loginIn("mine", "soon"), b.loginIn("other", "soon")
	b.changeClock("mine", ClockChange{Freeze: true})
	b.changeClock("mine", ClockChange{Advance: 1999 * time.Millisecond})
	b.wait(time.Hour)
	wantStatus(t, b.poll(mine.ID), DecoupledAuthRequired)
	wantStatus(t, b.poll(other.ID), Authenticated)
	b.changeClock("mine", ClockChange{Advance: time.Millisecond})
	state := b.poll(mine.ID)
	wantStatus(t, state, Authenticated)
	if age := state.EnteredAt.Sub(state.CreatedAt); age != 2*time.Second {
		t.Errorf("authenticated after %s", age)
	}
	if now := b.changeClock("mine", ClockChange{Resume: true}).Now; !now.Equal(epoch.Add(2 * time.Second)) {
		t.Errorf("the clock resumes at %s", now.Sub(epoch))
	}
	b.wait(5 * time.Second)
	if s, err := b.Sessions().Get(b.ctx(), "mine"); err != nil || !s.Now.Equal(epoch.Add(7*time.Second)) || s.Clock.Generation != 4 {
		t.Errorf("5 s on: %+v, %v", s, err)
	}
}

func TestTurnWritesWhatIsDue(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	var ids []string
	for range 3 {
		c, err := b.Connect(b.ctx(), b.loginIn("mine", "success").ID)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	if outcome := b.changeClock("mine", ClockChange{Advance: time.Minute}); outcome.Written != 3 || outcome.Left {
		t.Errorf("outcome %+v", outcome)
	}
	for _, id := range ids {
		if got, want := b.history(id), []string{"1.0 0s IN_PROGRESS 0", "1.1 3s SUCCESS 100"}; !slices.Equal(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
	}
	if outcome := b.changeClock("mine", ClockChange{Advance: time.Minute}); outcome.Written != 0 {
		t.Errorf("nothing is due, and %d were written", outcome.Written)
	}
}

func TestJobsGoByTheSessionsClock(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes()).importing(line(time.Hour))))
	c, err := b.Connect(b.ctx(), b.loginIn("mine", "success").ID)
	if err != nil {
		t.Fatal(err)
	}
	b.changeClock("mine", ClockChange{Advance: 59*time.Minute + 59500*time.Millisecond})
	if _, done, err := b.Clocks().Sweep(b.ctx(), "mine", 0); err != nil || !done {
		t.Errorf("the job of an earlier turn: done %v, %v", done, err)
	}
	next, done, err := b.Clocks().Sweep(b.ctx(), "mine", 1)
	if err != nil || done || next.Sub(b.time()) != 500*time.Millisecond {
		t.Errorf("the turn's own job comes in %s by the wall clock, done %v, %v", next.Sub(b.time()), done, err)
	}
	next, done, err = b.Imports().Advance(b.ctx(), c.ID, 1)
	if err != nil || done || next.Sub(b.time()) != 500*time.Millisecond {
		t.Errorf("the next turn is in %s by the wall clock, done %v, %v", next.Sub(b.time()), done, err)
	}
	b.changeClock("mine", ClockChange{Freeze: true})
	if _, done, err := b.Imports().Advance(b.ctx(), c.ID, 1); err != nil || !done {
		t.Errorf("the job of a frozen session does not rest: %v, %v", done, err)
	}
	if _, done, err := b.Clocks().Sweep(b.ctx(), "mine", 2); err != nil || !done {
		t.Errorf("nor does the turn's: %v, %v", done, err)
	}
}

func TestSessionsAreKept(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	b.maxSessions = 2
	if _, err := b.Sessions().Create(b.ctx(), NewSession{ID: "one", Seed: 5}); err != nil {
		t.Fatal(err)
	}
	_, err := b.Sessions().Create(b.ctx(), NewSession{ID: "one", Seed: 5})
	wantCode(t, err, CodeSessionExists)
	p := b.loginIn("two", "success")
	b.login("success") // `default` always fits
	b.changeClock(DefaultSession, ClockChange{Advance: time.Second})
	if err := b.Sessions().admit(b.ctx(), DefaultSession); err != nil {
		t.Errorf("`default` needs room: %v", err)
	}
	if all, err := b.Sessions().Page(b.ctx(), "", "", 100); err != nil || len(all) != 3 || all[1].Seed != 5 || all[2].ID != "two" {
		t.Errorf("sessions %+v, %v", all, err)
	}
	b.wait(time.Hour)
	b.loginIn("one", "success")
	if n, err := b.Sessions().DeleteIdle(b.ctx(), 30*time.Minute); err != nil || n != 1 {
		t.Errorf("%d sessions aged out, %v", n, err)
	}
	_, err = b.Process(b.ctx(), p.ID)
	wantCode(t, err, CodeNotFound)
	_, err = b.Sessions().Delete(b.ctx(), "two")
	wantCode(t, err, CodeNotFound)
}

func TestReset(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("decoupled", "soon", decoupled()))
	mine, other := b.loginIn("mine", "soon"), b.loginIn("other", "soon")
	b.changeClock("mine", ClockChange{Advance: time.Minute})
	if _, err := b.Sessions().Reset(b.ctx(), "mine"); err != nil {
		t.Fatal(err)
	}
	_, err := b.Process(b.ctx(), mine.ID)
	wantCode(t, err, CodeNotFound)
	b.poll(other.ID)
	if s, err := b.Sessions().Get(b.ctx(), "mine"); err != nil || !s.Now.Equal(epoch.Add(time.Minute)) {
		t.Errorf("the clock after a reset: %+v, %v", s, err)
	}
	if _, err := b.Sessions().ResetAll(b.ctx()); err != nil {
		t.Fatal(err)
	}
	_, err = b.Process(b.ctx(), other.ID)
	wantCode(t, err, CodeNotFound)
}

func TestSeedOfASession(t *testing.T) {
	t.Parallel()
	flow := steps(step("ask", DecoupledAuthRequired, between(time.Second, time.Hour, "yes")), yes())
	b := open(t, scenario("random", "random", flow))
	for name, seed := range map[string]uint64{"a": 5, "b": 5, "c": 6} {
		if _, err := b.Sessions().Create(b.ctx(), NewSession{ID: name, Seed: seed}); err != nil {
			t.Fatal(err)
		}
	}
	ends := func(session string) time.Duration { return b.loginIn(session, "random").EndsAt.Sub(epoch) }
	a1, a2, b1, b2, c1 := ends("a"), ends("a"), ends("b"), ends("b"), ends("c")
	if a1 != b1 || a2 != b2 || a1 == a2 || a1 == c1 {
		t.Errorf("draws %s %s, %s %s, %s", a1, a2, b1, b2, c1)
	}
}

// clockStore calls a function when a transaction is over, once.
type clockStore struct {
	*Memory
	changeClock func()
}

func (s *clockStore) Update(ctx context.Context, change func(Tx) error) error {
	err := s.Memory.Update(ctx, change)
	if changeClock := s.changeClock; changeClock != nil {
		s.changeClock = nil
		changeClock()
	}
	return err
}

// TestTurnWhileConnecting: the job of a connection is not left with the times of a clock that was turned
// before its record could be seen.
func TestTurnWhileConnecting(t *testing.T) {
	t.Parallel()
	store := &clockStore{Memory: NewMemory()}
	b := openOn(t, store, scenario("success", "success", steps(yes()).importing(line(time.Hour))))
	p := b.loginIn("mine", "success")
	store.changeClock = func() {
		s, err := store.Session(b.ctx(), "mine")
		if err != nil {
			t.Fatal(err)
		}
		s.Clock = ClockChange{Advance: time.Minute}.apply(s.Clock, b.time())
		if err := store.Memory.Update(b.ctx(), func(tx Tx) error { return tx.SaveSession(s) }); err != nil {
			t.Fatal(err)
		}
	}
	made, err := b.Connect(b.ctx(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if store.sweeps["mine"] != 1 {
		t.Errorf("no job comes by the clock's new time: %v", store.sweeps)
	}
	b.wait(time.Hour - 2*time.Minute)
	if next, done, err := b.Clocks().Sweep(b.ctx(), "mine", 1); err != nil || done || next.After(b.time().Add(time.Minute)) {
		t.Errorf("it comes again %v from now, done %t, %v", next.Sub(b.time()), done, err)
	}
	b.wait(time.Minute)
	if _, done, err := b.Clocks().Sweep(b.ctx(), "mine", 1); err != nil || !done {
		t.Errorf("once all is over: done %t, %v", done, err)
	}
	if c, err := store.Connection(b.ctx(), made.ID); err != nil || c.Status != Success {
		t.Errorf("the record says %s, %v", c.Status, err)
	}
}

func TestJobsComeWhenThereIsSomethingToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		takes  time.Duration
		rounds int
	}{{3 * time.Second, 3}, {10 * time.Second, 10}, {time.Minute, 10}, {time.Hour, 10}, {24 * time.Hour, 10}} {
		b := open(t, scenario("success", "success", steps(yes()).importing(line(c.takes))))
		made, err := b.Connect(b.ctx(), b.login("success").ID)
		if err != nil {
			t.Fatal(err)
		}
		rounds := 0
		for next, done := b.Imports().firstDue(Clock{}, &made.Connection), false; !done; rounds++ {
			b.wait(next.Sub(b.time()))
			if next, done, err = b.Imports().Advance(b.ctx(), made.ID, 1); err != nil {
				t.Fatal(err)
			}
		}
		if rounds != c.rounds {
			t.Errorf("an import of %s takes %d turns, want %d", c.takes, rounds, c.rounds)
		}
	}
}
