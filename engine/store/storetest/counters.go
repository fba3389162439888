package storetest

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func testCounters(t *testing.T, s suite) {
	key := engine.CounterKey{Session: "s", Bank: "b", Username: "u", Kind: engine.CountNamed, Name: "tans"}
	others := []engine.CounterKey{key, key, key, key, key}
	others[0].Session, others[1].Bank, others[2].Username = "x", "x", ""
	others[3].Kind, others[4].Name = engine.CountAttempts, "x"
	var sums [3]int
	s.update(t, func(tx engine.Tx) (err error) {
		for i, delta := range []int{1, 2, 0} {
			if sums[i], err = tx.AddCounter(key, delta); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, sums, [3]int{1, 3, 3})
	for _, other := range others {
		same(t, s.count(t, other), 0)
	}
	same(t, s.count(t, key), 3)
	s.update(t, func(tx engine.Tx) error { return tx.ResetCounter(key) })
	s.update(t, func(tx engine.Tx) error { return tx.ResetCounter(key) })
	same(t, s.count(t, key), 0)
	s.update(t, func(tx engine.Tx) error {
		_, err := tx.AddCounter(key, 1)
		return err
	})
	same(t, s.count(t, key), 1)
}

func (s suite) count(t *testing.T, key engine.CounterKey) (count int) {
	t.Helper()
	s.update(t, func(tx engine.Tx) (err error) {
		count, err = tx.Counter(key)
		return err
	})
	return count
}

func testClaims(t *testing.T, s suite) {
	key := engine.RequestKey{Session: "s", Route: "authenticate", Key: "k"}
	claim := func(key engine.RequestKey, fingerprint string, after time.Duration) engine.Claim {
		t.Helper()
		c, err := s.store.ClaimRequest(s.ctx, key, fingerprint, Start.Add(after), time.Minute)
		if err != nil {
			t.Fatalf("claim: %v", err)
		}
		return c
	}
	same(t, claim(key, "one", 0), engine.Claim{First: true, Fingerprint: "one"})
	same(t, claim(key, "two", time.Second), engine.Claim{Fingerprint: "one"})
	same(t, claim(engine.RequestKey{Session: "t", Route: key.Route, Key: key.Key}, "x", 0).First, true)
	same(t, claim(engine.RequestKey{Session: "s", Route: "connect", Key: key.Key}, "x", 0).First, true)

	// The lease runs out before the answer: the next is a first request.
	same(t, claim(key, "three", time.Minute), engine.Claim{First: true, Fingerprint: "three"})
	answer := []byte("{\"a\":\"\x00\xff\"}")
	s.update(t, func(tx engine.Tx) error { return tx.AnswerRequest(key, answer) })
	same(t, claim(key, "four", time.Hour), engine.Claim{Fingerprint: "three", Answer: answer})

	unknown := engine.RequestKey{Session: "s", Route: "authenticate", Key: "unknown"}
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.AnswerRequest(unknown, answer) }), engine.ErrNotFound)
	s.update(t, func(tx engine.Tx) error { return tx.ForgetRequest(unknown) })

	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.AnswerRequest(key, answer) }), engine.ErrNotFound)

	s.update(t, func(tx engine.Tx) error { return tx.ForgetRequest(key) })
	same(t, claim(key, "five", time.Hour).Answer, answer)

	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.ReviseAnswer(unknown, answer) }), engine.ErrNotFound)
	answer = []byte("another")
	s.update(t, func(tx engine.Tx) error { return tx.ReviseAnswer(key, answer) })
	same(t, claim(key, "five", time.Hour), engine.Claim{Fingerprint: "three", Answer: answer})
	other := engine.RequestKey{Session: "s", Route: "authenticate", Key: "other"}
	same(t, claim(other, "five", 0).First, true)
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.ReviseAnswer(other, answer) }), engine.ErrNotFound)
	s.update(t, func(tx engine.Tx) error { return tx.ForgetRequest(other) })
	same(t, claim(other, "six", 0), engine.Claim{First: true, Fingerprint: "six"})
}

func testWindows(t *testing.T, s suite) {
	key := engine.CounterKey{Session: "s", Kind: engine.CountFaults, Name: "slow"}
	for _, want := range []struct {
		at    time.Duration
		count int
		since time.Duration
	}{
		{0, 1, 0}, {time.Second, 2, 0}, {4999 * time.Millisecond, 3, 0}, {5 * time.Second, 1, 5 * time.Second},
		{time.Minute, 1, time.Minute}, {time.Minute, 2, time.Minute},
		{30 * time.Second, 1, 30 * time.Second}, {31 * time.Second, 2, 30 * time.Second}, // the clock was set back
	} {
		var count int
		var since time.Time
		s.update(t, func(tx engine.Tx) (err error) {
			count, since, err = tx.Window(key, 5*time.Second, Start.Add(want.at))
			return err
		})
		same(t, count, want.count)
		same(t, since, Start.Add(want.since))
	}
	other := key
	other.Session = "t"
	s.update(t, func(tx engine.Tx) error {
		count, _, err := tx.Window(other, 5*time.Second, Start)
		same(t, count, 1)
		return err
	})
}

func testTimes(t *testing.T, s suite) {
	key := engine.CounterKey{Session: "s", Bank: "b", Username: "u", Kind: engine.CountNamed, Name: "wrong"}
	kept := func(key engine.CounterKey) (times []time.Time) {
		t.Helper()
		s.update(t, func(tx engine.Tx) (err error) {
			times, err = tx.Times(key)
			return err
		})
		return times
	}
	same(t, kept(key), nil)
	want := []time.Time{Start, Start.Add(time.Millisecond), Start.Add(24 * time.Hour)}
	s.update(t, func(tx engine.Tx) error {
		if _, err := tx.AddCounter(key, 2); err != nil {
			return err
		}
		return tx.SaveTimes(key, want)
	})
	same(t, kept(key), want)
	same(t, s.count(t, key), 2)
	s.update(t, func(tx engine.Tx) error { return tx.SaveTimes(key, want[1:]) })
	same(t, kept(key), want[1:])
	other := key
	other.Username = "x"
	s.update(t, func(tx engine.Tx) error { return tx.SaveTimes(other, want[:1]) }) // without a count
	same(t, kept(other), want[:1])
	same(t, s.count(t, other), 0)
	s.update(t, func(tx engine.Tx) error { return tx.ResetCounter(key) })
	same(t, kept(key), nil)
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error {
		if err := tx.SaveTimes(other, nil); err != nil {
			return err
		}
		return errRefused
	}), errRefused)
	same(t, kept(other), want[:1])
	s.update(t, func(tx engine.Tx) error {
		_, err := tx.ForgetSession("s", 500)
		return err
	})
	same(t, kept(other), nil)
}

func testLastAuthenticated(t *testing.T, s suite) {
	flow := Flow(t, "one")
	at := Start.Add(time.Minute)
	add := func(change func(p *engine.Process)) {
		t.Helper()
		p := Process(flow)
		p.ConnectionID, p.EndsAt, p.EndStatus = "", &at, engine.Authenticated
		change(&p)
		s.addProcess(t, p, flow)
	}
	last := func(p engine.Process, now time.Time) (last time.Time) {
		t.Helper()
		s.update(t, func(tx engine.Tx) (err error) {
			last, err = tx.LastAuthenticated(p.Session, p.Bank, p.Username, now)
			return err
		})
		return last
	}
	of := Process(flow)
	same(t, last(of, at), time.Time{})
	earlier, later := at.Add(-time.Second), at.Add(time.Hour)
	add(func(*engine.Process) {})
	add(func(p *engine.Process) { p.EndsAt = &earlier })
	add(func(p *engine.Process) { p.EndsAt = &later })
	add(func(p *engine.Process) { p.EndsAt, p.ConnectionID = &later, "c" })
	add(func(p *engine.Process) { p.EndsAt, p.EndStatus = &later, engine.AuthenticationFailed })
	add(func(p *engine.Process) { p.EndsAt, p.Username = &later, "other" })
	same(t, last(of, at.Add(-time.Minute)), time.Time{})
	same(t, last(of, at), at)
	same(t, last(of, later.Add(-time.Millisecond)), at)
	same(t, last(of, later), later)
}
