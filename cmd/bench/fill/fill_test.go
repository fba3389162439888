package fill

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

func TestGrow(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		grows(t, filepath.Join(t.TempDir(), "mockbank.db"))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		grows(t, pgtest.Start(t).NewDatabase(t))
	})
}

// grows checks that the store finds its way among the copies of what it wrote.
func grows(t *testing.T, address string) {
	t.Helper()
	s, err := store.Open(t.Context(), address, store.Options{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	write(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	grown, err := Grow(t.Context(), address, 3000)
	if err != nil {
		t.Fatal(err)
	}
	if grown.Rows() < 2700 || grown.Rows() > 3000 || grown.Processes != 2*grown.Connections || grown.Jobs != grown.Connections || grown.Bytes == 0 {
		t.Errorf("%+v", grown)
	}
	ids, err := Identifiers(t.Context(), address, "bank_connections", "status = 'IN_PROGRESS'", 50)
	if err != nil || len(ids) < 50 || len(ids) > 100 {
		t.Fatalf("%d identifiers, %v", len(ids), err)
	}
	s, err = store.Open(t.Context(), address, store.Options{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Now()
	users := map[string]bool{}
	for _, id := range ids {
		c, err := s.Connection(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Process(t.Context(), c.ProcessID)
		if err != nil || p.ConnectionID != id {
			t.Fatalf("the process of %s: %+v, %v", id, p, err)
		}
		steps, err := s.History(t.Context(), id)
		if err != nil || len(steps) != 1 {
			t.Errorf("%d steps, %v", len(steps), err)
		}
		if age := now.Sub(c.CreatedAt); age > Span+2*time.Hour || c.EndsAt == nil || !c.EndsAt.After(now) {
			t.Errorf("made %v ago, ends at %v", age, c.EndsAt)
		}
		users[c.Username] = true
	}
	if len(users) < len(ids)/3 {
		t.Errorf("%d users of %d connections", len(users), len(ids))
	}
}

// write adds processes, every second one with a connection whose import goes on for long.
func write(t *testing.T, s *store.Store) {
	t.Helper()
	flow, now, ends := storetest.Flow(t, "one"), time.Now(), time.Now().Add(100*24*time.Hour)
	for i := range 6 {
		err := s.Update(t.Context(), func(tx engine.Tx) error {
			p := storetest.Process(flow)
			p.Username, p.CreatedAt, p.UpdatedAt, p.EnteredAt = fmt.Sprint("user", i), now, now, now
			if i%2 == 0 {
				return tx.InsertProcess(p, flow)
			}
			c := storetest.Connection(flow)
			c.ProcessID, c.Username, c.Status, c.EndsAt = p.ID, p.Username, engine.InProgress, &ends
			c.CreatedAt, c.UpdatedAt, c.StartedAt, c.AuthenticatedAt = now, now, now, now
			p.ConnectionID = c.ID
			if err := tx.InsertProcess(p, flow); err != nil {
				return err
			}
			if err := tx.InsertConnection(c, flow, ends); err != nil {
				return err
			}
			return tx.AppendHistory(engine.ImportStep{ConnectionID: c.ID, Run: c.Run, At: now, Status: c.Status})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
