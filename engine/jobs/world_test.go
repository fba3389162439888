package jobs_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
)

// patience bounds every wait.
const patience = 30 * time.Second

// eventually waits until done reports true.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// rules has one scenario, whose import takes 3 s, and one of points.
func rules(takes time.Duration) (*engine.RuleSet, error) {
	full := engine.Percent{Number: 100}
	scenario := func(name string, timeline engine.Timeline) *engine.Scenario {
		return &engine.Scenario{
			Name: name, When: engine.Condition{Bank: anything(), Username: anything(), Password: engine.Literal(name), Session: anything()},
			Flow: &engine.Flow{
				Scenario: name, Import: timeline,
				Steps: []engine.Step{{Name: "authenticated", Status: engine.Authenticated}},
			},
		}
	}
	return engine.NewRuleSet(engine.RuleSetConfig{
		DefaultBank: "MockBank", Banks: []engine.Institution{{Slug: "MockBank", Name: "Mock Bank", IsMockBank: true}},
		Scenarios: []*engine.Scenario{
			scenario("straight", engine.Timeline{Takes: engine.Fixed(takes), StopsAt: full, Outcome: engine.Success}),
			scenario("points", engine.Timeline{Points: []engine.Point{
				{After: engine.Fixed(100 * time.Millisecond), Progress: engine.Percent{Number: 40}, Message: engine.Plain("Reading accounts")},
				{After: engine.Fixed(400 * time.Millisecond), Progress: full, Status: engine.Success},
			}}),
		},
		NoScenario: engine.Failure{Code: "NO_SCENARIO"},
	})
}

func anything() engine.Matcher { return engine.Matcher{Any: true} }

func newBank(records engine.Store, takes time.Duration) (*engine.Bank, error) {
	set, err := rules(takes)
	if err != nil {
		return nil, err
	}
	bank := engine.NewBank(engine.BankConfig{
		Store: records, Now: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
	})
	bank.Use(set)
	return bank, nil
}

// connect plays a client up to the connection, and returns its identifier.
func connect(ctx context.Context, bank *engine.Bank, scenario string) (string, error) {
	process, err := bank.Authenticate(ctx, engine.Login{
		Username: "tester", Password: scenario, Header: func(string) string { return "" },
	})
	if err != nil {
		return "", err
	}
	connection, err := bank.Connect(ctx, process.ID)
	return connection.ID, err
}

// world is a store, a bank on it, and jobs at work.
type world struct {
	records *store.Store
	bank    *engine.Bank
}

func newWorld(t testing.TB, address string, takes time.Duration) world {
	t.Helper()
	records, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := records.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	bank, err := newBank(records, takes)
	if err != nil {
		t.Fatalf("rules: %v", err)
	}
	return world{records: records, bank: bank}
}

func (w world) start(t testing.TB, config jobs.Config) *jobs.Jobs {
	t.Helper()
	return w.startWith(t, jobs.BankOf(w.bank), config)
}

// jobsWith returns a bank whose imports are advanced by somebody else.
func jobsWith(bank *engine.Bank, imports jobs.Imports) jobs.Bank {
	all := jobs.BankOf(bank)
	all.Imports = imports
	return all
}

func (w world) startWith(t testing.TB, bank jobs.Bank, config jobs.Config) *jobs.Jobs {
	t.Helper()
	working, err := jobs.Start(t.Context(), w.records, bank, config)
	if err != nil {
		t.Fatalf("start jobs: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := working.Stop(ctx); err != nil {
			t.Errorf("stop jobs: %v", err)
		}
	})
	return working
}

func (w world) connect(t testing.TB, scenario string) string {
	t.Helper()
	id, err := connect(t.Context(), w.bank, scenario)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	return id
}

// row reads a connection as the background job wrote it.
func (w world) row(t *testing.T, id string) engine.Connection {
	t.Helper()
	c, err := w.records.Connection(t.Context(), id)
	if err != nil {
		t.Fatalf("connection: %v", err)
	}
	return c
}

func (w world) awaitSuccess(t *testing.T, id string) engine.Connection {
	t.Helper()
	progress := 0
	eventually(t, "the import's end in the record", func() bool {
		c := w.row(t, id)
		if c.Progress < progress {
			t.Fatalf("the progress fell from %d to %d", progress, c.Progress)
		}
		progress = c.Progress
		return c.Status == engine.Success
	})
	return w.row(t, id)
}
