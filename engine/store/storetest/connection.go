package storetest

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func testConnection(t *testing.T, s suite) {
	flow := Flow(t, "one")
	blank := Connection(flow)
	blank.Blank = true
	for _, c := range []engine.Connection{Connection(flow), FullConnection(flow), blank} {
		s.addConnection(t, c, flow)
		same(t, s.connection(t, c.ID), c)

		saved := c
		saved.Status, saved.Progress, saved.Message, saved.Written = engine.Success, 100, "", 2
		saved.Error, saved.Warnings, saved.FinishedAt = nil, nil, &saved.UpdatedAt
		saved.UpdatedAt = Start.Add(time.Minute)
		s.update(t, func(tx engine.Tx) error { return tx.SaveConnection(saved, false, flow) })
		is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveConnection(saved, false, flow) }), engine.ErrStale)
		saved.Version = 2
		same(t, s.connection(t, c.ID), saved)
	}
	_, err := s.store.Connection(s.ctx, "unknown")
	is(t, err, engine.ErrNotFound)
}

func testRestart(t *testing.T, s suite) {
	before, after := Flow(t, "before"), Flow(t, "after")
	c := FullConnection(before)
	s.addConnection(t, c, before)
	c.Scenario, c.Trigger, c.Rules, c.FlowHash = after.Scenario, "another", "2;def", after.Hash()
	c.Captures, c.Seed, c.Run, c.Case, c.Progress, c.Written = nil, 7, 3, 0, 0, 0
	s.update(t, func(tx engine.Tx) error { return tx.SaveConnection(c, true, after) })
	c.Version = 2
	same(t, s.connection(t, c.ID), c)
	if _, err := s.store.Flow(s.ctx, after.Hash()); err != nil {
		t.Fatalf("the new run's flow: %v", err)
	}
}

func testDelete(t *testing.T, s suite) {
	flow := Flow(t, "one")
	c := Connection(flow)
	s.addConnection(t, c, flow)
	s.update(t, func(tx engine.Tx) error { return tx.AppendHistory(step(c, 0, 0)) })
	s.update(t, func(tx engine.Tx) error { return tx.DeleteConnection(c.ID) })
	_, err := s.store.Connection(s.ctx, c.ID)
	is(t, err, engine.ErrNotFound)
	steps, err := s.store.History(s.ctx, c.ID)
	if err != nil || len(steps) != 0 {
		t.Fatalf("history of a deleted connection: %v, %v", steps, err)
	}
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.DeleteConnection(c.ID) }), engine.ErrNotFound)
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveConnection(c, false, flow) }), engine.ErrStale)
}

func step(c engine.Connection, number, progress int) engine.ImportStep {
	return engine.ImportStep{
		ConnectionID: c.ID, Run: c.Run, Number: number, At: Start.Add(time.Duration(number) * time.Second),
		Status: engine.InProgress, Progress: progress,
	}
}

func testHistory(t *testing.T, s suite) {
	flow := Flow(t, "one")
	c := Connection(flow)
	s.addConnection(t, c, flow)
	first, second, third := step(c, 0, 0), step(c, 1, 40), step(c, 2, 60)
	second.Message = "Reading"
	third.Status, third.Error = engine.FailedWithError, &engine.Failure{Code: "X", Retryable: true}
	later := step(c, 0, 0)
	later.Run = 2
	s.update(t, func(tx engine.Tx) error { return tx.AppendHistory(first, second) })
	again := second
	again.Progress = 99
	s.update(t, func(tx engine.Tx) error { return tx.AppendHistory(again, third, later) })
	steps, err := s.store.History(s.ctx, c.ID)
	if err != nil {
		t.Fatalf("history: %v", err)
	}
	same(t, steps, []engine.ImportStep{first, second, third, later})
}

func testConnections(t *testing.T, s suite) {
	flow := Flow(t, "one")
	ends := Start.Add(2 * time.Second)
	all := make([]engine.Connection, 6)
	for i := range all {
		all[i] = Connection(flow)
		all[i].EndsAt, all[i].EndStatus = &ends, engine.Success
	}
	all[1].EndStatus = engine.FailedWithError
	all[2].EndsAt, all[2].EndStatus = nil, ""
	all[3].Session, all[4].Bank = "other", "SampleBank"
	for _, i := range []int{3, 1, 0, 5, 2, 4} {
		s.addConnection(t, all[i], flow)
	}
	own := engine.ConnectionFilter{Session: engine.DefaultSession, Now: ends}
	cases := []struct {
		name   string
		filter func(f *engine.ConnectionFilter)
		want   []int
	}{
		{"session", func(*engine.ConnectionFilter) {}, []int{0, 1, 2, 4, 5}},
		{"everything", func(f *engine.ConnectionFilter) { f.Session = "" }, []int{0, 1, 2, 3, 4, 5}},
		{"bank", func(f *engine.ConnectionFilter) { f.Bank = "SampleBank" }, []int{4}},
		{"success", func(f *engine.ConnectionFilter) { f.Status = engine.Success }, []int{0, 4, 5}},
		{"failed", func(f *engine.ConnectionFilter) { f.Status = engine.FailedWithError }, []int{1}},
		{"in progress", func(f *engine.ConnectionFilter) { f.Status = engine.InProgress }, []int{2}},
		{"a moment before", func(f *engine.ConnectionFilter) {
			f.Status, f.Now = engine.InProgress, ends.Add(-time.Millisecond)
		}, []int{0, 1, 2, 4, 5}},
		{"limit", func(f *engine.ConnectionFilter) { f.Limit = 2 }, []int{0, 1}},
		{"page", func(f *engine.ConnectionFilter) { f.Limit, f.After = 2, all[1].ID }, []int{2, 4}},
		{"latest", func(f *engine.ConnectionFilter) { f.Limit, f.Latest = 2, true }, []int{5, 4}},
		{"latest success", func(f *engine.ConnectionFilter) { f.Status, f.Latest = engine.Success, true }, []int{5, 4, 0}},
		{"further back", func(f *engine.ConnectionFilter) { f.Latest, f.After = true, all[2].ID }, []int{1, 0}},
		{"nothing", func(f *engine.ConnectionFilter) { f.Bank = "none" }, nil},
	}
	for _, c := range cases {
		filter := own
		c.filter(&filter)
		page, err := s.store.Connections(s.ctx, filter)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var want, got []string
		for _, i := range c.want {
			want = append(want, all[i].ID)
		}
		for _, connection := range page {
			got = append(got, connection.ID)
		}
		t.Log(c.name)
		same(t, got, want)
	}
}

func testCountConnections(t *testing.T, s suite) {
	flow := Flow(t, "one")
	for _, change := range []func(c *engine.Connection){
		func(*engine.Connection) {},
		func(c *engine.Connection) { c.Session = "other" },
		func(c *engine.Connection) { c.Bank = "other" },
		func(c *engine.Connection) { c.Username = "other" },
		func(c *engine.Connection) { c.Trigger = "other" },
		func(*engine.Connection) {},
	} {
		c := Connection(flow)
		change(&c)
		s.addConnection(t, c, flow)
	}
	var count int
	s.update(t, func(tx engine.Tx) (err error) {
		count, err = tx.CountConnections(engine.DefaultSession, "MockBank", "tester", "trigger")
		return err
	})
	same(t, count, 2)
}
