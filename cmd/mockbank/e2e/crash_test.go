package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// Both go on after kill -9, and end as they would have: to the millisecond, since nothing but the
// clock brings them forward.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	approved := s.login(t, "decoupledAuthRequiredSuccess")
	refused := s.login(t, "decoupledAuthRequiredError")
	asked := s.login(t, "challengeRequired")
	runs := s.connect(t, s.login(t, "success").ID)
	fails := s.connect(t, s.login(t, "bankConnectionError").ID)
	eventually(t, patience, "the import is under way", func() bool { return s.connection(t, runs.ID).ImportProgress > 10 })
	s.kill(t)

	s = s.again(t)
	for _, test := range []struct {
		begun  process
		status string
	}{{approved, authenticated}, {refused, failed}} {
		eventually(t, patience, "the process is decided", func() bool { return s.process(t, test.begun.ID).Status != decoupledRequired })
		if got := s.process(t, test.begun.ID); got.Status != test.status || got.UpdatedAt.Sub(test.begun.CreatedAt) != 2*time.Second {
			t.Errorf("%s at an age of %v, want %s at 2s", got.Status, got.UpdatedAt.Sub(test.begun.CreatedAt), test.status)
		}
	}
	if got := into[process](t, s.confirm(t, asked.ID, "123456"), 200); got.Status != authenticated {
		t.Errorf("the challenge of before the crash: %s, want %s", got.Status, authenticated)
	}
	for i, begun := range []connection{runs, fails} {
		eventually(t, patience, "the import ends", func() bool { return s.connection(t, begun.ID).Status != inProgress })
		got := s.connection(t, begun.ID)
		if got.Status != imports[i].status || got.ImportProgress != imports[i].progress || got.FinishedAt.Sub(begun.CreatedAt) != imports[i].takes {
			t.Errorf("ended %s at %d %% after %v, want %+v", got.Status, got.ImportProgress, got.FinishedAt.Sub(begun.CreatedAt), imports[i])
		}
	}
	awaitRows(t, s, runs.ID, fails.ID)
	checkHistory(t, s.history(t, runs.ID), s.connection(t, runs.ID))
	checkHistory(t, s.history(t, fails.ID), s.connection(t, fails.ID))
}

// jobsRescued is how long a crash may delay what jobs write.
const jobsRescued = 100 * time.Second

// awaitRows waits until the jobs have written the imports' ends: no record lacks its job.
func awaitRows(t *testing.T, s *server, ids ...string) {
	t.Helper()
	list := "'" + strings.Join(ids, "','") + "'"
	query := fmt.Sprintf("SELECT count(*) FROM bank_connections WHERE id IN (%s) AND status <> '%s'", list, inProgress)
	deadline := time.After(jobsRescued)
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for s.sqlite(t, query) != fmt.Sprint(len(ids)) {
		select {
		case <-deadline:
			t.Fatalf("after %v %s of %d rows are ended", jobsRescued, s.sqlite(t, query), len(ids))
		case <-tick.C:
		}
	}
}

// acknowledged is what a client was promised before the crash.
type acknowledged struct{ processes, connections []string }

// Whatever was answered is there after kill -9 under load, and every import has its job.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	s := start(t, setup{binary: shipped})
	var promised [4]acknowledged
	var clients sync.WaitGroup
	for i := range promised {
		clients.Go(func() { promised[i] = loadUntilGone(s) })
	}
	eventually(t, patience, "there is load", func() bool { return len(s.sqlite(t, "SELECT 1 FROM bank_connections LIMIT 100")) > 150 })
	s.kill(t)
	clients.Wait()

	s = s.again(t)
	var all []string
	for _, client := range promised {
		for _, id := range client.processes {
			s.process(t, id)
		}
		for _, id := range client.connections {
			s.connection(t, id)
		}
		all = append(all, client.connections...)
	}
	if len(all) < 20 {
		t.Fatalf("only %d connections were made before the crash: nothing was shown", len(all))
	}
	if idle := s.sqlite(t, `SELECT count(*) FROM bank_connections c
		WHERE NOT EXISTS (SELECT * FROM river_job j WHERE instr(j.args, CAST(c.id AS BLOB)) > 0)`); idle != "0" {
		t.Errorf("%s connections lack their jobs", idle)
	}
	awaitRows(t, s, all...)
	if lost := s.sqlite(t, `SELECT count(*) FROM bank_connections c
		LEFT JOIN bank_authentication_processes p ON p.id = c.process_id
		WHERE p.id IS NULL OR p.connection_id IS NOT c.id`); lost != "0" {
		t.Errorf("%s connections disagree with their processes", lost)
	}
	if broken := s.sqlite(t, "PRAGMA integrity_check"); broken != "ok" {
		t.Errorf("integrity_check: %s", broken)
	}
}

// loadUntilGone makes connections until the server is gone.
func loadUntilGone(s *server) acknowledged {
	var promised acknowledged
	for {
		begun, err := s.send("POST", basePath+"/bank_connections/authenticate", credentials("success"))
		if err != nil || begun.Status != 200 {
			return promised
		}
		id := field(begun.Body, "bank_authentication_process_id")
		promised.processes = append(promised.processes, id)
		made, err := s.send("POST", basePath+"/bank_connections", fields{"bank_authentication_process_id": id})
		if err != nil || made.Status != 201 {
			return promised
		}
		promised.connections = append(promised.connections, field(made.Body, "id"))
	}
}
