package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/mockbank/mockbank/engine"
)

var (
	sessionColumns = columnsOf(
		`id seed clock_offset clock_frozen_at clock_turns began_at switches logins_move faults created_at used_at version`)

	selectSessions = "SELECT " + sessionColumns.list() + " FROM sessions"
	insertSession  = insert("sessions", sessionColumns, 1) + " ON CONFLICT (id) DO NOTHING"
	updateSession  = "UPDATE sessions SET " + sessionColumns.set() + " WHERE id = ? AND version = ?"

	selectDue = "SELECT " + connectionAll.list() + ` FROM bank_connections
		WHERE session = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?`
	selectOutdated = "SELECT " + connectionAll.list() + ` FROM bank_connections
		WHERE session = ? AND holds_until <= ? ORDER BY holds_until, id LIMIT ?`
)

const (
	deleteSession = `DELETE FROM sessions WHERE id = ?`
	selectNextDue = `SELECT min(due_at) FROM (
		SELECT min(due_at) AS due_at FROM bank_connections WHERE session = ? AND due_at IS NOT NULL
		UNION ALL SELECT min(due_at) FROM awaited_endings WHERE session = ?) AS due`
)

func sessionArgs(d dialect, s *engine.Session) []any {
	return []any{
		s.ID, int64(s.Seed), s.Clock.Offset.Milliseconds(), timeOrNull(d, s.Clock.FrozenAt), s.Clock.Generation,
		beganOrNull(d, s), jsonOrNull(len(s.Switches) == 0, s.Switches), number(s.LoginsMove), textOrNull(s.Faults), d.time(s.CreatedAt),
		d.time(s.UsedAt), s.Version,
	}
}

func sessionTargets(s *engine.Session) []any {
	return []any{
		&s.ID, seed{&s.Seed}, milliseconds{&s.Clock.Offset}, optionalStamp{&s.Clock.FrozenAt}, &s.Clock.Generation,
		zeroStamp{&s.BeganAt}, document[map[string]bool]{&s.Switches}, truth{&s.LoginsMove}, optionalText[string]{&s.Faults},
		stamp{&s.CreatedAt}, stamp{&s.UsedAt}, &s.Version,
	}
}

// beganOrNull keeps that nobody knows when a session began as NULL.
func beganOrNull(d dialect, s *engine.Session) any {
	if s.BeganAt.IsZero() {
		return nil
	}
	return d.time(s.BeganAt)
}

// Session implements [engine.Store].
func (s *Store) Session(ctx context.Context, id string) (session engine.Session, err error) {
	if s.known != nil {
		return s.known.get(id)
	}
	found, err := s.lookups.find(ctx, inSessions, id)
	return found.session, err
}

// SessionLately implements [engine.SessionStore].
func (s *Store) SessionLately(ctx context.Context, id string) (engine.Session, bool, error) {
	if s.lately != nil {
		if session, known := s.lately.get(id); known {
			return session, false, nil
		}
	}
	session, err := s.Session(ctx, id)
	if errors.Is(err, engine.ErrNotFound) {
		err = nil
	}
	return session, true, err
}

// ExpectSession implements [engine.Tx].
func (t *transaction) ExpectSession(s engine.Session) error {
	if t.kept != nil {
		t.kept.expects = append(t.kept.expects, s)
		return nil
	}
	now, err := t.Session(s.ID)
	if errors.Is(err, engine.ErrNotFound) {
		now, err = engine.Session{}, nil
	}
	if err == nil && (now.Version != s.Version || !now.CreatedAt.Equal(s.CreatedAt)) {
		return engine.ErrSessionChanged
	}
	return err
}

// Sessions implements [engine.Store].
func (s *Store) Sessions(ctx context.Context) ([]engine.Session, error) {
	return s.sessions(ctx, " ORDER BY id")
}

// SessionPage implements [engine.Store]. No byte of an ID is as great as a tilde.
func (s *Store) SessionPage(ctx context.Context, prefix, after string, limit int) ([]engine.Session, error) {
	return s.sessions(ctx, " WHERE id >= ? AND id < ? AND id > ? ORDER BY id LIMIT ?", prefix, prefix+"~", after, limit)
}

func (s *Store) sessions(ctx context.Context, rest string, args ...any) (all []engine.Session, err error) {
	begin := func() { all = nil }
	err = s.readRows(ctx, selectSessions+rest, args, begin, func(rows *sql.Rows) error {
		var session engine.Session
		err := rows.Scan(sessionTargets(&session)...)
		all = append(all, session)
		return err
	})
	return all, err
}

// DueConnections implements [engine.Store].
func (s *Store) DueConnections(ctx context.Context, session string, now time.Time, limit int) ([]engine.Connection, error) {
	return s.connectionsBy(ctx, selectDue, session, now, limit)
}

// OutdatedConnections implements [engine.Store].
func (s *Store) OutdatedConnections(ctx context.Context, session string, now time.Time, limit int) ([]engine.Connection, error) {
	return s.connectionsBy(ctx, selectOutdated, session, now, limit)
}

// connectionsBy selects connections of a session by a time that is past.
func (s *Store) connectionsBy(ctx context.Context, query, session string, now time.Time, limit int) (due []engine.Connection, err error) {
	begin := func() { due = nil }
	args := []any{session, s.dialect.time(now), limit}
	err = s.readRows(ctx, query, args, begin, func(rows *sql.Rows) error {
		var c engine.Connection
		err := rows.Scan(connectionTargets(&c)...)
		due = append(due, c)
		return err
	})
	return due, err
}

// Session implements [engine.Tx].
func (t *transaction) Session(id string) (session engine.Session, err error) {
	err = notFound(t.row(selectSessions+" WHERE id = ?", []any{id}, sessionTargets(&session)...))
	return session, err
}

// SaveSession implements [engine.Tx].
func (t *transaction) SaveSession(s engine.Session) error {
	before := s.Version
	s.Version++
	query, args := insertSession, sessionArgs(t.store.dialect, &s)
	if before > 0 {
		query, args = updateSession, append(args, s.ID, before)
	}
	err := stale(t.write(query, args...))
	if err == nil {
		t.sessions = append(t.sessions, s)
	}
	return err
}

// DeleteSession implements [engine.Tx].
func (t *transaction) DeleteSession(id string) error {
	rows, err := t.write(deleteSession, id)
	if err != nil {
		return err
	}
	if rows == 0 {
		return engine.ErrNotFound
	}
	t.sessions = append(t.sessions, engine.Session{ID: id})
	return nil
}

// EnqueueSweep implements [engine.Tx].
func (t *transaction) EnqueueSweep(session string, turn int) error {
	t.jobs = append(t.jobs, SweepJob{Session: session, Generation: turn})
	return nil
}

// NextDue implements [engine.Store].
func (s *Store) NextDue(ctx context.Context, session string) (due time.Time, found bool, err error) {
	var at *time.Time
	err = s.readRow(ctx, selectNextDue, []any{session, session}, optionalStamp{&at})
	if err != nil || at == nil {
		return time.Time{}, false, err
	}
	return *at, true, nil
}

// rows runs a statement that returns rows, and calls each for every one.
func (w *work) rows(query string, args []any, each func(*sql.Rows) error) error {
	if err := w.need(); err != nil {
		return err
	}
	rows, err := w.tx.QueryContext(w.ctx, w.store.dialect.text(query), args...)
	if err != nil {
		return w.fail(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what there is to say
	for rows.Next() {
		if err := each(rows); err != nil {
			return w.fail(err)
		}
	}
	return w.fail(rows.Err())
}
