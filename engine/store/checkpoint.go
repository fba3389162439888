package store

import (
	"context"
	"database/sql"
	"net/url"
	"time"
)

const (
	// checkpointInterval is how often at most what SQLite's writer logged is put into the file.
	checkpointInterval = 50 * time.Millisecond
	// checkpointCommits is how many commits must have come since for it to be worth it.
	checkpointCommits = 100
)

// checkpointer puts what SQLite's writer logged into the file, on a connection of its own, while the
// writer goes on. Left to itself the writer does so once its log is long, and a login that comes then
// waits for all of it. It still does where the log grows faster than it is emptied, and then there is
// little left to do.
type checkpointer struct {
	db    *sql.DB
	wake  chan struct{} // holds a token once there is enough to do
	end   chan struct{}
	ended chan struct{}
}

func (s *Store) startCheckpointer(path string, options Options) error {
	db, err := s.pool(sqliteAddress(path, url.Values{
		"_pragma": {busyTimeout(options.lockPatience), "synchronous(" + string(options.Synchronous) + ")"},
	}))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	// One connection stays open, so that SQLite never takes its log for one that nobody uses.
	if _, err := db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return err
	}
	c := &checkpointer{db: db, wake: make(chan struct{}, 1), end: make(chan struct{}), ended: make(chan struct{})}
	s.checkpointer = c
	go c.run()
	s.closers = append(s.closers, c)
	return nil
}

// Close ends it.
func (c *checkpointer) Close() error {
	close(c.end)
	<-c.ended
	return nil
}

// committed tells it of the writer's commits, so that it sleeps while there are none.
func (c *checkpointer) committed(n int64) {
	if n%checkpointCommits != 0 {
		return
	}
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *checkpointer) run() {
	defer close(c.ended)
	for {
		select {
		case <-c.end:
			return
		case <-c.wake:
		}
		// One that fails is made up for by the next, or by the writer.
		_, _ = c.db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
		select {
		case <-c.end:
			return
		case <-time.After(checkpointInterval):
		}
	}
}
