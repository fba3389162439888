package store_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	text, short, damaged := filepath.Join(folder, "notes.txt"), filepath.Join(folder, "short"), filepath.Join(folder, "damaged.db")
	write(t, text, "these are no rows, but a page of notes")
	write(t, short, "x")
	locked := lockedFolder(t)
	write(t, damaged, "SQLite format 3\x00"+strings.Repeat("nonsense", 1000))
	for _, c := range []struct {
		name, address string
		words         []string
	}{
		{"nothing named", "", []string{"no database is named"}},
		{"unknown kind", "mysql://me:hidden@host/db", []string{`"mysql"`, "postgres://"}},
		{"no folder", filepath.Join(folder, "missing", "mockbank.db"), []string{"no folder", "missing", "create it"}},
		{"a file as folder", filepath.Join(text, "mockbank.db"), []string{"notes.txt", "is no folder"}},
		{"a folder", folder, []string{"is a folder", "mockbank.db"}},
		{"no database", text, []string{"notes.txt", "is not an SQLite database"}},
		{"a short file", short, []string{"is not an SQLite database"}},
		{"a folder that cannot be written to", filepath.Join(locked, "mockbank.db"), []string{"cannot be written to", locked}},
		{"a damaged file", damaged, []string{"damaged.db", "damaged or no SQLite database"}},
		{"an unreadable address", "postgres://me:hidden@host:port:99999/db", []string{"cannot be read", "percent-encoded"}},
		{"an address with a bad escape", "postgres://me:hidden%zz@host/db", []string{"cannot be read"}},
		{"words of libpq", "host=127.0.0.1 port=1 user=u password=hidden dbname=x", []string{"postgres://user:password@host"}},
		{"an @ in the password", "postgres://me:p@hidden@127.0.0.1:1/x", []string{"%40"}},
		{"a device", "/dev/null", []string{"/dev/null", "is no regular file", "a device"}},
		{"a pipe", pipe(t, folder), []string{"pipe", "is no regular file"}},
		{"a dangling link", dangling(t, folder), []string{"dangling.db", "is a link", "nowhere"}},
		{"nobody there", "postgres://me:hidden@127.0.0.1:1/bank?sslmode=disable", []string{"127.0.0.1:1", `"bank"`, "cannot be reached"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), c.address, store.Options{})
			if err == nil {
				_ = s.Close()
				t.Fatal("it was opened")
			}
			for _, word := range c.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q is missing in: %v", word, err)
				}
			}
			for _, secret := range []string{"hidden", "%zz"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the password is told: %v", err)
				}
			}
		})
	}
}

func pipe(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func dangling(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "dangling.db")
	if err := os.Symlink(filepath.Join("nowhere", "mockbank.db"), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// lockedFolder returns a folder in which nobody, or not even root, can make a file.
func lockedFolder(t *testing.T) string {
	t.Helper()
	if os.Geteuid() == 0 {
		if _, err := os.Stat("/proc/self"); err != nil {
			t.Skip("MISSING: a folder that root cannot write to (/proc), or another user than root")
		}
		return "/proc"
	}
	folder := filepath.Join(t.TempDir(), "locked")
	if err := os.Mkdir(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	return folder
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenGivesUpOnSilence(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // it accepts, and never says a word
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = store.Open(ctx, "postgres://me:hidden@"+listener.Addr().String()+"/bank?sslmode=disable",
		store.Options{ConnectTimeout: 200 * time.Millisecond})
	if err == nil || strings.Contains(err.Error(), "hidden") {
		t.Fatalf("a silent server: %v", err)
	}
	if ctx.Err() != nil {
		t.Error("it did not give up by itself")
	}
}

func TestFileIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a b?c#d%20e.db")
	flow := storetest.Flow(t, "one")
	p := storetest.FullProcess(flow)
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(engine.Tx) error { return nil }); engine.CodeOf(err) != engine.CodeUnavailable {
		t.Errorf("a closed store: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	again := open(t, path, store.Options{})
	if name := again.String(); !strings.Contains(name, filepath.Base(path)) {
		t.Errorf("the database is called %s", name)
	}
	if got, err := again.Process(t.Context(), p.ID); err != nil || got.Username != p.Username {
		t.Fatalf("after opening it again: %+v, %v", got, err)
	}
}

func TestMemoryLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	s, err := store.Open(t.Context(), ":memory:", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// openTogether opens a database from many stores at once, as nodes do that start together, and lets
// each write.
func openTogether(t *testing.T, address string, nodes int) []*store.Store {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stores, errs := make([]*store.Store, nodes), make([]error, nodes)
	flow := storetest.Flow(t, "one")
	var all sync.WaitGroup
	for i := range nodes {
		all.Go(func() {
			if stores[i], errs[i] = store.Open(ctx, address, store.Options{PoolSize: 2}); errs[i] != nil {
				return
			}
			errs[i] = stores[i].Update(ctx, func(tx engine.Tx) error {
				return tx.InsertConnection(storetest.Connection(flow), flow, time.Time{})
			})
		})
	}
	all.Wait()
	for i, err := range errs {
		if stores[i] != nil {
			t.Cleanup(func() { _ = stores[i].Close() })
		}
		if err != nil {
			t.Errorf("node %d: %v", i, err)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	first, err := stores[0].Key(ctx, "fingerprints")
	if err != nil || len(first) != 32 {
		t.Fatalf("a key of %d bytes: %v", len(first), err)
	}
	for i, s := range stores {
		if key, err := s.Key(ctx, "fingerprints"); err != nil || !bytes.Equal(key, first) {
			t.Errorf("node %d has another key: %v", i, err)
		}
	}
	if other, err := stores[0].Key(ctx, "other"); err != nil || bytes.Equal(other, first) {
		t.Errorf("two names have one key: %v", err)
	}
	page, err := stores[0].Connections(ctx, engine.ConnectionFilter{})
	if err != nil || len(page) != nodes {
		t.Fatalf("%d connections, want %d: %v", len(page), nodes, err)
	}
	return stores
}
