package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// ImportQueue is the queue of the jobs that bring imports forward.
const ImportQueue = "imports"

// maxJobAttempts is how often a job may fail before it is given up. A database that does not answer
// is not counted; with the pauses between the attempts it is a matter of days.
const maxJobAttempts = 1_000

// ImportJob brings one run of a connection's import forward.
type ImportJob struct {
	ConnectionID string `json:"connection_id"`
	Run          int    `json:"run"`
}

// Kind names the job in the database.
func (ImportJob) Kind() string { return "import" }

// InsertOpts are the job's queue and patience.
func (ImportJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: ImportQueue, MaxAttempts: maxJobAttempts}
}

// WebhookQueue is the queue of the jobs that have to do with webhooks.
const WebhookQueue = "webhooks"

// DeliveryJob sends what is due of a webhook's stream.
type DeliveryJob struct {
	Webhook string `json:"webhook"`
	Stream  string `json:"stream"`
}

// Kind names the job in the database.
func (DeliveryJob) Kind() string { return "webhook_delivery" }

// InsertOpts are the job's queue and patience.
func (DeliveryJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: WebhookQueue, MaxAttempts: maxJobAttempts}
}

// EndingJob tells webhooks of a process that time ends.
type EndingJob struct {
	ProcessID string `json:"process_id"`
}

// Kind names the job in the database.
func (EndingJob) Kind() string { return "process_ending" }

// InsertOpts are the job's queue and patience.
func (EndingJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: ImportQueue, MaxAttempts: maxJobAttempts}
}

// SweepJob brings forward what a session has due since a turn of its clock.
type SweepJob struct {
	Session string `json:"session"`
	// Generation is the turn that the job came with; after the next it has nothing to do.
	Generation int `json:"turn"`
}

// Kind names the job in the database.
func (SweepJob) Kind() string { return "session_sweep" }

// InsertOpts are the job's queue and patience.
func (SweepJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: ImportQueue, MaxAttempts: maxJobAttempts}
}

// ForgetJob goes on with a removal of a session's records that was not finished.
type ForgetJob struct {
	ID string `json:"id"`
}

// Kind names the job in the database.
func (ForgetJob) Kind() string { return "session_forget" }

// InsertOpts are the job's queue and patience.
func (ForgetJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: ImportQueue, MaxAttempts: maxJobAttempts}
}

// job is one of the jobs above.
type job = river.JobArgs

// dueJob is a job that comes at a time by the wall clock; the zero time is at once.
type dueJob struct {
	job
	due time.Time
}

// JobDriver returns how River reaches the database. It is valid until the Store is closed.
func (s *Store) JobDriver() riverdriver.Driver[*sql.Tx] { return s.jobs.driver }

const (
	releaseJobs   = `UPDATE river_job SET state = 'available' WHERE state = 'running'`
	releaseLeader = `DELETE FROM river_leader`
	releaseLeases = `UPDATE webhook_deliveries SET leased_until = NULL, holder = NULL, version = version + 1
		WHERE state = 'pending' AND leased_until IS NOT NULL`
	releaseClaims = `DELETE FROM idempotency_keys WHERE answer IS NULL`
)

// ReleaseJobs makes the jobs available again that a process held which was killed, and frees its other claims. It does nothing
// on PostgreSQL, where other nodes may be at work on them: there they are released a while after
// their time is up. A job that is released while it runs would only run twice, which does no harm.
func (s *Store) ReleaseJobs(ctx context.Context) error {
	if s.group == nil {
		return nil
	}
	return s.update(ctx, func(t *transaction) error {
		for _, query := range []string{releaseJobs, releaseLeader, releaseLeases, releaseClaims} {
			if _, err := t.write(query); err != nil {
				return err
			}
		}
		return nil
	})
}

// enqueuer adds jobs in the transactions of their records.
type enqueuer struct {
	driver jobDriver
	client *river.Client[*sql.Tx]
	// collecting tells what is to be written for a job; see [enqueuer.queue].
	collecting *river.Client[*sql.Tx]
}

func newEnqueuer(s *Store) (*enqueuer, error) {
	driver := s.jobDriver()
	client, err := river.NewClient(driver, &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("prepare background jobs: %w", err)
	}
	collecting, err := river.NewClient(collectingDriver{driver}, &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("prepare background jobs: %w", err)
	}
	return &enqueuer{driver: driver, client: client, collecting: collecting}, nil
}

func (s *Store) jobDriver() jobDriver {
	d := jobDriver{alarm: newAlarm(), readNext: s.readNext, alone: s.listener == nil}
	if d.alone {
		d.Driver = riversqlite.New(s.work)
	} else {
		d.Driver = riverdatabasesql.NewWithPgxListener(s.work, s.listener)
	}
	return d
}

func (e *enqueuer) insert(ctx context.Context, tx *sql.Tx, jobs []job) error {
	if len(jobs) == 0 {
		return nil
	}
	_, err := e.client.InsertManyFastTx(ctx, tx, jobParams(jobs))
	return err
}

func jobParams(jobs []job) []river.InsertManyParams {
	params := make([]river.InsertManyParams, len(jobs))
	for i, j := range jobs {
		params[i] = river.InsertManyParams{Args: j}
		if later, ok := j.(dueJob); ok {
			params[i] = river.InsertManyParams{Args: later.job, InsertOpts: &river.InsertOpts{ScheduledAt: later.due}}
		}
	}
	return params
}

// inserted sets the alarm to jobs that were added by a transaction that is committed now.
func (e *enqueuer) inserted(jobs []job) {
	for _, j := range jobs {
		due := time.Now()
		if later, ok := j.(dueJob); ok {
			j, due = later.job, later.due
		}
		if queued, ok := j.(river.JobArgsWithInsertOpts); ok {
			e.driver.alarm.at(queued.InsertOpts().Queue, due)
		}
	}
}

// migrateJobs brings River's own tables up to date.
func (s *Store) migrateJobs(ctx context.Context, db *sql.DB) error {
	var driver riverdriver.Driver[*sql.Tx] = riversqlite.New(db)
	if s.Kind() == (postgres{}).name() {
		driver = riverdatabasesql.New(db)
	}
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return fmt.Errorf("read the migrations of background jobs: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("bring the tables of background jobs up to date: %w", err)
	}
	known := migrator.AllVersions()
	return checkJobsVersion(ctx, db, known[len(known)-1].Version)
}

// checkJobsVersion refuses tables that a newer River has changed, which its migrations would leave as they are.
func checkJobsVersion(ctx context.Context, db *sql.DB, newest int) error {
	var current int
	if err := db.QueryRowContext(ctx, "SELECT max(version) FROM river_migration").Scan(&current); err != nil {
		return fmt.Errorf("read the version of the tables of background jobs: %w", err)
	}
	if current > newest {
		return fmt.Errorf("its tables of background jobs have version %d, this mockbank knows up to %d: use a newer mockbank", current,
			newest)
	}
	return nil
}
