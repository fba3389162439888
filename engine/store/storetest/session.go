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
		Clock: engine.Clock{Offset: -1500 * time.Millisecond, FrozenAt: &frozen, Turns: 3},
	}
	s.saveSession(t, want)
	want.Version = 1
	got, err := s.store.Session(s.ctx, "one")
	is(t, err, nil)
	same(t, got, want)

	again := want
	again.Version = 0
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveSession(again) }), engine.ErrStale)
	want.Clock.FrozenAt, want.Seed = nil, 7
	s.saveSession(t, want)
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveSession(want) }), engine.ErrStale)
	want.Version = 2
	s.saveSession(t, engine.Session{ID: "another", CreatedAt: Start, UsedAt: Start})
	all, err := s.store.Sessions(s.ctx)
	is(t, err, nil)
	same(t, all, []engine.Session{{ID: "another", CreatedAt: Start, UsedAt: Start, Version: 1}, want})

	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error {
		want.Clock.Turns = 99
		if err := tx.SaveSession(want); err != nil {
			return err
		}
		return errRefused
	}), errRefused)
	got, err = s.store.Session(s.ctx, "one")
	is(t, err, nil)
	same(t, got.Clock.Turns, 3)
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
	_, err := s.store.ClaimRequest(s.ctx, request, "one", Start, time.Hour)
	is(t, err, nil)
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
		return tx.ForgetSession("gone")
	})
	_, err = s.store.Process(s.ctx, p.ID)
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
	same(t, s.process(t, kept.ID).ID, kept.ID)
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

	s.update(t, func(tx engine.Tx) error { return tx.TurnConnections("a", 7) })
	same(t, s.connection(t, later.ID).Turn, 7)
	same(t, s.connection(t, done.ID).Turn, 0)
	first.Turn, first.DueAt = 0, nil // a job that read the connection before the turn
	s.update(t, func(tx engine.Tx) error { return tx.SaveConnection(first, false, flow) })
	same(t, s.connection(t, first.ID).Turn, 7)
	same(t, ids(10), []string{last.ID})
}
