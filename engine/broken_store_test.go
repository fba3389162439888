package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

var errDisk = errors.New("the disk is full")

// brokenStore fails at one of the calls within its transactions.
type brokenStore struct {
	*Memory
	calls, failAt int
}

func (s *brokenStore) Update(ctx context.Context, change func(Tx) error) error {
	return s.Memory.Update(ctx, func(tx Tx) error { return change(&brokenTx{Tx: tx, store: s}) })
}

func (s *brokenStore) fails() bool {
	s.calls++
	return s.calls == s.failAt
}

type brokenTx struct {
	Tx
	store *brokenStore
}

func failing[T any](tx *brokenTx, call func() (T, error)) (T, error) {
	if tx.store.fails() {
		var zero T
		return zero, errDisk
	}
	return call()
}

func (tx *brokenTx) fail(call func() error) error {
	_, err := failing(tx, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

func (tx *brokenTx) Process(id string) (Process, error) {
	return failing(tx, func() (Process, error) { return tx.Tx.Process(id) })
}

func (tx *brokenTx) Connection(id string) (Connection, error) {
	return failing(tx, func() (Connection, error) { return tx.Tx.Connection(id) })
}

func (tx *brokenTx) InsertProcess(p Process, f *Flow) error {
	return tx.fail(func() error { return tx.Tx.InsertProcess(p, f) })
}

func (tx *brokenTx) SaveProcess(p Process) error {
	return tx.fail(func() error { return tx.Tx.SaveProcess(p) })
}

func (tx *brokenTx) InsertConnection(c Connection, f *Flow, due time.Time) error {
	return tx.fail(func() error { return tx.Tx.InsertConnection(c, f, due) })
}

func (tx *brokenTx) SaveConnection(c Connection, restart bool, f *Flow) error {
	return tx.fail(func() error { return tx.Tx.SaveConnection(c, restart, f) })
}

func (tx *brokenTx) DeleteConnection(id string) error {
	return tx.fail(func() error { return tx.Tx.DeleteConnection(id) })
}

func (tx *brokenTx) AppendHistory(steps ...ImportStep) error {
	return tx.fail(func() error { return tx.Tx.AppendHistory(steps...) })
}

func (tx *brokenTx) LockUser(session, bank, username string) error {
	return tx.fail(func() error { return tx.Tx.LockUser(session, bank, username) })
}

func (tx *brokenTx) Counter(key CounterKey) (int, error) {
	return failing(tx, func() (int, error) { return tx.Tx.Counter(key) })
}

func (tx *brokenTx) AddCounter(key CounterKey, delta int) (int, error) {
	return failing(tx, func() (int, error) { return tx.Tx.AddCounter(key, delta) })
}

func (tx *brokenTx) ResetCounter(key CounterKey) error {
	return tx.fail(func() error { return tx.Tx.ResetCounter(key) })
}

func (tx *brokenTx) CountConnections(session, bank, username, trigger string) (int, error) {
	return failing(tx, func() (int, error) { return tx.Tx.CountConnections(session, bank, username, trigger) })
}

func (tx *brokenTx) CountOpenProcesses(session, bank, username, trigger string, now time.Time) (int, error) {
	return failing(tx, func() (int, error) { return tx.Tx.CountOpenProcesses(session, bank, username, trigger, now) })
}

// wholeLife plays a connection from its login to its deletion. Whatever fails is sent again, as a
// client would, so that what happened is the same in every run.
func wholeLife(t *testing.T, failAt int) (seen []string, failures int) {
	t.Helper()
	store := &brokenStore{Memory: NewMemory(), failAt: failAt}
	facts := Facts{Attempt: times(from(1)), Connections: only(0), OpenProcesses: only(0), Counters: map[string]Count{"asked": {Range: Range{From: 0, To: 0}}}}
	flow := steps(
		step("ask", ChallengeResponseRequired, reads(1, "app")).counts("asked"),
		step("app", DecoupledAuthRequired, on(EventApproval, Approved, "yes"), between(1e9, 5e9, "yes")), yes().resets("asked"))
	b := openOn(t, store, scenario("all", "p", flow).where(facts))
	do := func(name string, call func() (string, error)) {
		for range 2 {
			said, err := call()
			if errors.Is(err, errDisk) {
				failures++
				continue
			}
			if err != nil {
				t.Fatalf("failing at %d: %s: %v", failAt, name, err)
			}
			seen = append(seen, name+" "+said)
			return
		}
		t.Fatalf("failing at %d: %s fails twice", failAt, name)
	}
	var process, connection string
	do("explain", func() (string, error) {
		e, err := b.Explain(b.ctx(), tester("p"), AssumedFacts{})
		if err != nil {
			return "", err
		}
		return e.Match.Name, nil
	})
	do("login", func() (string, error) {
		p, err := b.Authenticate(b.ctx(), tester("p"))
		process = p.ID
		return fmt.Sprint(p.Status, p.Seed, p.Scenario), err
	})
	do("poll", func() (string, error) { p, err := b.Poll(b.ctx(), process); return fmt.Sprint(p.Status, p.EndsAt), err })
	do("approve", func() (string, error) {
		p, err := b.Continue(b.ctx(), process, Input{Kind: EventApproval, Value: Approved})
		return fmt.Sprint(p.Status, p.Version), err
	})
	do("connect", func() (string, error) {
		c, err := b.Connect(b.ctx(), process)
		connection = c.ID
		return string(c.Status), err
	})
	b.wait(4 * time.Second)
	do("job", func() (string, error) {
		_, done, err := b.Imports().Advance(b.ctx(), connection, 1)
		return fmt.Sprint(done, err == nil && len(b.history(connection)) == 2), err
	})
	do("update", func() (string, error) {
		c, err := b.UpdateConnection(b.ctx(), connection)
		return fmt.Sprint(c.Run, c.Version), err
	})
	seen = append(seen, b.history(connection)...)
	do("delete", func() (string, error) { return "", b.DeleteConnection(b.ctx(), connection) })
	return seen, failures
}

// TestNothingIsLostOrDoubled: whichever write fails, the request says so and leaves nothing behind,
// and sent again it does what it would have done.
func TestNothingIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	want, _ := wholeLife(t, 0)
	for failAt := 1; ; failAt++ {
		seen, failures := wholeLife(t, failAt)
		if failures == 0 {
			if failAt < 25 {
				t.Errorf("only %d calls could fail", failAt-1)
			}
			return
		}
		if !slices.Equal(seen, want) {
			t.Fatalf("failing at call %d:\n%q\nwithout:\n%q", failAt, seen, want)
		}
	}
}
