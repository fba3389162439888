package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/mockbank/mockbank/engine"
)

const (
	selectEndings = `SELECT process_id, session, due_at, turn FROM awaited_endings`
	saveEnding    = `INSERT INTO awaited_endings (process_id, session, due_at, turn) VALUES (?, ?, ?, ?)
		ON CONFLICT (process_id) DO UPDATE SET due_at = excluded.due_at, turn = excluded.turn`
	dropEnding = `DELETE FROM awaited_endings WHERE process_id = ?`
)

func endingTargets(e *engine.Ending) []any {
	return []any{&e.ProcessID, &e.Session, stamp{&e.DueAt}, &e.Generation}
}

// DueEndings implements [engine.Store].
func (s *Store) DueEndings(ctx context.Context, session string, now time.Time, limit int) (due []engine.Ending, err error) {
	query := selectEndings + " WHERE session = ? AND due_at <= ? ORDER BY due_at, process_id LIMIT ?"
	begin := func() { due = nil }
	err = s.readRows(ctx, query, []any{session, s.dialect.time(now), limit}, begin, func(rows *sql.Rows) error {
		var e engine.Ending
		err := rows.Scan(endingTargets(&e)...)
		due = append(due, e)
		return err
	})
	return due, err
}

// Ending implements [engine.Tx].
func (t *transaction) Ending(processID string) (e engine.Ending, err error) {
	err = notFound(t.row(selectEndings+" WHERE process_id = ?", []any{processID}, endingTargets(&e)...))
	return e, err
}

// SaveEnding implements [engine.Tx].
func (t *transaction) SaveEnding(e engine.Ending, enqueue bool) error {
	_, err := t.write(saveEnding, e.ProcessID, e.Session, t.store.dialect.time(e.DueAt), e.Generation)
	if err == nil && enqueue {
		t.jobs = append(t.jobs, EndingJob{ProcessID: e.ProcessID})
	}
	return err
}

// DropEnding implements [engine.Tx].
func (t *transaction) DropEnding(processID string) error {
	_, err := t.write(dropEnding, processID)
	return err
}
