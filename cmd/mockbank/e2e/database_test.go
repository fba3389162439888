package e2e

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// sqlite looks into the server's database with SQLite's own command line client.
func (s *server) sqlite(t *testing.T, query string, flags ...string) string {
	t.Helper()
	client, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("MISSING: sqlite3, the command line client of SQLite")
	}
	args := append([]string{"-readonly", "-cmd", ".timeout 5000"}, flags...)
	out, err := exec.Command(client, append(args, s.database, query)...).CombinedOutput()
	if err != nil {
		t.Fatalf("sqlite3: %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// rows decodes a query's rows.
func rows[Row any](t *testing.T, s *server, query string) []Row {
	t.Helper()
	var found []Row
	text := s.sqlite(t, query, "-json")
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return found
}

// record is a row of bank_connections.
type record struct {
	ID       string  `json:"id"`
	Status   string  `json:"status"`
	Progress int     `json:"import_progress"`
	Error    *string `json:"error"`
	Finished *string `json:"finished_at"`
}

// stamp is how the database writes times.
const stamp = "2006-01-02T15:04:05.000Z"

// step is a row of import_history.
type step struct {
	Number   int    `json:"number"`
	At       string `json:"at"`
	Status   string `json:"status"`
	Progress int    `json:"progress"`
}

func (s *server) record(t *testing.T, id string) record {
	t.Helper()
	found := rows[record](t, s, "SELECT id, status, import_progress, error, finished_at FROM bank_connections WHERE id = '"+id+"'")
	if len(found) != 1 {
		t.Fatalf("%d rows for the connection %s", len(found), id)
	}
	return found[0]
}

func (s *server) history(t *testing.T, id string) []step {
	t.Helper()
	return rows[step](t, s, "SELECT number, at, status, progress FROM import_history WHERE connection_id = '"+id+"' ORDER BY run, number")
}

// The background job writes the import into the row as it goes, and each step into the history.
func TestRowAndHistoryFollowTheImport(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for _, test := range imports {
		t.Run(test.password, func(t *testing.T) {
			t.Parallel()
			made := s.connect(t, s.login(t, test.password).ID)
			if row := s.record(t, made.ID); row.Status != inProgress || row.Progress != 0 {
				t.Errorf("the row begins as %+v", row)
			}
			last, between := 0, false
			eventually(t, patience, "the job writes the import's end", func() bool {
				row := s.record(t, made.ID)
				if row.Progress < last {
					t.Errorf("the row's progress fell from %d to %d", last, row.Progress)
				}
				last = row.Progress
				between = between || row.Status == inProgress && last > 0
				return row.Status != inProgress
			})
			row := s.record(t, made.ID)
			reported := s.connection(t, made.ID)
			if row.Status != reported.Status || row.Progress != reported.ImportProgress || (row.Error == nil) != (reported.Error == nil) {
				t.Errorf("the row says %+v, the API %+v", row, reported)
			}
			if row.Error != nil && !strings.Contains(*row.Error, test.code) {
				t.Errorf("the row's error is %s, want %s in it", *row.Error, test.code)
			}
			if !between {
				t.Error("the row was never brought up to date while the import ran")
			}
			checkHistory(t, s.history(t, made.ID), reported)
		})
	}
}

// A straight line has its start and its end in the history.
func checkHistory(t *testing.T, history []step, ended connection) {
	t.Helper()
	if len(history) < 2 {
		t.Fatalf("the history is %+v, want the start and the end", history)
	}
	first, last := history[0], history[len(history)-1]
	if first.Status != inProgress || first.Progress != 0 || first.At != ended.CreatedAt.Format(stamp) {
		t.Errorf("the history begins with %+v, want 0 %% at %v", first, ended.CreatedAt)
	}
	if last.Status != ended.Status || last.Progress != ended.ImportProgress || last.At != ended.FinishedAt.Format(stamp) {
		t.Errorf("the history ends with %+v, the connection is %+v", last, ended)
	}
}

// Each point of a timeline is a step of the history, at its own time.
func TestHistoryHasEachPoint(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, `version: 1
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
default_bank: MockBank
scenarios:
  - name: in-points
    when: {bank: any, username: any, password: any}
    authentication: AUTHENTICATED
    import:
      - {after: 200ms, progress: 10, message: Signing in}
      - {after: 300ms, progress: 40, message: Reading accounts}
      - {after: 1ms, progress: 41}
      - {after: 400ms, progress: 100, status: SUCCESS}
`)})
	made := s.connect(t, s.login(t, "x").ID)
	eventually(t, patience, "the job writes the import's end", func() bool { return s.record(t, made.ID).Status == success })
	history := s.history(t, made.ID)
	var progress []int
	for _, step := range history {
		progress = append(progress, step.Progress)
	}
	if want := []int{10, 40, 41, 100}; !slices.Equal(progress, want) {
		t.Errorf("the history's progress is %v, want %v", progress, want)
	}
	for i, after := range []time.Duration{200, 500, 501, 901} {
		if want := made.CreatedAt.Add(after * time.Millisecond).Format(stamp); i < len(history) && history[i].At != want {
			t.Errorf("step %d was at %s, want %s", i, history[i].At, want)
		}
	}
}
