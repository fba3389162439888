package store

import (
	"database/sql"
	"errors"
	"time"

	"github.com/mockbank/mockbank/engine"
)

const (
	counterKey    = ` WHERE session = ? AND bank = ? AND username = ? AND kind = ? AND name = ?`
	selectCounter = `SELECT value FROM counters` + counterKey
	deleteCounter = `DELETE FROM counters` + counterKey
	addCounter    = `INSERT INTO counters (session, bank, username, kind, name, value, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (session, bank, username, kind, name)
		DO UPDATE SET value = counters.value + excluded.value, updated_at = excluded.updated_at
		RETURNING value`
	selectTimes = `SELECT times FROM counters` + counterKey
	saveTimes   = `INSERT INTO counters (session, bank, username, kind, name, value, times, updated_at)
		VALUES (?, ?, ?, ?, ?, 0, ?, ?)
		ON CONFLICT (session, bank, username, kind, name)
		DO UPDATE SET times = excluded.times, updated_at = excluded.updated_at`
	// The conditions are those of an index.
	selectLastAuthenticated = `SELECT max(ends_at) FROM bank_authentication_processes
		WHERE session = ? AND bank = ? AND username = ? AND ends_at <= ?
		AND end_status = 'AUTHENTICATED' AND ends_at > created_at AND connection_id IS NULL`
	// A window that is over begins anew, and so does one that begins in the future: the clock was set back.
	countInWindow = `INSERT INTO rate_windows (session, bank, username, kind, name, since, count, written_at)
		VALUES (?, ?, ?, ?, ?, ?, 1, ?)
		ON CONFLICT (session, bank, username, kind, name) DO UPDATE SET
			count = CASE WHEN rate_windows.since > ? AND rate_windows.since <= excluded.since THEN rate_windows.count + 1 ELSE 1 END,
			since = CASE WHEN rate_windows.since > ? AND rate_windows.since <= excluded.since
			THEN rate_windows.since ELSE excluded.since END,
			written_at = excluded.written_at
		RETURNING since, count`
	countConnections = `SELECT count(*) FROM bank_connections
		WHERE session = ? AND bank = ? AND username = ? AND trigger_key = ?`
	// The first condition on ends_at is the index's own, so that the index is used.
	countOpenProcesses = `SELECT count(*) FROM bank_authentication_processes
		WHERE session = ? AND bank = ? AND username = ? AND trigger_key = ?
		AND (ends_at IS NULL OR ends_at > created_at) AND (ends_at IS NULL OR ends_at > ?)`
)

func counterArgs(key engine.CounterKey) []any {
	return []any{key.Session, key.Bank, key.Username, string(key.Kind), key.Name}
}

// Counter implements [engine.Tx].
func (t *transaction) Counter(key engine.CounterKey) (count int, err error) {
	err = t.row(selectCounter, counterArgs(key), &count)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return count, err
}

// AddCounter implements [engine.Tx].
func (t *transaction) AddCounter(key engine.CounterKey, delta int) (sum int, err error) {
	t.wrote = true
	now := t.store.dialect.time(t.store.options.Now())
	err = t.row(addCounter, append(counterArgs(key), delta, now), &sum)
	return sum, err
}

// ResetCounter implements [engine.Tx].
func (t *transaction) ResetCounter(key engine.CounterKey) error {
	_, err := t.write(deleteCounter, counterArgs(key)...)
	return err
}

// Times implements [engine.Tx].
func (t *transaction) Times(key engine.CounterKey) (times []time.Time, err error) {
	var kept []int64
	err = t.row(selectTimes, counterArgs(key), document[[]int64]{&kept})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	for _, at := range kept {
		times = append(times, time.UnixMilli(at).UTC())
	}
	return times, err
}

// SaveTimes implements [engine.Tx].
func (t *transaction) SaveTimes(key engine.CounterKey, times []time.Time) error {
	kept := make([]int64, len(times))
	for i, at := range times {
		kept[i] = at.UnixMilli()
	}
	now := t.store.dialect.time(t.store.options.Now())
	_, err := t.write(saveTimes, append(counterArgs(key), jsonOrNull(len(kept) == 0, kept), now)...)
	return err
}

// LastAuthenticated implements [engine.Tx].
func (t *transaction) LastAuthenticated(session, bank, username string, now time.Time) (last time.Time, err error) {
	if err := t.flushBefore(); err != nil {
		return last, err
	}
	err = t.row(selectLastAuthenticated, []any{session, bank, username, t.store.dialect.time(now)}, zeroStamp{&last})
	return last, err
}

// Window implements [engine.Tx].
func (t *transaction) Window(key engine.CounterKey, per time.Duration, now time.Time) (count int, since time.Time, err error) {
	t.wrote = true
	d := t.store.dialect
	over := d.time(now.Add(-per))
	err = t.row(countInWindow, append(counterArgs(key), d.time(now), d.time(t.store.options.Now()), over, over), stamp{&since}, &count)
	return count, since, err
}

// CountConnections implements [engine.Tx].
func (t *transaction) CountConnections(session, bank, username, trigger string) (count int, err error) {
	err = t.row(countConnections, []any{session, bank, username, trigger}, &count)
	return count, err
}

// CountOpenProcesses implements [engine.Tx].
func (t *transaction) CountOpenProcesses(session, bank, username, trigger string, now time.Time) (count int, err error) {
	if err := t.flushBefore(); err != nil {
		return 0, err
	}
	args := []any{session, bank, username, trigger, t.store.dialect.time(now)}
	err = t.row(countOpenProcesses, args, &count)
	return count, err
}

// UserProcesses implements [engine.Tx].
func (t *transaction) UserProcesses(session, bank, username string, now time.Time) (found []engine.Process, err error) {
	if err := t.flushBefore(); err != nil {
		return nil, err
	}
	err = t.rows(selectUserProcesses, []any{session, bank, username, t.store.dialect.time(now)}, func(rows *sql.Rows) error {
		var p engine.Process
		err := rows.Scan(processTargets(&p)...)
		found = append(found, p)
		return err
	})
	return found, err
}

// LockUser implements [engine.Tx]. SQLite's changes wait for each other anyway.
func (t *transaction) LockUser(session, bank, username string) error {
	if lock := t.store.dialect.lockUser(); lock != "" {
		_, err := t.exec(lock, session+"\x1f"+bank+"\x1f"+username)
		return err
	}
	return nil
}
