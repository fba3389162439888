package engine

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// Session implements [Store].
func (m *Memory) Session(_ context.Context, id string) (Session, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return find(m.sessions, id, Session.Copy)
}

// Sessions implements [Store].
func (m *Memory) Sessions(_ context.Context) ([]Session, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := slices.Collect(maps.Values(m.sessions))
	slices.SortFunc(all, func(a, b Session) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

// SessionPage implements [Store].
func (m *Memory) SessionPage(ctx context.Context, prefix, after string, limit int) ([]Session, error) {
	all, err := m.Sessions(ctx)
	page := slices.DeleteFunc(all, func(s Session) bool { return s.ID <= after || !strings.HasPrefix(s.ID, prefix) })
	return page[:min(limit, len(page))], err
}

// OutdatedConnections implements [Store].
func (m *Memory) OutdatedConnections(_ context.Context, session string, now time.Time, limit int) ([]Connection, error) {
	return m.connectionsBy(session, now, limit, func(c *Connection) *time.Time { return c.HoldsUntil })
}

// DueConnections implements [Store].
func (m *Memory) DueConnections(_ context.Context, session string, now time.Time, limit int) ([]Connection, error) {
	return m.connectionsBy(session, now, limit, func(c *Connection) *time.Time { return c.DueAt })
}

// connectionsBy returns connections of a session of which a time is past, the longest ago first.
func (m *Memory) connectionsBy(session string, now time.Time, limit int, of func(*Connection) *time.Time) ([]Connection, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var due []Connection
	for _, c := range m.connections {
		if at := of(&c); c.Session == session && at != nil && !at.After(now) {
			due = append(due, c.Copy())
		}
	}
	slices.SortFunc(due, func(a, b Connection) int {
		return cmp.Or(of(&a).Compare(*of(&b)), strings.Compare(a.ID, b.ID))
	})
	return due[:min(limit, len(due))], nil
}

// NextDue implements [Store].
func (m *Memory) NextDue(_ context.Context, session string) (due time.Time, found bool, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	earliest := func(at time.Time) {
		if !found || at.Before(due) {
			due, found = at, true
		}
	}
	for _, c := range m.connections {
		if c.Session == session && c.DueAt != nil {
			earliest(*c.DueAt)
		}
	}
	for _, e := range m.endings {
		if e.Session == session {
			earliest(e.DueAt)
		}
	}
	return due, found, nil
}

func (tx *memoryTx) Session(id string) (Session, error) { return find(tx.sessions, id, Session.Copy) }

// SessionLately implements [SessionStore].
func (m *Memory) SessionLately(ctx context.Context, id string) (Session, bool, error) {
	s, err := m.Session(ctx, id)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return s, true, err
}

func (tx *memoryTx) ExpectSession(s Session) error {
	if now := tx.sessions[s.ID]; now.Version != s.Version || !now.CreatedAt.Equal(s.CreatedAt) {
		return ErrSessionChanged
	}
	return nil
}

func (tx *memoryTx) SaveSession(s Session) error {
	if tx.sessions[s.ID].Version != s.Version {
		return ErrStale
	}
	s.Version++
	put(tx, tx.sessions, s.ID, s.Copy())
	return nil
}

func (tx *memoryTx) DeleteSession(id string) error {
	if _, ok := tx.sessions[id]; !ok {
		return ErrNotFound
	}
	keep(tx, tx.sessions, id)
	delete(tx.sessions, id)
	return nil
}

// ForgetSession implements [Tx], all at once: there is nobody whom that would keep waiting.
func (tx *memoryTx) ForgetSession(id string, _ int) (left bool, err error) {
	for key, c := range tx.connections {
		if c.Session == id {
			remove(tx, tx.history, key)
			remove(tx, tx.connections, key)
		}
	}
	for key, p := range tx.processes {
		if p.Session == id {
			remove(tx, tx.processes, key)
		}
	}
	tx.forgetSurface(id)
	for key := range tx.counters {
		if key.Session == id {
			remove(tx, tx.counters, key)
		}
	}
	for key := range tx.times {
		if key.Session == id {
			remove(tx, tx.times, key)
		}
	}
	for key := range tx.windows {
		if key.Session == id {
			remove(tx, tx.windows, key)
		}
	}
	for key, request := range tx.requests {
		if key.Session == id && request.answer != nil { // others are under way
			remove(tx, tx.requests, key)
		}
	}
	tx.forgetWebhooks(id)
	return false, nil
}

// EnqueueSweep implements [Tx]. Nobody works background jobs here.
func (tx *memoryTx) EnqueueSweep(session string, change int) error {
	put(tx, tx.sweeps, session, change)
	return nil
}

func (tx *memoryTx) SaveForgetting(f Forgetting) error {
	put(tx, tx.forgettings, f.ID, f)
	return nil
}

func (tx *memoryTx) Forgetting(id string) (Forgetting, error) {
	return find(tx.forgettings, id, func(f Forgetting) Forgetting { return f })
}

func (tx *memoryTx) DropForgetting(id string) error {
	remove(tx, tx.forgettings, id)
	return nil
}

// remove deletes a map's value so that roll-back restores it.
func remove[K comparable, V any](tx *memoryTx, m map[K]V, key K) {
	keep(tx, m, key)
	delete(m, key)
}

// ProcessInSession implements [Store].
func (m *Memory) ProcessInSession(_ context.Context, id string) (Process, Session, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	p, err := find(m.processes, id, Process.Copy)
	return p, m.sessions[p.Session].Copy(), err
}

// ConnectionInSession implements [Store].
func (m *Memory) ConnectionInSession(_ context.Context, id string) (Connection, Session, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	c, err := find(m.connections, id, Connection.Copy)
	return c, m.sessions[c.Session].Copy(), err
}
