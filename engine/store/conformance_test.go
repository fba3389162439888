package store_test

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, address string, options store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, options)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	p := newPlans(t, func(t *testing.T) string { return filepath.Join(t.TempDir(), "mockbank.db") })
	storetest.Run(t, p.open)
}

func TestInMemory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) engine.Store { return open(t, ":memory:", store.Options{}) })
}

func TestEngineMemory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) engine.Store { return engine.NewMemory() })
}
