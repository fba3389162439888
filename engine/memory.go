package engine

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory is a [Store] that lives and dies with the program: for tests, and for `mockbank test`.
// Nobody runs its background jobs: who wants the records of imports written calls
// [Imports.Advance].
type Memory struct {
	mu          sync.RWMutex
	processes   map[string]Process
	connections map[string]Connection
	history     map[string][]ImportStep
	flows       map[string][]byte
	counters    map[CounterKey]int
	times       map[CounterKey][]time.Time
	requests    map[RequestKey]memoryRequest
	sessions    map[string]Session
	windows     map[CounterKey]memoryWindow
	forgettings map[string]Forgetting
	sweeps      map[string]int // the last turn of a session's clock that is to be swept
	memoryWebhooks
	memorySurface
}

type memoryWindow struct {
	since time.Time
	count int
}

type memoryRequest struct {
	fingerprint string
	answer      []byte
	until       time.Time
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{
		processes: make(map[string]Process), connections: make(map[string]Connection),
		history: make(map[string][]ImportStep), flows: make(map[string][]byte),
		counters: make(map[CounterKey]int), times: make(map[CounterKey][]time.Time), requests: make(map[RequestKey]memoryRequest),
		sessions: make(map[string]Session), windows: make(map[CounterKey]memoryWindow),
		forgettings: make(map[string]Forgetting), sweeps: make(map[string]int),
		memoryWebhooks: newMemoryWebhooks(), memorySurface: newMemorySurface(),
	}
}

// Process implements [Store].
func (m *Memory) Process(_ context.Context, id string) (Process, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return find(m.processes, id, Process.Copy)
}

// Connection implements [Store].
func (m *Memory) Connection(_ context.Context, id string) (Connection, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return find(m.connections, id, Connection.Copy)
}

// Connections implements [Store].
func (m *Memory) Connections(_ context.Context, filter ConnectionFilter) ([]Connection, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var page []Connection
	for _, c := range m.connections {
		if filter.selects(&c) {
			page = append(page, c.Copy())
		}
	}
	slices.SortFunc(page, func(a, b Connection) int { return strings.Compare(a.ID, b.ID) })
	if filter.Latest {
		slices.Reverse(page)
	}
	if filter.Limit > 0 && len(page) > filter.Limit {
		page = page[:filter.Limit]
	}
	return page, nil
}

func (f *ConnectionFilter) selects(c *Connection) bool {
	status := c.Status
	if status == InProgress && c.EndsAt != nil && !c.EndsAt.After(f.Now) {
		status = c.EndStatus
	}
	return (f.Session == "" || c.Session == f.Session) && (f.Bank == "" || c.Bank == f.Bank) &&
		(f.Status == "" || status == f.Status) && (c.ID > f.After && !f.Latest || f.Latest && (f.After == "" || c.ID < f.After))
}

// Processes implements [Store].
func (m *Memory) Processes(_ context.Context, filter ProcessFilter) ([]Process, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var page []Process
	for _, p := range m.processes {
		if p.Session == filter.Session && p.ID > filter.After && (!filter.Open || p.EndsAt == nil || p.EndsAt.After(filter.Now)) {
			page = append(page, p.Copy())
		}
	}
	slices.SortFunc(page, func(a, b Process) int { return strings.Compare(a.ID, b.ID) })
	if filter.Limit > 0 && len(page) > filter.Limit {
		page = page[:filter.Limit]
	}
	return page, nil
}

// History implements [Store].
func (m *Memory) History(_ context.Context, connectionID string) ([]ImportStep, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.history[connectionID]), nil
}

// Flow implements [Store].
func (m *Memory) Flow(_ context.Context, hash string) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return find(m.flows, hash, slices.Clone)
}

// ClaimRequest implements [Store].
func (m *Memory) ClaimRequest(_ context.Context, key RequestKey, fingerprint string, now time.Time, lease time.Duration) (Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.requests[key]
	if ok && (known.answer != nil || now.Before(known.until)) {
		return Claim{Fingerprint: known.fingerprint, Answer: slices.Clone(known.answer)}, nil
	}
	m.requests[key] = memoryRequest{fingerprint: fingerprint, until: now.Add(lease)}
	return Claim{First: true, Fingerprint: fingerprint}, nil
}

// Update implements [Store].
func (m *Memory) Update(ctx context.Context, change func(tx Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	tx := &memoryTx{Memory: m}
	kept := false
	defer func() { // also where change panics
		if !kept {
			tx.rollBack()
		}
	}()
	err := change(tx)
	kept = err == nil
	return err
}

// memoryTx is a change under way: it holds the store's lock, and how to undo what it did.
type memoryTx struct {
	*Memory
	undo []func()
}

func (tx *memoryTx) rollBack() {
	for _, step := range slices.Backward(tx.undo) {
		step()
	}
}

// put sets a map's value so that roll-back restores the one before.
func put[K comparable, V any](tx *memoryTx, m map[K]V, key K, value V) {
	keep(tx, m, key)
	m[key] = value
}

func keep[K comparable, V any](tx *memoryTx, m map[K]V, key K) {
	before, ok := m[key]
	tx.undo = append(tx.undo, func() {
		delete(m, key)
		if ok {
			m[key] = before
		}
	})
}

func find[V any](m map[string]V, id string, clone func(V) V) (V, error) {
	value, ok := m[id]
	if !ok {
		var zero V
		return zero, ErrNotFound
	}
	return clone(value), nil
}
