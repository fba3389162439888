package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

func TestCleanUp(t *testing.T) {
	t.Parallel()
	cleansUp(t, filepath.Join(t.TempDir(), "mockbank.db"))
}

// cleansUp checks what a clean-up takes and what it leaves.
func cleansUp(t *testing.T, address string) {
	t.Helper()
	now := storetest.Start
	s := open(t, address, store.Options{Now: func() time.Time { return now }})
	const many = 1234
	old, fresh := storetest.Flow(t, "old"), storetest.Flow(t, "fresh")
	used, kept, late := storetest.Process(old), storetest.Process(fresh), storetest.Process(fresh)
	connection, gone := storetest.Connection(fresh), storetest.Connection(old)
	used.ConnectionID, kept.ConnectionID = gone.ID, connection.ID
	ends := storetest.Start.Add(100 * time.Hour)
	late.EndsAt, late.EndStatus = &ends, engine.Authenticated
	connection.EndsAt, connection.EndStatus, connection.DueAt = &ends, engine.Success, &ends
	counter, moved := engine.CounterKey{Name: "old"}, engine.CounterKey{Name: "moved"}
	err := s.Update(t.Context(), func(tx engine.Tx) error {
		for range many {
			if err := tx.InsertProcess(storetest.Process(old), old); err != nil {
				return err
			}
		}
		_, err := tx.AddCounter(counter, 1)
		_, other := tx.AddCounter(moved, 1)
		_, _, window := tx.Window(counter, time.Minute, now)
		_, _, moving := tx.Window(moved, time.Minute, now)
		return errors.Join(err, other, window, moving, tx.InsertProcess(used, old), tx.InsertProcess(kept, fresh), tx.InsertProcess(late, fresh),
			tx.InsertConnection(connection, fresh, time.Time{}), tx.InsertConnection(gone, old, time.Time{}),
			tx.AppendHistory(engine.ImportStep{ConnectionID: gone.ID, Run: 1, At: now, Status: engine.InProgress}))
	})
	if err != nil {
		t.Fatal(err)
	}
	claim := func(key string, at time.Time) bool {
		t.Helper()
		c, err := s.ClaimRequest(t.Context(), engine.RequestKey{Key: key}, "f", at, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return c.First
	}
	claim("old", storetest.Start)
	claim("new", storetest.Start.Add(2*time.Hour))
	now = storetest.Start.Add(2 * time.Hour)
	err = s.Update(t.Context(), func(tx engine.Tx) error {
		_, counted := tx.AddCounter(moved, 1)
		_, _, moved := tx.Window(moved, time.Minute, now)
		return errors.Join(counted, moved)
	})
	if err != nil {
		t.Fatal(err)
	}

	horizon := storetest.Start.Add(time.Hour)
	removed, err := s.CleanUp(t.Context(), store.Horizon{Records: horizon, Requests: horizon})
	if err != nil {
		t.Fatal(err)
	}
	want := store.Removed{Connections: 1, Processes: many + 1, Counters: 1, Windows: 1, Requests: 1, Flows: 1}
	if removed != want {
		t.Errorf("removed %+v, want %+v", removed, want)
	}
	for _, p := range []engine.Process{kept, late} {
		if _, err := s.Process(t.Context(), p.ID); err != nil {
			t.Errorf("a process that is in use: %v", err)
		}
	}
	if _, err := s.Flow(t.Context(), old.Hash()); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("the flow of no row: %v", err)
	}
	if steps, err := s.History(t.Context(), gone.ID); err != nil || len(steps) != 0 {
		t.Errorf("the history of a connection that is gone: %v, %v", steps, err)
	}
	if claim("new", now) || !claim("old", now) {
		t.Error("the wrong idempotency key was removed")
	}
	// A login with the flow that was removed puts it back.
	if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(storetest.Process(old), old) }); err != nil {
		t.Fatal(err)
	}
	connection.DueAt = nil // all of it is written
	if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.SaveConnection(connection, false, fresh) }); err != nil {
		t.Fatal(err)
	}
	removed, err = s.CleanUp(t.Context(), store.Horizon{Records: ends.Add(time.Hour)})
	if want := (store.Removed{Connections: 1, Processes: 3, Counters: 1, Windows: 1, Flows: 2}); err != nil || removed != want {
		t.Errorf("after all has ended: removed %+v, want %+v: %v", removed, want, err)
	}
}

// cleansUpByTheWall checks that a clean-up goes by the wall clock, whatever sessions' clocks show, and by them alone
// where it asks whether something is over.
func cleansUpByTheWall(t *testing.T, address string) {
	t.Helper()
	now := storetest.Start
	s := open(t, address, store.Options{Now: func() time.Time { return now }})
	flow := storetest.Flow(t, "one")
	const many, month = 1700, 30 * 24 * time.Hour
	ahead, frozen := storetest.Start.Add(3*month), storetest.Start.Add(-12*month)
	in := func(session string, at, ends time.Time) engine.Process {
		p := storetest.Process(flow)
		p.Session, p.CreatedAt, p.UpdatedAt, p.EnteredAt = session, at, at, at
		p.EndsAt, p.EndStatus = &ends, engine.AuthenticationFailed
		return p
	}
	early := in("ahead", ahead, ahead.Add(time.Minute))   // its times are ahead of the horizon
	open := in("frozen", frozen, frozen.Add(time.Minute)) // its times are long past, and its clock has not come to its end
	late, touched := in("late", now, now.Add(3*month)), in("frozen", frozen, frozen)
	err := s.Update(t.Context(), func(tx engine.Tx) error {
		for _, session := range []engine.Session{
			{ID: "ahead", Clock: engine.Clock{Offset: 3 * month}, CreatedAt: now, UsedAt: now},
			{ID: "frozen", Clock: engine.Clock{FrozenAt: &frozen}, CreatedAt: now, UsedAt: now},
		} {
			if err := tx.SaveSession(session); err != nil {
				return err
			}
		}
		for _, p := range []engine.Process{early, open, late, touched} {
			if err := tx.InsertProcess(p, flow); err != nil {
				return err
			}
		}
		for range many {
			if err := tx.InsertProcess(storetest.Process(flow), flow); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * month)
	if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.SaveProcess(touched) }); err != nil {
		t.Fatal(err)
	}
	removed, err := s.CleanUp(t.Context(), store.Horizon{Records: now.Add(-month)})
	if err != nil || removed.Processes != many+1 {
		t.Errorf("%d processes were removed, want %d: %v", removed.Processes, many+1, err)
	}
	for name, p := range map[string]engine.Process{"open": open, "late": late, "touched": touched} {
		if _, err := s.Process(t.Context(), p.ID); err != nil {
			t.Errorf("the one that is %s: %v", name, err)
		}
	}
	if _, err := s.Process(t.Context(), early.ID); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("the one whose clock is ahead: %v", err)
	}
}

func TestCleanUpByTheWall(t *testing.T) {
	t.Parallel()
	cleansUpByTheWall(t, filepath.Join(t.TempDir(), "mockbank.db"))
}

// Clean-ups among logins take nothing that a login needs.
func cleansUpAmongLogins(t *testing.T, stores []*store.Store, client *sql.DB) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 50 {
			if _, err := stores[0].CleanUp(t.Context(), store.Horizon{Records: time.Now().Add(time.Hour)}); err != nil {
				t.Errorf("clean-up: %v", err)
			}
		}
	}()
	flow := storetest.Flow(t, "one")
	for logins := 0; ; logins++ {
		select {
		case <-done:
			t.Logf("%d logins", logins)
			return
		default:
		}
		p := storetest.Process(flow)
		for _, s := range stores[1:] {
			if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
				t.Fatalf("login %d: %v", logins, err)
			}
			p = storetest.Process(flow)
		}
		deleteProcesses(t, client)
	}
}

// deleteProcesses deletes as another program would: it tries again where a clean-up that deletes too has made a deadlock of it,
// and PostgreSQL has chosen to end this one.
func deleteProcesses(t *testing.T, client *sql.DB) {
	t.Helper()
	for {
		_, err := client.Exec("DELETE FROM bank_authentication_processes")
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "40P01") {
			t.Fatal(err)
		}
	}
}

func TestCleanUpAmongLogins(t *testing.T) {
	t.Parallel()
	s, client := beside(t, store.Options{})
	cleansUpAmongLogins(t, []*store.Store{s, s}, client)
}

// A flow that a login takes up while a clean-up looks for the rows that refer to it stays.
func TestCleanUpSparesFlowsTakenUpMeanwhile(t *testing.T) {
	t.Parallel()
	s, client := beside(t, store.Options{})
	flow, over := storetest.Flow(t, "one"), time.Now().Add(time.Hour)
	login := func() {
		p := storetest.Process(flow)
		if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
			t.Error(err)
		}
	}
	login()
	stop := make(chan struct{})
	var logins sync.WaitGroup
	logins.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				login()
			}
		}
	})
	for range 20 {
		deleteProcesses(t, client)
		if _, err := s.CleanUp(t.Context(), store.Horizon{Records: over, Requests: over}); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	logins.Wait()
	login()
	var orphans int
	err := client.QueryRow(`SELECT count(*) FROM bank_authentication_processes WHERE flow_hash NOT IN (SELECT hash FROM flows)`).Scan(&orphans)
	if err != nil || orphans > 0 {
		t.Errorf("%d rows have no flow (%v)", orphans, err)
	}
}
