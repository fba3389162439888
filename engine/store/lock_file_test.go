package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// Rows are cached on SQLite: a second bank on the file would answer with what the first has changed, and both would
// give the same pages away.
func TestAFileHasOneOwnerWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "mockbank.db")
	first := open(t, path, store.Options{})
	other := filepath.Join(folder, "elsewhere")
	if err := os.Mkdir(other, 0o755); err != nil {
		t.Fatal(err)
	}
	names := []string{path, filepath.Join(folder, "elsewhere", "..", "mockbank.db"), "file:" + path}
	for name, link := range map[string]func(string, string) error{"hard.db": os.Link, "soft.db": os.Symlink} {
		names = append(names, filepath.Join(other, name))
		if err := link(path, filepath.Join(other, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		second, err := store.Open(t.Context(), name, store.Impatient(store.Options{}))
		if err == nil {
			_ = second.Close()
			t.Fatalf("%s was opened twice", name)
		}
		if !strings.Contains(err.Error(), "another mockbank is using it") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What was refused has not ended the first one's own locks on the file.
	flow := storetest.Flow(t, "one")
	err := first.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(storetest.Process(flow), flow) })
	if err != nil {
		t.Errorf("the first: %v", err)
	}
}

// The owner's number stands beside the file, and in the message to whoever else wants it.
func TestTheOwnerIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(path + "-owner")
	if err != nil || strings.TrimSpace(string(note)) != strconv.Itoa(os.Getpid()) {
		t.Errorf("the note says %q, %v", note, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-owner"); !os.IsNotExist(err) {
		t.Errorf("the note stays: %v", err)
	}
	// A note that somebody else left, or that cannot be written, keeps nobody out.
	if err := os.Mkdir(path+"-owner", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path, store.Options{}).Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// A file in which another program keeps something is refused, and left as it is.
func TestForeignFilesAreRefused(t *testing.T) {
	t.Parallel()
	for name, statements := range map[string][]string{
		"customers":       {"CREATE TABLE customers (id)"},
		"called as ours":  {"CREATE TABLE flows (id)", "CREATE TABLE sessions (id)"},
		"a view":          {"CREATE VIEW customers AS SELECT 1"},
		"in WAL":          {"PRAGMA journal_mode = WAL", "CREATE TABLE customers (id)"},
		"marked, empty":   {"PRAGMA application_id = 252006673"},
		"ours and theirs": {"CREATE TABLE mockbank_migrations (id)", "CREATE TABLE customers (id)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "their.db")
			fill(t, path, statements...)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(t.Context(), path, store.Options{})
			if err == nil {
				_ = s.Close()
				t.Fatal("it was adopted")
			}
			if !strings.Contains(err.Error(), "another program") || !strings.Contains(err.Error(), "name another file") {
				t.Error(err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

// An empty file, and one that a mockbank made which knew of no mark, are taken and marked.
func TestOwnFilesAreTaken(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	for _, prepare := range []func(){
		func() { fill(t, path, "PRAGMA user_version = 0") },
		func() { fill(t, path, "PRAGMA application_id = 0") },
		func() {},
	} {
		prepare()
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		var mark int
		client := clientOf(t, path)
		if err := client.QueryRow("PRAGMA application_id").Scan(&mark); err != nil || mark != 0x6d6f636b {
			t.Errorf("it is marked %x, %v", mark, err)
		}
		_ = client.Close()
	}
}

func TestNewerTablesAreRefused(t *testing.T) {
	t.Parallel()
	for table, statement := range map[string]string{
		"mockbank_migrations": "INSERT INTO mockbank_migrations (version_id, is_applied) VALUES (99999, true)",
		"river_migration":     "INSERT INTO river_migration (line, version) VALUES ('main', 999)",
	} {
		path := filepath.Join(t.TempDir(), "mockbank.db")
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		fill(t, path, statement)
		s, err = store.Open(t.Context(), path, store.Options{})
		if err == nil {
			_ = s.Close()
			t.Fatalf("%s: it was opened", table)
		}
		if !strings.Contains(err.Error(), "999") || !strings.Contains(err.Error(), "use a newer mockbank") {
			t.Errorf("%s: %v", table, err)
		}
	}
}

// fill runs statements on a file, as any SQLite client does.
func fill(t *testing.T, path string, statements ...string) {
	t.Helper()
	client := clientOf(t, path)
	for _, statement := range statements {
		if _, err := client.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
}

func clientOf(t *testing.T, path string) *sql.DB {
	t.Helper()
	client, err := sql.Open("sqlite", fmt.Sprintf("%s?_pragma=busy_timeout(5000)", path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}
