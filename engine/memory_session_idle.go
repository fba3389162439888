package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// CountSessions implements [Store].
func (m *Memory) CountSessions(_ context.Context) (int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if _, ok := m.sessions[DefaultSession]; ok {
		return len(m.sessions) - 1, nil
	}
	return len(m.sessions), nil
}

// IdleSessions implements [Store].
func (m *Memory) IdleSessions(_ context.Context, wall time.Time, limit int) ([]Session, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var idle []Session
	for id, s := range m.sessions {
		if id != DefaultSession && !m.underWay(id, s.Clock.At(wall)) {
			idle = append(idle, s.Copy())
		}
	}
	slices.SortFunc(idle, func(a, b Session) int {
		return cmp.Or(a.UsedAt.Compare(b.UsedAt), strings.Compare(a.ID, b.ID))
	})
	return idle[:min(limit, len(idle))], nil
}

func (m *Memory) underWay(session string, now time.Time) bool {
	for _, p := range m.processes {
		if p.Session == session && (p.EndsAt == nil || p.EndsAt.After(now)) {
			return true
		}
	}
	for _, c := range m.connections {
		if c.Session == session && c.DueAt != nil {
			return true
		}
	}
	for _, d := range m.deliveries {
		if d.Session == session && d.State == DeliveryPending {
			return true
		}
	}
	return false
}

func (tx *memoryTx) SessionUnderWay(id string, now time.Time) (bool, error) {
	return tx.underWay(id, now), nil
}
