package jobs_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// victimEnv makes this program a process that is killed in the middle of its work.
const victimEnv = "MOCKBANK_TEST_VICTIM_DATABASE"

func TestMain(m *testing.M) {
	if path := os.Getenv(victimEnv); path != "" {
		playVictim(path)
	}
	goleak.VerifyTestMain(m)
}

// patience bounds every wait.
const patience = 30 * time.Second

// eventually waits until done reports true.
func eventually(t *testing.T, what string, done func() bool) {
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
				{After: engine.Fixed(100 * time.Millisecond), Progress: engine.Percent{Number: 40}, Message: "Reading accounts"},
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

func newWorld(t *testing.T, address string, takes time.Duration) world {
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

func (w world) start(t *testing.T, bank jobs.Bank, config jobs.Config) {
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
}

func (w world) connect(t *testing.T, scenario string) string {
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

// databases runs a test on each of the databases.
func databases(t *testing.T, test func(t *testing.T, address string)) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, filepath.Join(t.TempDir(), "mockbank.db"))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.Start(t).NewDatabase(t))
	})
}

func TestImports(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		w := newWorld(t, address, 3*time.Second)
		heard := &heard{}
		w.start(t, w.bank, jobs.Config{Metrics: heard})
		straight, points := w.connect(t, "straight"), w.connect(t, "points")

		c := w.awaitSuccess(t, points)
		history(t, w, points, []int{40, 100}, []engine.ImportStatus{engine.InProgress, engine.Success})
		if c.Message != "" && c.Progress != 100 || c.FinishedAt == nil {
			t.Errorf("the record of an import that ended: %+v", c)
		}
		seen := map[int]bool{}
		eventually(t, "the straight line's record moves in between", func() bool {
			seen[w.row(t, straight).Progress] = true
			return len(seen) >= 3
		})
		c = w.awaitSuccess(t, straight)
		if c.Progress != 100 || c.FinishedAt == nil || c.FinishedAt.Sub(c.StartedAt) != 3*time.Second {
			t.Errorf("the record of an import that ended: %+v", c)
		}
		history(t, w, straight, []int{0, 100}, []engine.ImportStatus{engine.InProgress, engine.Success})
		if turns, failures := heard.turns.Load(), heard.failures.Load(); turns < 6 || failures != 0 {
			t.Errorf("%d turns were reported, and %d failures", turns, failures)
		}
	})
}

func history(t *testing.T, w world, id string, progress []int, status []engine.ImportStatus) {
	t.Helper()
	steps, err := w.records.History(t.Context(), id)
	if err != nil {
		t.Fatalf("history: %v", err)
	}
	if len(steps) != len(progress) {
		t.Fatalf("history has %d steps, want %d: %+v", len(steps), len(progress), steps)
	}
	for i, step := range steps {
		if step.Number != i || step.Progress != progress[i] || step.Status != status[i] {
			t.Errorf("step %d is %+v, want progress %d and %s", i, step, progress[i], status[i])
		}
	}
}

// heard counts what jobs report.
type heard struct{ turns, failures, cleanUps, processes atomic.Int64 }

func (h *heard) ImportAdvanced(lag time.Duration, err error) {
	h.turns.Add(1)
	if err != nil || lag < 0 {
		h.failures.Add(1)
	}
}

func (h *heard) CleanedUp(removed store.Removed, err error) {
	h.cleanUps.Add(1)
	h.processes.Add(removed.Processes)
	if err != nil {
		h.failures.Add(1)
	}
}

// playVictim starts an import of 2 s, tells its identifier, and works until it is killed.
func playVictim(path string) {
	ctx := context.Background()
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, "victim:", err)
		os.Exit(3)
	}
	records, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		fail(err)
	}
	bank, err := newBank(records, 2*time.Second)
	if err != nil {
		fail(err)
	}
	if _, err := jobs.Start(ctx, records, stuck{bank}, jobs.Config{}); err != nil {
		fail(err)
	}
	id, err := connect(ctx, bank, "straight")
	if err != nil {
		fail(err)
	}
	fmt.Println(id)
	select {}
}

// stuck advances an import once, and keeps its next job at work for ever.
type stuck struct{ bank *engine.Bank }

func (s stuck) AdvanceImport(ctx context.Context, id string, run, turn int) (time.Time, bool, error) {
	c, err := s.bank.Connection(ctx, id)
	if err == nil && c.Progress > 0 {
		fmt.Println("stuck")
		select {}
	}
	return s.bank.AdvanceImport(ctx, id, run, turn)
}

func TestGoesOnAfterKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), victimEnv+"="+path)
	victim.Stderr = os.Stderr
	output, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for scanner := bufio.NewScanner(output); len(lines) < 2 && scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait() // it was killed
	if len(lines) != 2 {
		t.Fatalf("the victim said only %q", lines)
	}
	w := newWorld(t, path, time.Hour) // what is under way keeps its own flow
	w.start(t, w.bank, jobs.Config{})
	c := w.awaitSuccess(t, lines[0])
	if c.Progress != 100 || c.FinishedAt.Sub(c.StartedAt) != 2*time.Second {
		t.Errorf("the record after a kill: %+v", c)
	}
	history(t, w, lines[0], []int{0, 100}, []engine.ImportStatus{engine.InProgress, engine.Success})
}

// troubled is a bank whose first turns go wrong in every way.
type troubled struct {
	jobs.Bank
	mu    sync.Mutex
	turns int
}

func (b *troubled) AdvanceImport(ctx context.Context, id string, run, turn int) (time.Time, bool, error) {
	b.mu.Lock()
	b.turns++
	count := b.turns
	b.mu.Unlock()
	switch count {
	case 1:
		panic("a mistake")
	case 2:
		return time.Time{}, false, errors.New("cannot be done")
	case 3:
		return time.Time{}, false, &engine.Error{Code: engine.CodeUnavailable, Message: "no database"}
	}
	return b.Bank.AdvanceImport(ctx, id, run, turn)
}

func TestTroubleIsOvercome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ":memory:", 10*time.Millisecond)
	heard := &heard{}
	w.start(t, &troubled{Bank: w.bank}, jobs.Config{Metrics: heard})
	id := w.connect(t, "straight")
	w.awaitSuccess(t, id)
	if failures := heard.failures.Load(); failures != 2 {
		t.Errorf("%d failures were reported, want 2", failures)
	}
}

func TestJobsWithoutWorkAreDone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	w := newWorld(t, path, time.Hour)
	gone, restarted := w.connect(t, "straight"), w.connect(t, "points")
	if err := w.bank.DeleteConnection(t.Context(), gone); err != nil {
		t.Fatalf("delete: %v", err)
	}
	c := w.row(t, restarted)
	eventually(t, "the import's end", func() bool {
		state, err := w.bank.Connection(t.Context(), restarted)
		return err == nil && state.Status == engine.Success
	})
	if _, err := w.bank.UpdateConnection(t.Context(), restarted); err != nil {
		t.Fatalf("update: %v", err)
	}
	w.start(t, w.bank, jobs.Config{})
	eventually(t, "the second run's end", func() bool {
		now := w.row(t, restarted)
		return now.Run == c.Run+1 && now.Status == engine.Success
	})
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	eventually(t, "all jobs are done", func() bool {
		var left int
		err := db.QueryRow("SELECT count(*) FROM river_job WHERE kind = 'import' AND state <> 'completed'").Scan(&left)
		if err != nil && !strings.Contains(err.Error(), "locked") {
			t.Fatal(err)
		}
		return err == nil && left == 0
	})
}

func TestManyImports(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ":memory:", time.Second)
	w.start(t, w.bank, jobs.Config{Workers: 2})
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = w.connect(t, "straight")
	}
	for _, id := range ids { // two workers could not hold 100 imports of a second for 30 s
		w.awaitSuccess(t, id)
	}
}

func TestCleanUpRuns(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		w := newWorld(t, address, time.Millisecond)
		id := w.connect(t, "straight")
		heard := &heard{}
		w.start(t, w.bank, jobs.Config{
			Metrics: heard, Retention: time.Millisecond, CleanUpInterval: time.Second,
		})
		eventually(t, "the connection is removed", func() bool {
			_, err := w.records.Connection(t.Context(), id)
			return errors.Is(err, engine.ErrNotFound)
		})
		eventually(t, "a clean-up is reported", func() bool { return heard.processes.Load() == 1 })
		if failures := heard.failures.Load(); failures != 0 {
			t.Errorf("%d failures were reported", failures)
		}
	})
}
