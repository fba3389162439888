package store_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// beside opens a store on a file, and the same file as any SQLite client would.
func beside(t *testing.T, options store.Options) (*store.Store, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	s := open(t, path, options)
	client, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(60000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return s, client
}

func TestRowsAreReadable(t *testing.T) {
	t.Parallel()
	s, client := beside(t, store.Options{})
	readable(t, s, client, "2026-03-29T00:59:59.123Z")
}

// readable checks what somebody sees who looks into the tables.
func readable(t *testing.T, s *store.Store, client *sql.DB, start string) {
	t.Helper()
	flow := storetest.Flow(t, "one")
	c := storetest.FullConnection(flow)
	p := storetest.FullProcess(flow)
	step := engine.ImportStep{ConnectionID: c.ID, Run: 1, At: storetest.Start, Status: engine.InProgress, Progress: 40}
	err := s.Update(t.Context(), func(tx engine.Tx) error {
		return errors.Join(tx.InsertConnection(c, flow, time.Time{}), tx.AppendHistory(step), tx.InsertProcess(p, flow))
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"SELECT status || ' ' || import_progress || ' ' || import_message FROM bank_connections": "FAILED_WITH_ERROR 60 Reading 'accounts'",
		"SELECT created_at FROM bank_connections":                                                start,
		"SELECT session || ' ' || status || ' ' || progress FROM import_history":                 "default IN_PROGRESS 40",
		"SELECT username || ' ' || end_status FROM bank_authentication_processes":                "tester AUTHENTICATION_FAILED",
		"SELECT f.scenario FROM flows f JOIN bank_connections c ON c.flow_hash = f.hash":         "one",
		"SELECT kind || ' ' || queue || ' ' || state FROM river_job":                             "import imports available",
	} {
		var got any
		if err := client.QueryRow(query).Scan(&got); err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if at, ok := got.(time.Time); ok {
			got = at.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}

// putsBack removes a flow behind the store's back, and logs in again.
func putsBack(t *testing.T, s *store.Store, client *sql.DB) {
	t.Helper()
	flow := storetest.Flow(t, "one")
	first, second := storetest.Process(flow), storetest.Process(flow)
	login := func(p engine.Process) {
		t.Helper()
		if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
			t.Fatal(err)
		}
	}
	login(first)
	for _, statement := range []string{"DELETE FROM bank_authentication_processes", "DELETE FROM flows"} {
		if _, err := client.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	login(second)
	if _, err := s.Flow(t.Context(), flow.Hash()); err != nil {
		t.Errorf("the flow: %v", err)
	}
}

func TestLockedFile(t *testing.T) {
	t.Parallel()
	s, client := beside(t, store.Impatient(store.Options{}))
	flow := storetest.Flow(t, "one")
	p := storetest.Process(flow)
	insert := func() error {
		return s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) })
	}
	holder, err := client.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if _, err := holder.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	if err := insert(); engine.CodeOf(err) != engine.CodeUnavailable {
		t.Errorf("while another holds the lock: %v", err)
	}
	if _, err := holder.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := insert(); err != nil {
		t.Errorf("after it was given back: %v", err)
	}
}

// A change that waits can be withdrawn; one that is at work is waited for, whatever its context says.
func TestWithdrawnChange(t *testing.T) {
	t.Parallel()
	s := open(t, ":memory:", store.Options{})
	started, release := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	var atWork, waits error
	var both sync.WaitGroup
	both.Go(func() {
		once := sync.OnceFunc(func() { close(started) })
		atWork = s.Update(ctx, func(engine.Tx) error {
			once()
			<-release
			return nil
		})
	})
	<-started
	ran := false
	both.Go(func() {
		defer close(release) // once this one has given up
		waits = s.Update(ctx, func(engine.Tx) error {
			ran = true
			return nil
		})
	})
	cancel()
	both.Wait()
	if atWork != nil {
		t.Errorf("the change at work: %v", atWork)
	}
	if !errors.Is(waits, context.Canceled) || ran {
		t.Errorf("the change that waited: %v, and it ran: %v", waits, ran)
	}
}

// Changes that wait together are committed together, and each has its own answer.
func TestChangesShareACommit(t *testing.T) {
	t.Parallel()
	s := open(t, ":memory:", store.Options{})
	started, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		once := sync.OnceFunc(func() { close(started) })
		if err := s.Update(t.Context(), func(engine.Tx) error { once(); <-release; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-started
	before := s.Stats()
	flow, refused := storetest.Flow(t, "one"), errors.New("refused")
	const changes = 50
	errs := make([]error, changes)
	for i := range changes {
		all.Go(func() {
			errs[i] = s.Update(t.Context(), func(tx engine.Tx) error {
				if i%2 == 1 {
					return refused
				}
				return tx.InsertProcess(storetest.Process(flow), flow)
			})
		})
	}
	for s.Stats().Waiting < changes {
		runtime.Gosched()
	}
	close(release)
	all.Wait()
	after := s.Stats()
	if changed, commits := after.Changes-before.Changes, after.Commits-before.Commits; changed != changes+1 || commits != 2 {
		t.Errorf("%d changes had %d commits, want %d and 2", changed, commits, changes+1)
	}
	for i, err := range errs {
		if i%2 == 1 != errors.Is(err, refused) || i%2 == 0 && err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
}

// A store that is closed leaves everything in the database's one file, and none of SQLite's beside it.
func TestCloseLeavesOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	flow := storetest.Flow(t, "one")
	if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(storetest.Process(flow), flow) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + kind); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("there is a file %s (%v)", kind, err)
		}
	}
}

func TestStoreOutlivesAnInterruption(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	flow := storetest.Flow(t, "success")
	insert := func() string {
		t.Helper()
		p := storetest.Process(flow)
		if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
			t.Fatalf("insert: %v", err)
		}
		return p.ID
	}
	interrupt := func() {
		t.Helper()
		if err := store.Interrupt(t.Context(), s); err == nil {
			t.Fatal("a statement that never ends was not interrupted")
		}
	}
	first := insert()
	interrupt()
	second := insert()
	interrupt()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	s = open(t, path, store.Options{})
	for _, id := range []string{first, second} {
		if _, err := s.Process(t.Context(), id); err != nil {
			t.Errorf("process %s: %v", id, err)
		}
	}
}
