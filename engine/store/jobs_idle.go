package store

import (
	"context"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// jobsDue goes by an index of River's, on a connection that only reads.
const jobsDue = `SELECT EXISTS (SELECT 1 FROM river_job
	WHERE state = 'available' AND queue = ? AND priority >= 0 AND scheduled_at <= datetime('now', 'subsec'))`

// idleDriver is River's driver of SQLite, except that looking for jobs takes the writer only where there
// are some: River looks many times a second, and its statement is parsed anew and takes the write lock
// each time.
type idleDriver struct {
	*riversqlite.Driver
	store *Store
}

// GetExecutor implements riverdriver.Driver.
func (d idleDriver) GetExecutor() riverdriver.Executor {
	return idleExecutor{d.Driver.GetExecutor(), d.store}
}

type idleExecutor struct {
	riverdriver.Executor
	store *Store
}

// JobGetAvailable implements riverdriver.Executor.
func (e idleExecutor) JobGetAvailable(ctx context.Context, params *riverdriver.JobGetAvailableParams) (*riverdriver.JobGetAvailableResult, error) {
	if params.Now == nil { // else it goes by a clock of its own
		var due bool
		if err := e.store.readRow(ctx, jobsDue, []any{params.Queue}, &due); err == nil && !due {
			return &riverdriver.JobGetAvailableResult{}, nil
		}
	}
	return e.Executor.JobGetAvailable(ctx, params)
}
