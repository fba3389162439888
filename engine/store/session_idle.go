package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// countInterval is how long the count of PostgreSQL's sessions is taken for right as far as other nodes go.
const countInterval = time.Second

const countSessions = `SELECT count(*) FROM sessions WHERE id <> '` + engine.DefaultSession + `'`

// underWay is the condition that something is under way in a session, at its time now. The first condition on ends_at
// is the index's own, so that the index is used. PostgreSQL may answer EXISTS by reading what is under way in all sessions.
func underWay(session, now string) string {
	return fmt.Sprintf(`((SELECT 1 FROM bank_authentication_processes p WHERE p.session = %[1]s
			AND (p.ends_at IS NULL OR p.ends_at > p.created_at) AND (p.ends_at IS NULL OR p.ends_at > %[2]s) LIMIT 1) IS NOT NULL
		OR (SELECT 1 FROM bank_connections c WHERE c.session = %[1]s AND c.due_at IS NOT NULL LIMIT 1) IS NOT NULL
		OR (SELECT 1 FROM webhook_deliveries d WHERE d.session = %[1]s AND d.state = 'pending' LIMIT 1) IS NOT NULL)`, session, now)
}

// countedSessions is how many sessions there were when PostgreSQL was last asked, and what this node has done since.
type countedSessions struct {
	mu    sync.Mutex
	at    time.Time
	count int
}

// record keeps what a transaction of this node did.
func (c *countedSessions) record(changed []engine.Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range changed {
		switch {
		case s.ID == engine.DefaultSession:
		case s.Version == 0:
			c.count--
		case s.Version == 1:
			c.count++
		}
	}
}

// recent returns the count, and false where it was read too long ago.
func (c *countedSessions) recent(now time.Time) (count int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count, now.Sub(c.at) < countInterval
}

// set keeps a count. It is not locked while the database is asked: a commit notes its sessions while it holds a
// connection, for which the question may wait.
func (c *countedSessions) set(at time.Time, count int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.count = at, count
}

// CountSessions implements [engine.Store].
func (s *Store) CountSessions(ctx context.Context) (int, error) {
	if s.known != nil {
		return s.known.count(), nil
	}
	now := s.options.Now()
	if count, ok := s.counted.recent(now); ok {
		return count, nil
	}
	var count int
	if err := s.readRow(ctx, countSessions, nil, &count); err != nil {
		return 0, err
	}
	s.counted.set(now, count)
	return count, nil
}

// count returns how many sessions there are, without the default.
func (k *knownSessions) count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if _, ok := k.sessions[engine.DefaultSession]; ok {
		return len(k.sessions) - 1
	}
	return len(k.sessions)
}

// IdleSessions implements [engine.Store].
func (s *Store) IdleSessions(ctx context.Context, wall time.Time, limit int) (idle []engine.Session, err error) {
	query := "SELECT " + sessionColumns.list() + ` FROM sessions s WHERE s.id <> '` + engine.DefaultSession + `'
		AND NOT ` + underWay(s.dialect.sessionID(), s.dialect.sessionTime()) + ` ORDER BY s.used_at, s.id LIMIT ?`
	begin := func() { idle = nil }
	err = s.readRows(ctx, query, []any{s.dialect.time(wall), limit}, begin, func(rows *sql.Rows) error {
		var session engine.Session
		err := rows.Scan(sessionTargets(&session)...)
		idle = append(idle, session)
		return err
	})
	return idle, err
}

var selectUnderWay = "SELECT CASE WHEN " + underWay("?", "?") + " THEN 1 ELSE 0 END"

// SessionUnderWay implements [engine.Tx].
func (t *transaction) SessionUnderWay(id string, now time.Time) (bool, error) {
	if err := t.flushBefore(); err != nil {
		return false, err
	}
	var found int
	err := t.row(selectUnderWay, []any{id, t.store.dialect.time(now), id, id}, &found)
	return found == 1, err
}
