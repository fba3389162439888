package storetest

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func testProcess(t *testing.T, s suite) {
	flow := Flow(t, "one")
	for _, p := range []engine.Process{Process(flow), FullProcess(flow)} {
		s.addProcess(t, p, flow)
		same(t, s.process(t, p.ID), p)
	}
	_, err := s.store.Process(s.ctx, "unknown")
	is(t, err, engine.ErrNotFound)
}

func testProcessVersions(t *testing.T, s suite) {
	flow := Flow(t, "one")
	p := FullProcess(flow)
	s.addProcess(t, p, flow)

	changed := p
	changed.Step, changed.EnteredAt, changed.Visits = 0, Start.Add(time.Second), 9
	changed.WrongAnswers, changed.Wrong, changed.Polls = 0, "", 0
	changed.ConnectionID, changed.EndsAt, changed.EndStatus = "", nil, ""
	changed.UpdatedAt = Start.Add(time.Hour)
	s.update(t, func(tx engine.Tx) error { return tx.SaveProcess(changed) })
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveProcess(p) }), engine.ErrStale)

	want := changed
	want.Version = 2
	same(t, s.process(t, p.ID), want)

	gone := Process(flow)
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveProcess(gone) }), engine.ErrStale)
}

func testFlow(t *testing.T, s suite) {
	flow := Flow(t, "a \"quoted\" <scenario> & ü")
	s.addProcess(t, Process(flow), flow)
	s.addProcess(t, Process(flow), flow)
	body, err := s.store.Flow(s.ctx, flow.Hash())
	if err != nil {
		t.Fatalf("flow: %v", err)
	}
	same(t, string(body), string(flow.Encode()))
	decoded, err := engine.DecodeFlow(body)
	if err != nil {
		t.Fatalf("decode flow: %v", err)
	}
	same(t, decoded.Hash(), flow.Hash())
	_, err = s.store.Flow(s.ctx, "unknown")
	is(t, err, engine.ErrNotFound)
}

func testCountOpenProcesses(t *testing.T, s suite) {
	flow := Flow(t, "one")
	ends := Start.Add(2 * time.Second)
	waiting, timed, ended := Process(flow), Process(flow), Process(flow)
	timed.EndsAt, timed.EndStatus = &ends, engine.Authenticated
	ended.EndsAt, ended.EndStatus = &ended.CreatedAt, engine.Authenticated
	other := Process(flow)
	other.Username = "somebody else"
	for _, p := range []engine.Process{waiting, timed, ended, other} {
		s.addProcess(t, p, flow)
	}
	for _, c := range []struct {
		at   time.Duration
		want int
	}{{0, 2}, {1999 * time.Millisecond, 2}, {2 * time.Second, 1}, {time.Hour, 1}} {
		var count int
		s.update(t, func(tx engine.Tx) (err error) {
			count, err = tx.CountOpenProcesses(waiting.Session, waiting.Bank, waiting.Username, waiting.Trigger, Start.Add(c.at))
			return err
		})
		if count != c.want {
			t.Errorf("%v after the start: %d open processes, want %d", c.at, count, c.want)
		}
	}
}
