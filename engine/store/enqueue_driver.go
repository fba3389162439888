package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// soon is how far ahead River makes the jobs available that are scheduled: its leader looks for them at
// this interval, so that one which is due earlier would be late. River's own snoozes take the same way.
const soon = 5 * time.Second

// jobDriver is a driver of River's, which does two things more sparingly.
type jobDriver struct {
	riverdriver.Driver[*sql.Tx]
	// readDue reports whether a queue has jobs that are due, where that costs less than taking them;
	// nil where it does not.
	readDue func(ctx context.Context, queue string) (bool, error)
}

// GetExecutor implements riverdriver.Driver.
func (d jobDriver) GetExecutor() riverdriver.Executor {
	if d.readDue == nil {
		return d.Driver.GetExecutor()
	}
	return jobExecutor{d.Driver.GetExecutor(), d.readDue}
}

// UnwrapExecutor implements riverdriver.Driver.
func (d jobDriver) UnwrapExecutor(tx *sql.Tx) riverdriver.ExecutorTx {
	return jobInserter{d.Driver.UnwrapExecutor(tx)}
}

// jobsDue goes by an index of River's, on a connection that only reads.
const jobsDue = `SELECT EXISTS (SELECT 1 FROM river_job
	WHERE state = 'available' AND queue = ? AND priority >= 0 AND scheduled_at <= datetime('now', 'subsec'))`

// jobExecutor looks for jobs on SQLite without taking the writer where there are none: River looks many
// times a second, and its statement is parsed anew and takes the write lock each time.
type jobExecutor struct {
	riverdriver.Executor
	readDue func(ctx context.Context, queue string) (bool, error)
}

// JobGetAvailable implements riverdriver.Executor.
func (e jobExecutor) JobGetAvailable(ctx context.Context, params *riverdriver.JobGetAvailableParams) (*riverdriver.JobGetAvailableResult, error) {
	if params.Now == nil { // else it goes by a clock of its own
		if due, err := e.readDue(ctx, params.Queue); err == nil && !due {
			return &riverdriver.JobGetAvailableResult{}, nil
		}
	}
	return e.Executor.JobGetAvailable(ctx, params)
}

// jobInserter adds jobs that are due soon as available from their time on, so that they come at it.
type jobInserter struct{ riverdriver.ExecutorTx }

// JobInsertFastManyNoReturning implements riverdriver.Executor.
func (e jobInserter) JobInsertFastManyNoReturning(ctx context.Context, params *riverdriver.JobInsertFastManyParams) (int, error) {
	horizon := time.Now().Add(soon)
	for _, job := range params.Jobs {
		if job.State == rivertype.JobStateScheduled && job.ScheduledAt.Before(horizon) {
			job.State = rivertype.JobStateAvailable
		}
	}
	return e.ExecutorTx.JobInsertFastManyNoReturning(ctx, params)
}
