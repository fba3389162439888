package store

import (
	"context"
	"database/sql"
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// knownSessions holds all sessions in memory, for SQLite: every request asks for its session's clock,
// and this process is the only one that changes them.
type knownSessions struct {
	mu       sync.RWMutex
	sessions map[string]engine.Session
}

// readKnownSessions reads the sessions at the start, when there is no writer yet.
func (s *Store) readKnownSessions(ctx context.Context) (*knownSessions, error) {
	known := &knownSessions{sessions: make(map[string]engine.Session)}
	rows, err := s.readers.QueryContext(ctx, selectSessions)
	if err != nil {
		return nil, err
	}
	return known, scanSessions(rows, func(session engine.Session) { known.sessions[session.ID] = session })
}

func scanSessions(rows *sql.Rows, each func(engine.Session)) error {
	defer rows.Close() //nolint:errcheck // rows.Err says what there is to say
	for rows.Next() {
		var session engine.Session
		if err := rows.Scan(sessionTargets(&session)...); err != nil {
			return err
		}
		each(session)
	}
	return rows.Err()
}

func (k *knownSessions) get(id string) (engine.Session, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	session, ok := k.sessions[id]
	if !ok {
		return engine.Session{}, engine.ErrNotFound
	}
	return session.Copy(), nil // the caller's own
}

// record keeps what a transaction did, once it is committed. The writer commits one after the other, so
// that notes come in the order of versions.
func (k *knownSessions) record(changed []engine.Session) {
	if k == nil || len(changed) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, session := range changed {
		if session.Version == 0 {
			delete(k.sessions, session.ID)
			continue
		}
		k.sessions[session.ID] = session
	}
}
