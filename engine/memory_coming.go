package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// DueProcesses implements [Store].
func (m *Memory) DueProcesses(_ context.Context, session string, now time.Time, limit int) ([]Process, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	due := m.moving(session, func(at time.Time) bool { return !at.After(now) })
	return due[:min(limit, len(due))], nil
}

// moving returns the processes of the session that time moves at such a moment, those that it moves first ahead.
func (m *Memory) moving(session string, when func(at time.Time) bool) (all []Process) {
	for _, p := range m.processes {
		if p.Session == session && p.MovesAt != nil && when(*p.MovesAt) {
			all = append(all, p.Copy())
		}
	}
	slices.SortFunc(all, func(a, b Process) int {
		return cmp.Or(a.MovesAt.Compare(*b.MovesAt), strings.Compare(a.ID, b.ID))
	})
	return all
}

// Coming implements [Store].
func (m *Memory) Coming(_ context.Context, session string, now time.Time, limit int) (coming Coming, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	after := func(at time.Time) bool { return at.After(now) }
	first := func(at time.Time) {
		if coming.At.IsZero() || at.Before(coming.At) {
			coming.At = at
		}
	}
	moving := m.moving(session, after)
	stepping := m.stepping(session, after)
	waiting := m.keptBack(session, after)
	for i := range moving {
		first(*moving[i].MovesAt)
	}
	for i := range stepping {
		first(*stepping[i].StepsAt)
	}
	for i := range waiting {
		first(waiting[i].NextAt)
	}
	coming.Processes = slices.DeleteFunc(moving, func(p Process) bool { return !p.MovesAt.Equal(coming.At) })
	coming.Connections = slices.DeleteFunc(stepping, func(c Connection) bool { return !c.StepsAt.Equal(coming.At) })
	coming.Deliveries = slices.DeleteFunc(waiting, func(d Delivery) bool { return !d.NextAt.Equal(coming.At) })
	coming.Processes = coming.Processes[:min(limit, len(coming.Processes))]
	coming.Connections = coming.Connections[:min(limit, len(coming.Connections))]
	coming.Deliveries = coming.Deliveries[:min(limit, len(coming.Deliveries))]
	return coming, nil
}

// stepping returns the connections of the session whose runs make a step at such a moment.
func (m *Memory) stepping(session string, when func(at time.Time) bool) (all []Connection) {
	for _, c := range m.connections {
		if c.Session == session && c.StepsAt != nil && when(*c.StepsAt) {
			all = append(all, c.Copy())
		}
	}
	slices.SortFunc(all, func(a, b Connection) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// keptBack returns the deliveries of the session that faults keep back until such a moment.
func (m *Memory) keptBack(session string, when func(at time.Time) bool) (all []Delivery) {
	for _, d := range m.selectDeliveries(&DeliveryFilter{Session: session, State: DeliveryPending}) {
		if d.keptBack() && when(d.NextAt) {
			all = append(all, d)
		}
	}
	return all
}
