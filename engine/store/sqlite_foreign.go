package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// applicationID marks an SQLite file as mockbank's: "mock", where SQLite keeps such a mark.
const applicationID = 0x6d6f636b

const (
	selectMark   = `PRAGMA application_id`
	selectTables = `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
)

// lockPause is how long a start waits until it tries again to get at a file that another program has locked.
const lockPause = 50 * time.Millisecond

// awaitLock waits until no other program has the file locked, and refuses one with somebody else's tables before
// anything of it is changed.
func (s *Store) awaitLock(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", sqliteAddress(path, url.Values{"_pragma": {"busy_timeout(0)"}, "_txlock": {"immediate"}}))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	deadline := time.Now().Add(s.options.startPatience)
	for {
		err := checkForeign(ctx, db)
		if !isBusy(err) || time.Now().After(deadline) {
			return err
		}
		timer := time.NewTimer(lockPause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// checkForeign refuses a file in which somebody else keeps something.
func checkForeign(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil) // with the write lock
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	var mark int64
	if err := tx.QueryRowContext(ctx, selectMark).Scan(&mark); err != nil {
		return err
	}
	if mark == applicationID {
		return nil
	}
	tables, err := tablesOf(ctx, tx)
	switch {
	case err != nil:
		return err
	case mark != 0:
		return fmt.Errorf("another program has marked it as its own (application_id %d): name another file", mark)
	case len(tables) == 0, slices.Contains(tables, versionTable) && (len(tables) == 1 || slices.Contains(tables, "bank_connections")):
		return nil // a new one, or one that a mockbank made which knew of no mark
	default:
		return fmt.Errorf("another program keeps its tables in it (%q, for example): name another file", tables[0])
	}
}

func tablesOf(ctx context.Context, tx *sql.Tx) (names []string, err error) {
	rows, err := tx.QueryContext(ctx, selectTables)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what there is to say
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// markSQLite marks the file as mockbank's.
func markSQLite(ctx context.Context, db *sql.DB) error {
	var mark int64
	if err := db.QueryRowContext(ctx, selectMark).Scan(&mark); err != nil || mark == applicationID {
		return err
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}
