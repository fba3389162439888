package storetest

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func (s suite) saveSession(t *testing.T, session engine.Session) {
	t.Helper()
	s.update(t, func(tx engine.Tx) error { return tx.SaveSession(session) })
}

func testSessions(t *testing.T, s suite) {
	_, err := s.store.Session(s.ctx, "one")
	is(t, err, engine.ErrNotFound)
	frozen := Start.Add(time.Hour)
	want := engine.Session{
		ID: "one", Seed: 1<<64 - 1, CreatedAt: Start, UsedAt: Start.Add(time.Minute),
		Clock:   engine.Clock{Offset: -1500 * time.Millisecond, FrozenAt: &frozen, Generation: 3},
		BeganAt: Start.Add(-time.Hour), Switches: map[string]bool{"bank-down": true}, LoginsMove: true, Faults: `[{"name":"x"}]`,
	}
	s.saveSession(t, want)
	want.Version = 1
	got, err := s.store.Session(s.ctx, "one")
	is(t, err, nil)
	same(t, got, want)

	again := want
	again.Version = 0
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveSession(again) }), engine.ErrStale)
	want.Clock.FrozenAt, want.Seed, want.Switches, want.LoginsMove, want.Faults = nil, 7, nil, false, ""
	s.saveSession(t, want)
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveSession(want) }), engine.ErrStale)
	want.Version = 2
	s.saveSession(t, engine.Session{ID: "another", CreatedAt: Start, UsedAt: Start})
	all, err := s.store.Sessions(s.ctx)
	is(t, err, nil)
	same(t, all, []engine.Session{{ID: "another", CreatedAt: Start, UsedAt: Start, Version: 1}, want})
	for _, page := range []struct {
		prefix, after string
		limit         int
		want          []engine.Session
	}{{"", "", 1, all[:1]}, {"", "another", 9, all[1:]}, {"an", "", 9, all[:1]}, {"one", "", 9, all[1:]}, {"n", "", 9, nil},
		{"", "zz", 9, nil}} {
		got, err := s.store.SessionPage(s.ctx, page.prefix, page.after, page.limit)
		is(t, err, nil)
		if len(got)+len(page.want) > 0 {
			same(t, got, page.want)
		}
	}

	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error {
		want.Clock.Generation = 99
		if err := tx.SaveSession(want); err != nil {
			return err
		}
		return errRefused
	}), errRefused)
	got, err = s.store.Session(s.ctx, "one")
	is(t, err, nil)
	same(t, got.Clock.Generation, 3)
	s.update(t, func(tx engine.Tx) error { return tx.DeleteSession("one") })
	_, err = s.store.Session(s.ctx, "one")
	is(t, err, engine.ErrNotFound)
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.DeleteSession("one") }), engine.ErrNotFound)
}

func testForgetSession(t *testing.T, s suite) {
	flow := Flow(t, "one")
	key := engine.CounterKey{Session: "gone", Bank: "b", Username: "u", Kind: engine.CountNamed, Name: "n"}
	request := engine.RequestKey{Session: "gone", Route: "r", Key: "k"}
	p, c, kept := Process(flow), Connection(flow), Process(flow)
	p.Session, c.Session = "gone", "gone"
	s.addProcess(t, kept, flow)
	s.addConnection(t, c, flow)
	underWay := engine.RequestKey{Session: "gone", Route: "r", Key: "under way"}
	for _, key := range []engine.RequestKey{request, underWay} {
		_, err := s.store.ClaimRequest(s.ctx, key, "one", Start, time.Hour)
		is(t, err, nil)
	}
	s.update(t, func(tx engine.Tx) error { return tx.AnswerRequest(request, []byte("{}")) })
	s.update(t, func(tx engine.Tx) error {
		if err := tx.AppendHistory(step(c, 0, 0)); err != nil {
			return err
		}
		if _, err := tx.AddCounter(key, 5); err != nil {
			return err
		}
		if err := tx.InsertProcess(p, flow); err != nil { // in the very change that forgets it
			return err
		}
		_, err := tx.ForgetSession("gone", 500)
		return err
	})
	_, err := s.store.Process(s.ctx, p.ID)
	is(t, err, engine.ErrNotFound)
	_, err = s.store.Connection(s.ctx, c.ID)
	is(t, err, engine.ErrNotFound)
	history, err := s.store.History(s.ctx, c.ID)
	is(t, err, nil)
	same(t, len(history), 0)
	same(t, s.count(t, key), 0)
	claim, err := s.store.ClaimRequest(s.ctx, request, "two", Start, time.Hour)
	is(t, err, nil)
	same(t, claim.First, true)
	// A request that is under way keeps its claim, and can be answered: it may be the one that forgets.
	s.update(t, func(tx engine.Tx) error { return tx.AnswerRequest(underWay, []byte("{}")) })
	same(t, s.process(t, kept.ID).ID, kept.ID)
}

// testOutdatedConnections: those whose status time has changed, the longest ago first.
func testOutdatedConnections(t *testing.T, s suite) {
	flow := Flow(t, "one")
	holds := func(session string, after time.Duration) engine.Connection {
		c := Connection(flow)
		at := Start.Add(after)
		c.Session, c.HoldsUntil = session, &at
		s.addConnection(t, c, flow)
		return c
	}
	last, first := holds("a", 2*time.Second), holds("a", time.Second)
	holds("a", time.Hour)
	holds("b", 0)
	due := Connection(flow)
	due.Session, due.DueAt = "a", &Start
	s.addConnection(t, due, flow)
	for limit, want := range map[int][]string{10: {first.ID, last.ID}, 1: {first.ID}} {
		found, err := s.store.OutdatedConnections(s.ctx, "a", Start.Add(2*time.Second), limit)
		is(t, err, nil)
		var ids []string
		for _, c := range found {
			ids = append(ids, c.ID)
		}
		same(t, ids, want)
	}
}

func testDueConnections(t *testing.T, s suite) {
	flow := Flow(t, "one")
	due := func(session string, after time.Duration) engine.Connection {
		c := Connection(flow)
		at := Start.Add(after)
		c.Session, c.DueAt = session, &at
		s.addConnection(t, c, flow)
		return c
	}
	last, first, later := due("a", 2*time.Second), due("a", time.Second), due("a", time.Hour)
	due("b", 0)
	done := Connection(flow)
	done.Session = "a"
	s.addConnection(t, done, flow)
	ids := func(limit int) (ids []string) {
		t.Helper()
		found, err := s.store.DueConnections(s.ctx, "a", Start.Add(2*time.Second), limit)
		is(t, err, nil)
		for _, c := range found {
			ids = append(ids, c.ID)
		}
		return ids
	}
	same(t, ids(10), []string{first.ID, last.ID})
	same(t, ids(1), []string{first.ID})

	next, found, err := s.store.NextDue(s.ctx, "a")
	is(t, err, nil)
	same(t, found && next.Equal(*first.DueAt), true)
	s.update(t, func(tx engine.Tx) error {
		return tx.SaveEnding(engine.Ending{ProcessID: "p", Session: "a", DueAt: Start}, true)
	})
	next, found, err = s.store.NextDue(s.ctx, "a")
	is(t, err, nil)
	same(t, found && next.Equal(Start), true)
	_, found, err = s.store.NextDue(s.ctx, "none")
	is(t, err, nil)
	same(t, found, false)
	s.update(t, func(tx engine.Tx) error { return tx.EnqueueSweep("a", 7) })
	first.DueAt = nil
	s.update(t, func(tx engine.Tx) error { return tx.SaveConnection(first, false, flow) })
	same(t, ids(10), []string{last.ID})
	same(t, s.connection(t, later.ID).DueAt.Equal(*later.DueAt), true)
}

// testForgetInPortions forgets a session that takes several transactions, and one more that was cut short.
func testForgetInPortions(t *testing.T, s suite) {
	flow := Flow(t, "one")
	const many = 23
	s.update(t, func(tx engine.Tx) error {
		for range many {
			p, c := Process(flow), Connection(flow)
			p.Session, c.Session = "big", "big"
			if err := tx.InsertProcess(p, flow); err != nil {
				return err
			}
			if err := tx.InsertConnection(c, flow, time.Time{}); err != nil {
				return err
			}
			if err := tx.AppendHistory(step(c, 0, 0), step(c, 1, 1)); err != nil {
				return err
			}
		}
		return nil
	})
	kept := Connection(flow)
	s.addConnection(t, kept, flow)
	f := engine.Forgetting{ID: NewID(), Session: "big", Remove: true}
	s.update(t, func(tx engine.Tx) error { return tx.SaveForgetting(f) })
	for turns, left := 0, true; left; turns++ {
		s.update(t, func(tx engine.Tx) (err error) {
			left, err = tx.ForgetSession("big", 5)
			return err
		})
		if turns > many {
			t.Fatal("it is never done")
		}
	}
	page, err := s.store.Connections(s.ctx, engine.ConnectionFilter{Session: "big"})
	is(t, err, nil)
	same(t, len(page), 0)
	same(t, s.connection(t, kept.ID).ID, kept.ID)
	s.update(t, func(tx engine.Tx) error {
		got, err := tx.Forgetting(f.ID)
		if err != nil || got != f {
			t.Errorf("%+v, %v", got, err)
		}
		return tx.DropForgetting(f.ID)
	})
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { _, err := tx.Forgetting(f.ID); return err }), engine.ErrNotFound)
}

// forgetAll forgets a session that is small.
func forgetAll(tx engine.Tx, session string) error {
	_, err := tx.ForgetSession(session, 500)
	return err
}

func testExpectedSessions(t *testing.T, s suite) {
	flow := Flow(t, "one")
	login := func(expected engine.Session) (string, error) {
		p := Process(flow)
		return p.ID, s.store.Update(s.ctx, func(tx engine.Tx) error {
			if err := tx.ExpectSession(expected); err != nil {
				return err
			}
			return tx.InsertProcess(p, flow)
		})
	}
	lately := func() engine.Session {
		session, _, err := s.store.SessionLately(s.ctx, "one")
		is(t, err, nil)
		session.ID = "one"
		return session
	}
	for range 3 { // known of the store, too
		none, _, err := s.store.SessionLately(s.ctx, "one")
		is(t, err, nil)
		if none.Version != 0 {
			t.Errorf("a session that nobody made: %+v", none)
		}
		_, err = login(lately())
		is(t, err, nil)
	}
	s.saveSession(t, engine.Session{ID: "one", CreatedAt: Start, UsedAt: Start, BeganAt: Start})
	id, err := login(engine.Session{ID: "one"})
	is(t, err, engine.ErrSessionChanged)
	_, err = s.store.Process(s.ctx, id)
	is(t, err, engine.ErrNotFound)
	_, err = login(engine.Session{ID: "one", Version: 1, CreatedAt: Start})
	is(t, err, nil)
	_, err = login(engine.Session{ID: "one", Version: 1, CreatedAt: Start.Add(-time.Hour)}) // another of the same name
	is(t, err, engine.ErrSessionChanged)
	err = s.store.Update(s.ctx, func(tx engine.Tx) error {
		return tx.ExpectSession(engine.Session{ID: "one", Version: 2, CreatedAt: Start})
	})
	is(t, err, engine.ErrSessionChanged)
	got, err := s.store.Session(s.ctx, "one")
	is(t, err, nil)
	_, err = login(got)
	is(t, err, nil)
}
