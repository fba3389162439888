package store_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// plans collects the statements that stores run, and checks the plan of each when the test is over: one that goes through a
// whole table, or a whole index, must be known below with the reason why that does no harm.
type plans struct {
	address func(t *testing.T) string
	mu      sync.Mutex
	texts   map[string]bool
}

func newPlans(t *testing.T, address func(t *testing.T) string) *plans {
	t.Helper()
	p := &plans{address: address, texts: map[string]bool{}}
	t.Run("keeping house", func(t *testing.T) { keepHouse(t, p.open(t).(*store.Store)) })
	s := open(t, address(t), store.Options{Timeout: time.Minute})
	t.Cleanup(func() { p.check(t, s) })
	return p
}

// open opens a store of which every statement is looked at.
func (p *plans) open(t *testing.T) engine.Store {
	s := open(t, p.address(t), store.Options{PoolSize: 3})
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, text := range store.Statements(s) {
			p.texts[text] = true
		}
	})
	return s
}

func (p *plans) check(t *testing.T, s *store.Store) {
	t.Helper()
	for text := range p.texts {
		scans, err := store.Scans(context.Background(), s, text)
		if err != nil {
			t.Errorf("%v, in: %s", err, text)
		}
		for _, scan := range scans {
			if !harmless(scan, text) {
				t.Errorf("%s: %s, in: %s", s.Kind(), scan, text)
			}
		}
	}
}

// harmlessScans are those that may be, by a part of the step of the plan and a part of the statement.
var harmlessScans = []struct{ scan, statement string }{
	// What a statement within has found, which has a limit of its own.
	{"SCAN part", " AS part"},
	{"SCAN page", " AS page"},
	{"SCAN undecided", " AS undecided"},
	{"SCAN ending", " AS ending"},
	{"SCAN coming", " AS coming"},
	{"SCAN due", " AS due"},
	{"SCAN CONSTANT ROW", ""},
	{"-ROW VALUES CLAUSE", "INSERT INTO "}, // the rows that the statement itself brings
	// The first row of an index.
	{"SCAN ", " ORDER BY id DESC LIMIT 1"},
	{"SCAN sessions", " ORDER BY used_at DESC, id DESC LIMIT 1"},
	// As many rows as there are nodes.
	{"SCAN nodes", ""},
	{"SCAN river_leader", ""},
	// At most as many as there may be sessions, of which an idle one is found early.
	{"SCAN sessions", " FROM sessions"},
	{"sessions_used", " FROM sessions"},
	{"SCAN s", "(SELECT id FROM sessions UNION SELECT 'default') AS s"},
	// Indexes of nothing but what is under way, and counted or released.
	{"bank_connections_due", "SELECT count(*) FROM bank_connections WHERE due_at IS NOT NULL"},
	{"bank_authentication_processes_undecided", "SELECT count(*) FROM bank_authentication_processes WHERE ends_at IS NULL"},
	{"webhook_deliveries_due", "WHERE holder = $1 AND state = 'pending'"},
	{"idempotency_keys_open", "DELETE FROM idempotency_keys WHERE answer IS NULL"},
	// What is asked of the session default as a whole.
	{"SCAN bank_authentication_processes", "WHERE session = ? AND flow_hash <> ?"},
}

func harmless(scan, text string) bool {
	for _, one := range harmlessScans {
		if strings.Contains(scan, one.scan) && strings.Contains(text, one.statement) {
			return true
		}
	}
	return false
}

// keepHouse runs what no record asks for.
func keepHouse(t *testing.T, s *store.Store) {
	t.Helper()
	now := storetest.Start
	flow := storetest.Flow(t, "one")
	err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(storetest.Process(flow), flow) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CleanUp(t.Context(), store.Horizon{Records: time.Now().Add(time.Hour), Requests: now}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.UnderWay(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.NewestRow(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveNode(t.Context(), store.Node{ID: "n", SeenAt: now, StartedAt: now, RulesSince: now}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Nodes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RemoveSilentNodes(t.Context(), "m", now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.ReleaseJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
}
