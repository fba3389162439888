package store

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// rowsOfJobs reads all that there is of the jobs but what differs from one to the next, and when they were made.
const rowsOfJobs = `SELECT kind || ' ' || queue || ' ' || state || ' ' || hex(args) || ' ' || hex(metadata) || ' ' || hex(tags) || ' ' ||
	typeof(unique_key) || typeof(unique_states) || typeof(errors) || typeof(attempted_at) || typeof(finalized_at) || ' ' ||
	max_attempts || ' ' || priority || ' ' || attempt || ' ' || length(created_at) || ' ' ||
	CASE WHEN substr(scheduled_at, 1, 4) < '2031' THEN length(scheduled_at) ELSE scheduled_at END FROM river_job ORDER BY id`

// TestJobsAreAddedAsRiverAddsThem: the statement that adds jobs leaves the very rows that River's own leaves.
func TestJobsAreAddedAsRiverAddsThem(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "mockbank.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	due := time.Date(2031, 3, 4, 5, 6, 7, 890_499_000, time.FixedZone("", 3600))
	jobs := []job{
		ImportJob{ConnectionID: "a 'quoted' ü", Run: 1}, dueJob{ImportJob{ConnectionID: "b", Run: 2}, due},
		dueJob{ImportJob{ConnectionID: "c"}, time.Now().Add(time.Second)}, DeliveryJob{Webhook: "w", Stream: "s"},
		EndingJob{ProcessID: "p"}, SweepJob{Session: "s", Generation: 3}, ForgetJob{ID: "f"},
	}
	tx, err := s.writer.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.jobs.insert(t.Context(), tx, jobs); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(tx engine.Tx) error {
		kept := tx.(*transaction)
		kept.jobs = append(kept.jobs, jobs...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.readers.QueryContext(t.Context(), rowsOfJobs)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		found = append(found, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if n := len(jobs); len(found) != 2*n || !slices.Equal(found[:n], found[n:]) {
		t.Errorf("River's rows, then ours:\n%q\n%q", found[:min(n, len(found))], found[min(n, len(found)):])
	}
}
