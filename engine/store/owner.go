package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// ownerPatience is how long a start waits for the process that has the file: it may be ending.
const ownerPatience = time.Second

// own makes this process the only mockbank on an SQLite file until the Store is closed. Rows, sessions and
// flows are cached, which another writer would make wrong. Other SQLite clients can read all the while.
//
// What is held is a lock on an empty database beside the file: the system lets go of it however the
// process ends, and the file itself stays free for every reader.
func (s *Store) own(ctx context.Context, path string, options Options) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // one file has one owner, whatever it is called
	}
	options.lockPatience = min(options.lockPatience, ownerPatience)
	db, err := s.pool(sqliteAddress(path+"-owner", url.Values{
		"_txlock": {"exclusive"}, "_pragma": {busyTimeout(options), "journal_mode(MEMORY)"},
	}))
	if err != nil {
		return err
	}
	held, err := db.BeginTx(context.WithoutCancel(ctx), nil)
	switch {
	case err == nil:
		s.closers = append(s.closers, closer(held.Rollback))
		return nil
	case strings.Contains(err.Error(), "SQLITE_BUSY"):
		return errors.New("another mockbank is using it: end that one, or name another file; many nodes share a PostgreSQL database")
	default:
		return fmt.Errorf("take it for this process alone: %w", err)
	}
}
