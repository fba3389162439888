package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// claimAt claims a key for an hour, and reports whether it was free.
func claimAt(t *testing.T, s *store.Store, key string) bool {
	t.Helper()
	claim, err := s.ClaimRequest(t.Context(), engine.RequestKey{Session: "s", Route: "connect", Key: key}, "f", storetest.Start, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return claim.First
}

// TestClaimsOfAGoneNodeAreFree: N-6. Others' claims, and its answers, stay.
func TestClaimsOfAGoneNodeAreFree(t *testing.T) {
	t.Parallel()
	address := pgtest.Start(t).NewDatabase(t)
	gone, left := open(t, address, store.Options{Node: "gone"}), open(t, address, store.Options{Node: "left"})
	for _, s := range []struct {
		store *store.Store
		key   string
	}{{gone, "open"}, {gone, "answered"}, {left, "other's"}} {
		if !claimAt(t, s.store, s.key) {
			t.Fatalf("%s is taken", s.key)
		}
	}
	answered := engine.RequestKey{Session: "s", Route: "connect", Key: "answered"}
	if err := gone.Update(t.Context(), func(tx engine.Tx) error { return tx.AnswerRequest(answered, []byte("{}")) }); err != nil {
		t.Fatal(err)
	}
	for id, seen := range map[string]time.Time{"gone": storetest.Start, "left": storetest.Start.Add(time.Minute)} {
		if err := left.SaveNode(t.Context(), store.Node{ID: id, Name: id, RulesSince: seen, StartedAt: seen, SeenAt: seen}); err != nil {
			t.Fatal(err)
		}
	}
	if claimAt(t, left, "open") {
		t.Fatal("a claim is free while its node is there")
	}
	removed, err := left.RemoveSilentNodes(t.Context(), "left", storetest.Start.Add(time.Second))
	if err != nil || len(removed) != 1 {
		t.Fatalf("removed %v: %v", removed, err)
	}
	for key, free := range map[string]bool{"open": true, "answered": false, "other's": false} {
		if claimAt(t, left, key) != free {
			t.Errorf("%s is free: %v", key, !free)
		}
	}
}

// An SQLite file's claims are free when a process starts on it: nobody else can hold any.
func TestClaimsAreFreeAtTheStart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	killed, err := store.Open(t.Context(), path, store.Options{Node: "killed"})
	if err != nil {
		t.Fatal(err)
	}
	claimAt(t, killed, "open")
	if err := killed.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, path, store.Options{Node: "next"})
	if err := s.ReleaseJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !claimAt(t, s, "open") {
		t.Error("the claim of a killed process is held")
	}
}

// A database of a build between two releases may lack a migration that is older than the newest it has had.
func TestMigrationsThatAreMissing(t *testing.T) {
	t.Parallel()
	for kind, address := range map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string { return filepath.Join(t.TempDir(), "mockbank.db") },
		"pgx":    func(t *testing.T) string { return pgtest.Start(t).NewDatabase(t) },
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			address := address(t)
			s, err := store.Open(t.Context(), address, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open(kind, address)
			if err != nil {
				t.Fatal(err)
			}
			for _, query := range []string{"DROP INDEX sessions_used", "DELETE FROM mockbank_migrations WHERE version_id = 20"} {
				if _, err := db.ExecContext(t.Context(), query); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, address, store.Options{})
			if _, err := again.IdleSessions(t.Context(), storetest.Start, 1); err != nil {
				t.Error(err)
			}
		})
	}
}
