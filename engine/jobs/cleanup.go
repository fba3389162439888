package jobs

import (
	"context"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/mockbank/mockbank/engine/store"
)

// cleanUpJob removes what is older than the configured retention.
type cleanUpJob struct{}

// Kind names the job in the database.
func (cleanUpJob) Kind() string { return "clean_up" }

// InsertOpts let no second clean-up wait behind one that is not done.
func (cleanUpJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue:       maintenanceQueue,
		MaxAttempts: 3, // the next interval brings another
		UniqueOpts: river.UniqueOpts{ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}},
	}
}

// cleanUps are when clean-ups come. It outlasts River's client, which forgets the time of the last one when it is stopped.
type cleanUps struct {
	every time.Duration

	mu   sync.Mutex
	last time.Time // zero: this process made none
}

func (c *cleanUps) job() *river.PeriodicJob {
	return river.NewPeriodicJob(c, func() (river.JobArgs, *river.InsertOpts) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.last = time.Now()
		return cleanUpJob{}, nil
	}, nil)
}

// Next implements river.PeriodicSchedule: the first comes at once, and one that was missed too.
func (c *cleanUps) Next(current time.Time) time.Time {
	if last := c.lastMade(); !last.IsZero() {
		return last.Add(c.every)
	}
	return current
}

func (c *cleanUps) lastMade() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// cleanUpWorker removes old rows.
type cleanUpWorker struct {
	river.WorkerDefaults[cleanUpJob]
	records *store.Store
	bank    Bank
	config  Config
}

// Work implements river.Worker. It uses half of its time, and comes again where that was too short.
func (w *cleanUpWorker) Work(ctx context.Context, _ *river.Job[cleanUpJob]) error {
	turn, cancel := context.WithTimeout(ctx, w.config.JobTimeout/2)
	defer cancel()
	now := w.config.Now()
	removed, err := w.records.CleanUp(turn, store.Horizon{
		Records: now.Add(-w.config.Retention), Requests: now.Add(-w.config.RequestRetention),
	})
	if err == nil {
		_, err = w.bank.Sessions.DeleteIdle(turn, w.config.SessionIdle)
	}
	if turn.Err() != nil {
		err = nil // there was more than one turn's work
	}
	w.config.Metrics.CleanedUp(removed, err)
	switch {
	case turn.Err() != nil:
		return river.JobSnooze(outagePause)
	case err != nil:
		return err
	}
	w.config.Logger.DebugContext(ctx, "old rows removed", "connections", removed.Connections,
		"processes", removed.Processes, "counters", removed.Counters, "windows", removed.Windows, "requests", removed.Requests, "flows",
		removed.Flows,
		"deliveries", removed.Deliveries, "identifiers", removed.Identifiers, "kept", removed.Kept)
	return nil
}
