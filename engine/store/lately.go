package store

import (
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// maxLately bounds the sessions that a [latelySessions] remembers.
const maxLately = 4096

// latelySessions remembers sessions as this node last saw them, on PostgreSQL, the zero one for what nobody had made. What it
// says may be over: who goes by it has it looked at again within the transaction (see [transaction.ExpectSession]), so that it
// need not be exact. It is not asked for reads.
type latelySessions struct {
	mu       sync.RWMutex
	sessions map[string]engine.Session
}

func newLatelySessions() *latelySessions {
	return &latelySessions{sessions: make(map[string]engine.Session)}
}

// get returns a copy of the session, and whether it was seen.
func (l *latelySessions) get(id string) (engine.Session, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s, seen := l.sessions[id]
	return s.Copy(), seen
}

// saw takes over what a lookup of a session found.
func (l *latelySessions) saw(found *lookup) {
	if found.table == inSessions {
		l.keep(found.id, found.session.Copy())
	}
}

// record takes over what a transaction did.
func (l *latelySessions) record(changed []engine.Session) {
	if l == nil {
		return
	}
	for _, s := range changed {
		if s.Version == 0 {
			l.keep(s.ID, engine.Session{})
			continue
		}
		l.keep(s.ID, s.Copy())
	}
}

func (l *latelySessions) keep(id string, s engine.Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sessions) >= maxLately {
		clear(l.sessions)
	}
	l.sessions[id] = s
}
