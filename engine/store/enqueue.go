package store

import (
	"context"
	"database/sql"
	"fmt"

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
	// Turn is the turn of the session's clock that the job's times go by.
	Turn int `json:"turn"`
}

// Kind names the job in the database.
func (ImportJob) Kind() string { return "import" }

// InsertOpts are the job's queue and patience.
func (ImportJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: ImportQueue, MaxAttempts: maxJobAttempts}
}

// JobDriver returns how River reaches the database. It is valid until the Store is closed.
func (s *Store) JobDriver() riverdriver.Driver[*sql.Tx] { return s.jobs.driver }

const (
	releaseJobs   = `UPDATE river_job SET state = 'available' WHERE state = 'running'`
	releaseLeader = `DELETE FROM river_leader`
)

// ReleaseJobs makes the jobs available again that a process held which was killed. It does nothing
// on PostgreSQL, where other nodes may be at work on them: there they are released a while after
// their time is up. A job that is released while it runs would only run twice, which does no harm.
func (s *Store) ReleaseJobs(ctx context.Context) error {
	if s.group == nil {
		return nil
	}
	return s.update(ctx, func(t *transaction) error {
		if _, err := t.write(releaseJobs); err != nil {
			return err
		}
		_, err := t.write(releaseLeader)
		return err
	})
}

// enqueuer adds jobs in the transactions of their records.
type enqueuer struct {
	driver riverdriver.Driver[*sql.Tx]
	client *river.Client[*sql.Tx]
}

func newEnqueuer(s *Store) (*enqueuer, error) {
	driver := s.jobDriver()
	client, err := river.NewClient(driver, &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("prepare background jobs: %w", err)
	}
	return &enqueuer{driver: driver, client: client}, nil
}

func (s *Store) jobDriver() riverdriver.Driver[*sql.Tx] {
	if s.listener != nil {
		return riverdatabasesql.NewWithPgxListener(s.work, s.listener)
	}
	return riversqlite.New(s.work)
}

func (e *enqueuer) insert(ctx context.Context, tx *sql.Tx, jobs []ImportJob) error {
	if len(jobs) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(jobs))
	for i, job := range jobs {
		params[i] = river.InsertManyParams{Args: job}
	}
	_, err := e.client.InsertManyFastTx(ctx, tx, params)
	return err
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
	return nil
}
