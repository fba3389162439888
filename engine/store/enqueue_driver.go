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

// jobDriver is a driver of River's whose jobs are told of by an alarm when they fall due, so that nobody needs to look for
// them many times a second, as River does by itself for those that are not due when they are made.
type jobDriver struct {
	riverdriver.Driver[*sql.Tx]
	alarm *alarm
	// readNext returns how long it is until the next job of a queue is due; found says that there is one.
	readNext func(ctx context.Context, queue string) (wait time.Duration, found bool, err error)
	// alone says that no other process has the database: nothing of it needs to be told through tables, and a look costs less
	// than the attempt to take jobs.
	alone bool
}

// GetExecutor implements riverdriver.Driver.
func (d jobDriver) GetExecutor() riverdriver.Executor {
	return jobExecutor{d.Driver.GetExecutor(), d}
}

// GetListener implements riverdriver.Driver.
func (d jobDriver) GetListener(params *riverdriver.GetListenenerParams) riverdriver.Listener {
	if d.alone {
		return d.alarm.listener(silent{})
	}
	return d.alarm.listener(d.Driver.GetListener(params))
}

// UnwrapExecutor implements riverdriver.Driver.
func (d jobDriver) UnwrapExecutor(tx *sql.Tx) riverdriver.ExecutorTx {
	return jobInserter{d.Driver.UnwrapExecutor(tx), d.alone}
}

// The index that these go by has the priority before the time; all of our jobs have River's default.
const (
	nextJobSQLite = `SELECT unixepoch(min(scheduled_at), 'subsec') - unixepoch('now', 'subsec') FROM river_job
		WHERE state = 'available' AND queue = ? AND priority = 1`
	nextJobPostgres = `SELECT extract(epoch FROM min(scheduled_at) - now()) FROM river_job
		WHERE state = 'available' AND queue = $1 AND priority = 1`
)

// readNext is [jobDriver]'s, on a connection that only reads.
func (s *Store) readNext(ctx context.Context, queue string) (wait time.Duration, found bool, err error) {
	var seconds sql.NullFloat64
	if s.listener == nil {
		err = s.readRow(ctx, nextJobSQLite, []any{queue}, &seconds)
	} else {
		err = s.work.QueryRowContext(ctx, nextJobPostgres, queue).Scan(&seconds)
	}
	return time.Duration(seconds.Float64 * float64(time.Second)), seconds.Valid, err
}

// jobExecutor is River's way to the database outside of our own transactions.
type jobExecutor struct {
	riverdriver.Executor
	driver jobDriver
}

// JobGetAvailable implements riverdriver.Executor. Where it does not take all that it may, the alarm is set to the next
// job. On SQLite it looks first: River's statement is parsed anew and takes the write lock each time.
func (e jobExecutor) JobGetAvailable(ctx context.Context,
	params *riverdriver.JobGetAvailableParams) (*riverdriver.JobGetAvailableResult, error) {
	e.driver.alarm.know(params.Queue)
	if e.driver.alone && !e.due(ctx, params.Queue) {
		return &riverdriver.JobGetAvailableResult{}, nil
	}
	got, err := e.Executor.JobGetAvailable(ctx, params)
	switch {
	case err != nil:
		e.driver.alarm.at(params.Queue, time.Now().Add(rescanAfter))
	case len(got.Jobs) < params.MaxToLock && e.due(ctx, params.Queue):
		e.driver.alarm.at(params.Queue, time.Now()) // it came meanwhile
	}
	return got, err
}

// due reports whether a job of a queue is due, as far as it can be told. Where none is, the alarm is set to the next.
func (e jobExecutor) due(ctx context.Context, queue string) bool {
	wait, found, err := e.driver.readNext(ctx, queue)
	switch {
	case err != nil:
		e.driver.alarm.at(queue, time.Now().Add(rescanAfter))
		return true
	case found && wait > 0:
		e.driver.alarm.at(queue, time.Now().Add(wait))
		return false
	default:
		return found
	}
}

// JobSetStateIfRunningMany implements riverdriver.Executor: a job that is put off comes again.
func (e jobExecutor) JobSetStateIfRunningMany(ctx context.Context,
	params *riverdriver.JobSetStateIfRunningManyParams) ([]*rivertype.JobRow, error) {
	jobs, err := e.Executor.JobSetStateIfRunningMany(ctx, params)
	for _, job := range jobs {
		if job.State == rivertype.JobStateAvailable {
			e.driver.alarm.at(job.Queue, job.ScheduledAt)
		}
	}
	return jobs, err
}

// JobRescueMany implements riverdriver.Executor.
func (e jobExecutor) JobRescueMany(ctx context.Context, params *riverdriver.JobRescueManyParams) (*struct{}, error) {
	rescued, err := e.Executor.JobRescueMany(ctx, params)
	e.driver.alarm.now()
	return rescued, err
}

// NotifyMany implements riverdriver.Executor.
func (e jobExecutor) NotifyMany(ctx context.Context, params *riverdriver.NotifyManyParams) error {
	if !e.driver.alone {
		return e.Executor.NotifyMany(ctx, params)
	}
	for _, payload := range params.Payload {
		e.driver.alarm.ring(params.Topic, payload)
	}
	return nil
}

// Begin implements riverdriver.Executor.
func (e jobExecutor) Begin(ctx context.Context) (riverdriver.ExecutorTx, error) {
	tx, err := e.Executor.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &jobTx{ExecutorTx: tx, driver: e.driver}, nil
}

// jobTx is a transaction of River's own, which tells nobody anything before it is committed.
type jobTx struct {
	riverdriver.ExecutorTx
	driver jobDriver
	later  []func()
}

// JobSetStateIfRunningMany implements riverdriver.Executor.
func (t *jobTx) JobSetStateIfRunningMany(ctx context.Context,
	params *riverdriver.JobSetStateIfRunningManyParams) ([]*rivertype.JobRow, error) {
	jobs, err := t.ExecutorTx.JobSetStateIfRunningMany(ctx, params)
	for _, job := range jobs {
		if job.State == rivertype.JobStateAvailable {
			t.later = append(t.later, func() { t.driver.alarm.at(job.Queue, job.ScheduledAt) })
		}
	}
	return jobs, err
}

// JobSchedule implements riverdriver.Executor: what is due within [soon] becomes available.
func (t *jobTx) JobSchedule(ctx context.Context, params *riverdriver.JobScheduleParams) ([]*riverdriver.JobScheduleResult, error) {
	jobs, err := t.ExecutorTx.JobSchedule(ctx, params)
	for _, job := range jobs {
		t.later = append(t.later, func() { t.driver.alarm.at(job.Job.Queue, job.Job.ScheduledAt) })
	}
	return jobs, err
}

// NotifyMany implements riverdriver.Executor.
func (t *jobTx) NotifyMany(ctx context.Context, params *riverdriver.NotifyManyParams) error {
	if !t.driver.alone {
		return t.ExecutorTx.NotifyMany(ctx, params)
	}
	for _, payload := range params.Payload {
		t.later = append(t.later, func() { t.driver.alarm.ring(params.Topic, payload) })
	}
	return nil
}

// Commit implements riverdriver.ExecutorTx.
func (t *jobTx) Commit(ctx context.Context) error {
	if err := t.ExecutorTx.Commit(ctx); err != nil {
		return err
	}
	for _, notify := range t.later {
		notify()
	}
	return nil
}

// jobInserter adds jobs that are due soon as available from their time on, so that they come at it. [work.commit] sets the
// alarm to them.
type jobInserter struct {
	riverdriver.ExecutorTx
	alone bool
}

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

// NotifyMany implements riverdriver.Executor. Where no other process listens, it would be a row for nobody.
func (e jobInserter) NotifyMany(ctx context.Context, params *riverdriver.NotifyManyParams) error {
	if e.alone {
		return nil
	}
	return e.ExecutorTx.NotifyMany(ctx, params)
}
