package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver"
)

// insertJobs adds jobs as River's own statement does, without what none of ours has (tags, metadata, uniqueness).
var insertJobs = sizes(func(rows int) string {
	const row = "(?::jsonb, ?, ?, '{}', ?, ?, ?, ?::river_job_state, '{}')"
	return `INSERT INTO river_job (args, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags) VALUES ` +
		row + strings.Repeat(", "+row, rows-1)
})

// notifyOfJobs tells everybody who listens, once the transaction is committed; River's topics bear the schema.
const notifyOfJobs = `SELECT pg_notify(current_schema() || '.' || ?::text, payload) FROM unnest(?::text[]) AS payload`

// queue queues the statements that add jobs.
func (e *enqueuer) queue(ctx context.Context, sent *pgx.Batch, d dialect, jobs []job) error {
	said, err := e.ask(ctx, jobs)
	if err != nil {
		return err
	}
	rows := make([][]any, len(said.jobs))
	for i := range said.jobs {
		j := &said.jobs[i]
		rows[i] = []any{j.args, j.kind, j.maxAttempts, j.priority, j.queue, j.at.UTC(), j.state}
	}
	queueRows(sent, d, &insertJobs, rows)
	if len(said.payloads) > 0 {
		sent.Queue(d.text(notifyOfJobs), said.topic, said.payloads)
	}
	return nil
}

// ask returns what River would add for the jobs. What stands in a row is River's to say: it is asked to add them with a driver
// that only takes them down.
func (e *enqueuer) ask(ctx context.Context, jobs []job) (*jobsSaid, error) {
	said := &jobsSaid{}
	if len(jobs) == 0 {
		return said, nil
	}
	_, err := e.collecting.InsertManyFastTx(context.WithValue(ctx, jobsSaidKey{}, said), nil, jobParams(jobs))
	return said, err
}

// jobsSaid is what River would have added, and told.
type jobsSaid struct {
	jobs     []jobRow
	topic    string
	payloads []string
}

// jobRow is what a job's row says, but for what none of ours has (tags, metadata, uniqueness).
type jobRow struct {
	args, kind, queue, state string
	maxAttempts, priority    int16
	at                       time.Time
}

type jobsSaidKey struct{}

// collectingDriver is a driver of River's that adds no jobs, but takes them down.
type collectingDriver struct{ jobDriver }

// UnwrapExecutor implements riverdriver.Driver.
func (d collectingDriver) UnwrapExecutor(*sql.Tx) riverdriver.ExecutorTx {
	return jobInserter{jobCollector{}, d.alone}
}

// jobCollector is what River adds jobs with.
type jobCollector struct{ riverdriver.ExecutorTx }

// JobInsertFastManyNoReturning implements riverdriver.Executor.
func (jobCollector) JobInsertFastManyNoReturning(ctx context.Context, params *riverdriver.JobInsertFastManyParams) (int, error) {
	said, asked := ctx.Value(jobsSaidKey{}).(*jobsSaid)
	if !asked {
		return 0, errors.New("jobs are added that nobody takes down")
	}
	for _, j := range params.Jobs {
		if len(j.UniqueKey) > 0 || len(j.Tags) > 0 || len(j.Metadata) > 0 && string(j.Metadata) != "{}" {
			return 0, errors.New("a job has what the statement does not write: " + j.Kind)
		}
		at := time.Now()
		if j.ScheduledAt != nil {
			at = *j.ScheduledAt
		}
		said.jobs = append(said.jobs, jobRow{
			args: string(j.EncodedArgs), kind: j.Kind, queue: j.Queue, state: string(j.State),
			maxAttempts: int16(j.MaxAttempts), priority: int16(j.Priority), at: at,
		})
	}
	return len(params.Jobs), nil
}

// NotifyMany implements riverdriver.Executor.
func (jobCollector) NotifyMany(ctx context.Context, params *riverdriver.NotifyManyParams) error {
	if said, asked := ctx.Value(jobsSaidKey{}).(*jobsSaid); asked {
		said.topic, said.payloads = params.Topic, append(said.payloads, params.Payload...)
	}
	return nil
}
