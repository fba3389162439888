package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

var errRefused = errors.New("refused")

// together is a store on PostgreSQL whose changes are written in one batch.
type together struct {
	*store.Store
	flow *engine.Flow
}

// insert adds a new process, and returns it.
func (s together) insert(t *testing.T) engine.Process {
	t.Helper()
	p := storetest.Process(s.flow)
	if err := s.Update(t.Context(), s.inserts(p)); err != nil {
		t.Fatal(err)
	}
	return p
}

func (s together) inserts(p engine.Process) func(engine.Tx) error {
	return func(tx engine.Tx) error { return tx.InsertProcess(p, s.flow) }
}

// polls saves a process with one read more.
func polls(p engine.Process) func(engine.Tx) error {
	p.Polls++
	return func(tx engine.Tx) error { return tx.SaveProcess(p) }
}

// both makes two changes one.
func both(first, second func(engine.Tx) error) func(engine.Tx) error {
	return func(tx engine.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		return second(tx)
	}
}

func (s together) expect(t *testing.T, what string, got []error, want ...error) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(a, b error) bool { return errors.Is(a, b) }) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// saved reports whether the process is there, and how often it was read.
func (s together) saved(t *testing.T, p engine.Process, polls int) {
	t.Helper()
	found, err := s.Process(t.Context(), p.ID)
	switch {
	case polls < 0 && !errors.Is(err, engine.ErrNotFound):
		t.Errorf("a process that was not to be written: %+v, %v", found, err)
	case polls >= 0 && (err != nil || found.Polls != polls || found.Version != p.Version+int64(polls)):
		t.Errorf("%d reads in version %d, %v; want %d", found.Polls, found.Version, err, polls)
	}
}

func writesTogether(t *testing.T, address string) {
	t.Helper()
	s := together{open(t, address, store.Options{}), storetest.Flow(t, "one")}
	good, stale, locked := s.insert(t), s.insert(t), s.insert(t)
	outdated := stale
	outdated.Version = 7
	tx, err := client(t, address).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // where the test fails
	if _, err := tx.Exec("SELECT FROM bank_authentication_processes WHERE id = $1 FOR UPDATE", locked.ID); err != nil {
		t.Fatal(err)
	}
	a, b, c := storetest.Process(s.flow), storetest.Process(s.flow), storetest.FullProcess(s.flow)
	got := store.Together(s.Store, false, s.inserts(a), both(s.inserts(b), polls(outdated)), polls(good), polls(locked), s.inserts(c),
		func(tx engine.Tx) error { return tx.LockUser("default", "MockBank", "tester") },
		func(engine.Tx) error { return errRefused })
	s.expect(t, "one stale, one locked", got, nil, store.ErrApart, nil, store.ErrApart, nil, store.ErrApart, errRefused)
	s.saved(t, a, 0)
	s.saved(t, b, -1)
	s.saved(t, good, 1)
	if found, err := s.Process(t.Context(), c.ID); err != nil || found.State != c.State || *found.Await.FailedAt != *c.Await.FailedAt {
		t.Errorf("a process with all fields: %+v, %v", found, err)
	}

	// A change that is half good is taken back as a whole, and takes none along.
	good.Polls, good.Version = 1, 2
	d := storetest.Process(s.flow)
	got = store.Together(s.Store, false, both(polls(good), polls(outdated)), polls(stale), s.inserts(d))
	s.expect(t, "one half stale", got, store.ErrApart, nil, nil)
	s.saved(t, stale, 1)
	s.saved(t, d, 0)

	// Of statements that fail nobody knows whose fault it is.
	e := storetest.Process(s.flow)
	s.expect(t, "one twice", store.Together(s.Store, false, s.inserts(e), s.inserts(a)), store.ErrApart, store.ErrApart)
	s.saved(t, e, -1)
	s.expect(t, "sent again", store.Together(s.Store, true, s.inserts(e), s.inserts(a)), nil, nil)
	s.saved(t, e, 0)

	// Apart, the stale one is told so, and the one whose row is locked waits.
	if err := s.Update(t.Context(), polls(outdated)); !errors.Is(err, engine.ErrStale) {
		t.Errorf("a stale change: %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Update(short, polls(locked)); err == nil {
		t.Error("a row was changed that another has locked")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), polls(locked)); err != nil {
		t.Errorf("a row that is free again: %v", err)
	}
	s.connects(t)
}

// connects writes connections with their histories and jobs.
func (s together) connects(t *testing.T) {
	t.Helper()
	var changes []func(engine.Tx) error
	var made []engine.Connection
	for range 5 {
		p, c := s.insert(t), storetest.Connection(s.flow)
		made = append(made, c)
		changes = append(changes, both(polls(p), func(tx engine.Tx) error {
			if err := tx.InsertConnection(c, s.flow, time.Now().Add(time.Hour)); err != nil {
				return err
			}
			return tx.AppendHistory(engine.ImportStep{ConnectionID: c.ID, Run: 1, Number: 1, At: storetest.Start, Status: engine.InProgress})
		}))
	}
	s.expect(t, "connections", store.Together(s.Store, false, changes...), make([]error, 5)...)
	for _, c := range made {
		found, session, err := s.ConnectionInSession(t.Context(), c.ID)
		steps, failed := s.History(t.Context(), c.ID)
		if err != nil || failed != nil || found.Status != engine.InProgress || session.Version != 0 || len(steps) != 1 {
			t.Errorf("%+v in %+v with %d steps, %v, %v", found, session, len(steps), err, failed)
		}
	}
	missing := func(tx engine.Tx) error {
		return tx.AppendHistory(engine.ImportStep{ConnectionID: "none", Run: 1, Number: 1, At: storetest.Start, Status: engine.InProgress})
	}
	s.expect(t, "steps of no connection", store.Together(s.Store, false, missing), store.ErrApart)
}

// sharesCommits sees to it that what comes together is committed together, and read together.
func sharesCommits(t *testing.T, address string) {
	t.Helper()
	s := together{open(t, address, store.Options{}), storetest.Flow(t, "one")}
	first := s.insert(t)
	before := s.Stats()
	const changes = 400
	var all sync.WaitGroup
	for range changes {
		all.Go(func() {
			p := storetest.Process(s.flow)
			if err := s.Update(t.Context(), s.inserts(p)); err != nil {
				t.Error(err)
			}
			s.saved(t, p, 0)
			s.saved(t, first, 0)
		})
	}
	all.Wait()
	after := s.Stats()
	if changed, commits := after.Changes-before.Changes, after.Commits-before.Commits; changed != changes || commits > changes/2 {
		t.Errorf("%d changes had %d commits", changed, commits)
	}
}
