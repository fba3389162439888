package jobs_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test, also where nobody kills its victim
			os.Exit(1)
		}()
		playVictim(path)
	}
	goleak.VerifyTestMain(m)
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
		w.start(t, jobs.Config{Metrics: heard})
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
		// 3 of the line and 2 of the points: none comes before there is something to do.
		if turns, failures := heard.turns.Load(), heard.failures.Load(); turns < 4 || turns > 5 || failures != 0 {
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

func (h *heard) DeliveryAttempted(_, _ time.Duration, _ bool) {}

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
	if _, err := jobs.Start(ctx, records, jobsWith(bank, stuck{bank}), jobs.Config{}); err != nil {
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
type stuck struct{ *engine.Bank }

func (s stuck) Advance(ctx context.Context, id string, run int) (time.Time, bool, error) {
	c, err := s.Bank.Connection(ctx, id)
	if err == nil && c.Progress > 0 {
		fmt.Println("stuck")
		select {}
	}
	return s.Bank.Imports().Advance(ctx, id, run)
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
	if _, err := victim.StdinPipe(); err != nil {
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
	w.start(t, jobs.Config{})
	c := w.awaitSuccess(t, lines[0])
	if c.Progress != 100 || c.FinishedAt.Sub(c.StartedAt) != 2*time.Second {
		t.Errorf("the record after a kill: %+v", c)
	}
	history(t, w, lines[0], []int{0, 100}, []engine.ImportStatus{engine.InProgress, engine.Success})
}

// troubled is a bank whose first turns go wrong in every way.
type troubled struct {
	jobs.Imports
	mu    sync.Mutex
	turns int
}

func (b *troubled) Advance(ctx context.Context, id string, run int) (time.Time, bool, error) {
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
	return b.Imports.Advance(ctx, id, run)
}

func TestTroubleIsOvercome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ":memory:", 10*time.Millisecond)
	heard := &heard{}
	w.startWith(t, jobsWith(w.bank, &troubled{Imports: w.bank.Imports()}), jobs.Config{Metrics: heard})
	id := w.connect(t, "straight")
	w.awaitSuccess(t, id)
	if failures := heard.failures.Load(); failures != 2 {
		t.Errorf("%d failures were reported, want 2", failures)
	}
}

func TestJobsWithoutWorkAreDone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	w := newWorld(t, path, 5*time.Second)
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
	w.start(t, jobs.Config{})
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
	w.start(t, jobs.Config{Workers: 2})
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
		w.start(t, jobs.Config{
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

// An outage of the database between two turns of a job delays it, and nothing else.
func TestGoesOnAfterOutage(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	w := newWorld(t, server.NewDatabase(t), 4*time.Second)
	w.start(t, jobs.Config{})
	id := w.connect(t, "straight")
	resting := func() bool { // the job waits for its next turn
		steps, err := w.records.History(t.Context(), id)
		return err == nil && len(steps) == 1 && w.row(t, id).Progress > 0
	}
	eventually(t, "the import's first turns", resting)
	server.Stop(t)
	if _, err := w.bank.Connection(t.Context(), id); engine.CodeOf(err) != engine.CodeUnavailable {
		t.Errorf("a read without a database: %v", err)
	}
	server.Restart(t)
	w.awaitSuccess(t, id)
	history(t, w, id, []int{0, 100}, []engine.ImportStatus{engine.InProgress, engine.Success})
}
