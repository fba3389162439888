package storetest

import (
	"slices"
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

// testProcesses: a session's, in the order of their identifiers; those are open that nothing has ended by the time.
func testProcesses(t *testing.T, s suite) {
	flow := Flow(t, "one")
	session := NewID()
	add := func(session string, endsAfter ...time.Duration) string {
		p := Process(flow)
		p.Session, p.EndsAt, p.EndStatus = session, nil, ""
		for _, after := range endsAfter {
			ends := p.CreatedAt.Add(after)
			p.EndsAt, p.EndStatus = &ends, engine.Authenticated
		}
		s.addProcess(t, p, flow)
		return p.ID
	}
	ended, waits, times, over := add(session, 0), add(session), add(session, time.Minute), add(session, time.Second)
	another := add(session)
	add("default")
	now := Process(flow).CreatedAt.Add(2 * time.Second)
	for _, test := range []struct {
		filter engine.ProcessFilter
		want   []string
	}{
		{engine.ProcessFilter{}, []string{ended, waits, times, over, another}},
		{engine.ProcessFilter{After: times, Limit: 1}, []string{over}},
		{engine.ProcessFilter{Open: true}, []string{waits, times, another}},
		{engine.ProcessFilter{Open: true, Limit: 2}, []string{waits, times}},
		{engine.ProcessFilter{Open: true, After: waits, Limit: 1}, []string{times}},
		{engine.ProcessFilter{Open: true, After: times}, []string{another}},
	} {
		test.filter.Session, test.filter.Now = session, now
		found, err := s.store.Processes(s.ctx, test.filter)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range found {
			ids = append(ids, p.ID)
		}
		if !slices.Equal(ids, test.want) {
			t.Errorf("%+v finds %v, want %v", test.filter, ids, test.want)
		}
	}
}

// testUserProcesses: those of one user that are to be looked at by now, in the order of their identifiers, also in the
// transaction that makes them.
func testUserProcesses(t *testing.T, s suite) {
	flow := Flow(t, "one")
	made := func(change func(p *engine.Process)) engine.Process {
		p := Process(flow)
		p.RescanAt = &p.CreatedAt
		change(&p)
		return p
	}
	second := made(func(*engine.Process) {})
	first := made(func(p *engine.Process) { p.ID = NewID() })
	first, second = second, first
	later := made(func(p *engine.Process) { at := Start.Add(time.Hour); p.RescanAt = &at })
	find := func(tx engine.Tx, now time.Time) (ids []string) {
		found, err := tx.UserProcesses(engine.DefaultSession, "MockBank", "tester", now)
		is(t, err, nil)
		for _, p := range found {
			ids = append(ids, p.ID)
		}
		return ids
	}
	s.update(t, func(tx engine.Tx) error {
		for _, p := range []engine.Process{
			second, later, first, made(func(p *engine.Process) { p.RescanAt = nil }),
			made(func(p *engine.Process) { p.Username = "somebody else" }),
			made(func(p *engine.Process) { p.Bank = "other" }), made(func(p *engine.Process) { p.Session = "other" }),
		} {
			if err := tx.InsertProcess(p, flow); err != nil {
				return err
			}
		}
		same(t, find(tx, Start), []string{first.ID, second.ID})
		return nil
	})
	first.RescanAt = nil
	s.update(t, func(tx engine.Tx) error { return tx.SaveProcess(first) })
	s.update(t, func(tx engine.Tx) error {
		same(t, find(tx, Start.Add(-time.Millisecond)), []string(nil))
		same(t, find(tx, Start.Add(time.Hour)), []string{second.ID, later.ID})
		return nil
	})
}

// testFlowsWithin: a change keeps a flow before a record refers to it, and reads one.
func testFlowsWithin(t *testing.T, s suite) {
	flow := Flow(t, "kept")
	s.update(t, func(tx engine.Tx) error {
		_, err := tx.Flow(flow.Hash())
		is(t, err, engine.ErrNotFound)
		if err := tx.KeepFlow(flow); err != nil {
			return err
		}
		body, err := tx.Flow(flow.Hash())
		same(t, string(body), string(flow.Encode()))
		return err
	})
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
