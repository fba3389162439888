package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

var errRefused = errors.New("refused")

func testOwnership(t *testing.T, s suite) {
	flow := Flow(t, "one")
	p, c := FullProcess(flow), FullConnection(flow)
	wantP, wantC := FullProcess(flow), FullConnection(flow)
	wantP.ID, wantC.ID = p.ID, c.ID
	s.addProcess(t, p, flow)
	s.addConnection(t, c, flow)
	spoil := func(p engine.Process, c engine.Connection) {
		p.Captures["code"], *p.EndsAt = "spoilt", Start.AddDate(1, 0, 0)
		c.Captures["code"], c.Error.Code, c.Warnings[0].Code = "spoilt", "spoilt", "spoilt"
		*c.EndsAt, *c.FinishedAt = Start.AddDate(1, 0, 0), Start.AddDate(1, 0, 0)
	}
	spoil(p, c)
	spoil(s.process(t, p.ID), s.connection(t, c.ID))
	s.update(t, func(tx engine.Tx) error {
		p, err := tx.Process(p.ID)
		if err != nil {
			return err
		}
		c, err := tx.Connection(c.ID)
		if err == nil {
			spoil(p, c)
		}
		return err
	})
	same(t, s.process(t, p.ID), wantP)
	same(t, s.connection(t, c.ID), wantC)
}

// changeAll does everything that a change can do.
func changeAll(tx engine.Tx, flow *engine.Flow, p engine.Process, c engine.Connection, key engine.CounterKey) error {
	_, err := tx.AddCounter(key, 1)
	return errors.Join(err, tx.InsertProcess(p, flow), tx.InsertConnection(c, flow, time.Time{}),
		tx.AppendHistory(step(c, 0, 0)), tx.LockUser(p.Session, p.Bank, p.Username))
}

func testFailedChange(t *testing.T, s suite) {
	s.expectNothing(t, func(change func(tx engine.Tx) error) {
		err := s.store.Update(s.ctx, func(tx engine.Tx) error {
			if err := change(tx); err != nil {
				return err
			}
			return errRefused
		})
		is(t, err, errRefused)
	})
}

func testPanic(t *testing.T, s suite) {
	s.expectNothing(t, func(change func(tx engine.Tx) error) {
		defer func() { _ = recover() }() // a store may hand the panic on
		err := s.store.Update(s.ctx, func(tx engine.Tx) error {
			if err := change(tx); err != nil {
				return err
			}
			panic("a mistake")
		})
		if err == nil {
			t.Error("a panicking change succeeded")
		}
	})
}

func testEndedContext(t *testing.T, s suite) {
	ended, end := context.WithCancel(s.ctx)
	end()
	s.expectNothing(t, func(change func(tx engine.Tx) error) {
		is(t, s.store.Update(ended, change), context.Canceled)
	})
}

// expectNothing lets fail run a change, and checks that nothing of it is kept.
func (s suite) expectNothing(t *testing.T, fail func(change func(tx engine.Tx) error)) {
	t.Helper()
	flow := Flow(t, "one")
	p, c := Process(flow), Connection(flow)
	key := engine.CounterKey{Session: "s", Kind: engine.CountLogins, Name: "one"}
	fail(func(tx engine.Tx) error { return changeAll(tx, flow, p, c, key) })
	_, err := s.store.Process(s.ctx, p.ID)
	is(t, err, engine.ErrNotFound)
	_, err = s.store.Connection(s.ctx, c.ID)
	is(t, err, engine.ErrNotFound)
	_, err = s.store.Flow(s.ctx, flow.Hash())
	is(t, err, engine.ErrNotFound)
	same(t, s.count(t, key), 0)

	// The store goes on as if nothing had been.
	s.update(t, func(tx engine.Tx) error { return changeAll(tx, flow, p, c, key) })
	same(t, s.process(t, p.ID), p)
	same(t, s.count(t, key), 1)
}

func testOwnWork(t *testing.T, s suite) {
	flow := Flow(t, "one")
	p, c := Process(flow), Connection(flow)
	s.update(t, func(tx engine.Tx) error {
		if _, err := tx.Process(p.ID); !errors.Is(err, engine.ErrNotFound) {
			return fmt.Errorf("process before it is there: %v", err)
		}
		if err := errors.Join(tx.InsertProcess(p, flow), tx.InsertConnection(c, flow, time.Time{})); err != nil {
			return err
		}
		open, err := tx.CountOpenProcesses(p.Session, p.Bank, p.Username, p.Trigger, Start)
		if err != nil || open != 1 {
			return fmt.Errorf("open processes: %d, %v", open, err)
		}
		seen, err := tx.Process(p.ID)
		if err != nil {
			return err
		}
		seen.ConnectionID = c.ID
		if err := tx.SaveProcess(seen); err != nil {
			return err
		}
		if err := tx.SaveProcess(seen); !errors.Is(err, engine.ErrStale) {
			return fmt.Errorf("saved twice: %v", err)
		}
		connections, err := tx.CountConnections(c.Session, c.Bank, c.Username, c.Trigger)
		if err != nil || connections != 1 {
			return fmt.Errorf("connections: %d, %v", connections, err)
		}
		_, err = tx.Connection(c.ID)
		return err
	})
	p.ConnectionID, p.Version = c.ID, 2
	same(t, s.process(t, p.ID), p)
}

func testConcurrentCounting(t *testing.T, s suite) {
	const logins = 40
	flow := Flow(t, "one")
	key := engine.CounterKey{Session: "s", Bank: "b", Username: "u", Kind: engine.CountAttempts, Name: "trigger"}
	sums := make([]int, logins)
	inParallel(logins, func(i int) {
		err := s.store.Update(s.ctx, func(tx engine.Tx) (err error) {
			if err := tx.LockUser(key.Session, key.Bank, key.Username); err != nil {
				return err
			}
			if sums[i], err = tx.Counter(key); err != nil {
				return err
			}
			if _, err = tx.AddCounter(key, 1); err != nil {
				return err
			}
			return tx.InsertProcess(Process(flow), flow)
		})
		if err != nil {
			t.Errorf("login %d: %v", i, err)
		}
	})
	seen := make([]bool, logins)
	for i, sum := range sums {
		if sum < 0 || sum >= logins || seen[sum] {
			t.Fatalf("login %d saw count %d, which another saw too or which is too high", i, sum)
		}
		seen[sum] = true
	}
	same(t, s.count(t, key), logins)
}

func testRace(t *testing.T, s suite) {
	const inputs = 16
	flow := Flow(t, "one")
	p := Process(flow)
	s.addProcess(t, p, flow)
	errs := make([]error, inputs)
	inParallel(inputs, func(i int) {
		changed := p
		changed.Step = i + 1
		errs[i] = s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveProcess(changed) })
	})
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			t.Fatalf("inputs %d and %d both won", winner, i)
		case err == nil:
			winner = i
		default:
			is(t, err, engine.ErrStale)
		}
	}
	if winner < 0 {
		t.Fatal("no input won")
	}
	same(t, s.process(t, p.ID).Step, winner+1)
}

func testMixedBatch(t *testing.T, s suite) {
	const changes = 60
	processes := make([]engine.Process, changes)
	flows := make([]*engine.Flow, changes)
	for i := range processes {
		flows[i] = Flow(t, fmt.Sprintf("scenario %d", i%5))
		processes[i] = Process(flows[i])
	}
	processes[6].ID = processes[5].ID // one of the two can't be stored
	errs := make([]error, changes)
	inParallel(changes, func(i int) {
		defer func() {
			if p := recover(); p != nil {
				errs[i] = fmt.Errorf("panic: %v", p)
			}
		}()
		errs[i] = s.store.Update(s.ctx, func(tx engine.Tx) error {
			err := tx.InsertProcess(processes[i], flows[i])
			switch {
			case err != nil:
				return err
			case i%4 == 1:
				return errRefused
			case i%10 == 3:
				_, err := tx.AddCounter(engine.CounterKey{Name: "lost"}, 1)
				return errors.Join(err, errRefused)
			case i%20 == 2:
				panic("a mistake")
			}
			return nil
		})
	})
	for i, p := range processes {
		_, err := s.store.Process(s.ctx, p.ID)
		fails := i%4 == 1 || i%10 == 3 || i%20 == 2
		switch {
		case i == 5 || i == 6:
		case fails && (errs[i] == nil || !errors.Is(err, engine.ErrNotFound)):
			t.Errorf("change %d failed with %v, and its process: %v", i, errs[i], err)
		case !fails && (errs[i] != nil || err != nil):
			t.Errorf("change %d: %v, and its process: %v", i, errs[i], err)
		}
	}
	same(t, s.count(t, engine.CounterKey{Name: "lost"}), 0)
}

// inParallel calls do for 0..n-1 at once.
func inParallel(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}
