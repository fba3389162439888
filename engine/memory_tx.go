package engine

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

func (tx *memoryTx) Process(id string) (Process, error) {
	return find(tx.processes, id, Process.Copy)
}

func (tx *memoryTx) Connection(id string) (Connection, error) {
	return find(tx.connections, id, Connection.Copy)
}

func (tx *memoryTx) InsertProcess(p Process, flow *Flow) error {
	tx.putFlow(flow)
	p.Version = 1
	put(tx, tx.processes, p.ID, p.Copy())
	return nil
}

func (tx *memoryTx) SaveProcess(p Process) error {
	if tx.processes[p.ID].Version != p.Version {
		return ErrStale
	}
	p.Version++
	put(tx, tx.processes, p.ID, p.Copy())
	return nil
}

func (tx *memoryTx) InsertConnection(c Connection, flow *Flow, _ time.Time) error {
	tx.putFlow(flow)
	c.Version = 1
	put(tx, tx.connections, c.ID, c.Copy())
	return nil
}

func (tx *memoryTx) SaveConnection(c Connection, restart bool, flow *Flow) error {
	before := tx.connections[c.ID]
	if before.Version != c.Version {
		return ErrStale
	}
	if restart {
		tx.putFlow(flow)
	} else {
		c.Generation = before.Generation
	}
	c.Version++
	put(tx, tx.connections, c.ID, c.Copy())
	return nil
}

func (tx *memoryTx) DeleteConnection(id string) error {
	if _, ok := tx.connections[id]; !ok {
		return ErrNotFound
	}
	keep(tx, tx.connections, id)
	keep(tx, tx.history, id)
	delete(tx.connections, id)
	delete(tx.history, id)
	return nil
}

func (tx *memoryTx) AppendHistory(steps ...ImportStep) error {
	for _, step := range steps {
		if _, ok := tx.connections[step.ConnectionID]; !ok {
			return fmt.Errorf("connection %q: %w", step.ConnectionID, ErrNotFound)
		}
		known := slices.Clone(tx.history[step.ConnectionID])
		if slices.ContainsFunc(known, func(s ImportStep) bool { return s.Run == step.Run && s.Number == step.Number }) {
			continue
		}
		known = append(known, step)
		slices.SortFunc(known, func(a, b ImportStep) int { return cmp.Or(a.Run-b.Run, a.Number-b.Number) })
		put(tx, tx.history, step.ConnectionID, known)
	}
	return nil
}

func (tx *memoryTx) AnswerRequest(key RequestKey, answer []byte) error {
	known, ok := tx.requests[key]
	if !ok || known.answer != nil {
		return ErrNotFound
	}
	known.answer = slices.Clone(answer)
	put(tx, tx.requests, key, known)
	return nil
}

func (tx *memoryTx) ReviseAnswer(key RequestKey, answer []byte) error {
	known := tx.requests[key]
	if known.answer == nil {
		return ErrNotFound
	}
	known.answer = slices.Clone(answer)
	put(tx, tx.requests, key, known)
	return nil
}

func (tx *memoryTx) ForgetRequest(key RequestKey) error {
	if tx.requests[key].answer == nil {
		remove(tx, tx.requests, key)
	}
	return nil
}

// LockUser does nothing: a change holds the whole store.
func (tx *memoryTx) LockUser(_, _, _ string) error { return nil }

func (tx *memoryTx) Counter(key CounterKey) (int, error) { return tx.counters[key], nil }

func (tx *memoryTx) AddCounter(key CounterKey, delta int) (int, error) {
	put(tx, tx.counters, key, tx.counters[key]+delta)
	return tx.counters[key], nil
}

func (tx *memoryTx) ResetCounter(key CounterKey) error {
	put(tx, tx.counters, key, 0)
	remove(tx, tx.times, key)
	return nil
}

func (tx *memoryTx) Times(key CounterKey) ([]time.Time, error) {
	return slices.Clone(tx.times[key]), nil
}

func (tx *memoryTx) SaveTimes(key CounterKey, times []time.Time) error {
	put(tx, tx.times, key, slices.Clone(times))
	return nil
}

func (tx *memoryTx) LastAuthenticated(session, bank, username string, now time.Time) (last time.Time, err error) {
	for _, p := range tx.processes {
		if p.Session == session && p.Bank == bank && p.Username == username && p.ConnectionID == "" &&
			p.EndStatus == Authenticated && p.EndsAt != nil && p.EndsAt.After(p.CreatedAt) && !p.EndsAt.After(now) {
			last = later(last, *p.EndsAt)
		}
	}
	return last, nil
}

func (tx *memoryTx) Window(key CounterKey, per time.Duration, now time.Time) (int, time.Time, error) {
	window, ok := tx.windows[key]
	if !ok || !window.since.After(now.Add(-per)) || window.since.After(now) { // the clock was set back
		window = memoryWindow{since: now}
	}
	window.count++
	put(tx, tx.windows, key, window)
	return window.count, window.since, nil
}

func (tx *memoryTx) CountConnections(session, bank, username, trigger string) (int, error) {
	n := 0
	for _, c := range tx.connections {
		if c.Session == session && c.Bank == bank && c.Username == username && c.Trigger == trigger {
			n++
		}
	}
	return n, nil
}

func (tx *memoryTx) CountOpenProcesses(session, bank, username, trigger string, now time.Time) (int, error) {
	n := 0
	for _, p := range tx.processes {
		if p.Session == session && p.Bank == bank && p.Username == username && p.Trigger == trigger &&
			(p.EndsAt == nil || p.EndsAt.After(now)) {
			n++
		}
	}
	return n, nil
}

func (tx *memoryTx) UserProcesses(session, bank, username string, now time.Time) (found []Process, err error) {
	for _, p := range tx.processes {
		if p.Session == session && p.Bank == bank && p.Username == username && p.RescanAt != nil && !p.RescanAt.After(now) {
			found = append(found, p.Copy())
		}
	}
	slices.SortFunc(found, func(a, b Process) int { return cmp.Compare(a.ID, b.ID) })
	return found, nil
}

func (tx *memoryTx) Flow(hash string) ([]byte, error) { return find(tx.flows, hash, slices.Clone) }

func (tx *memoryTx) KeepFlow(flow *Flow) error {
	tx.putFlow(flow)
	return nil
}

func (tx *memoryTx) putFlow(flow *Flow) {
	if _, ok := tx.flows[flow.hash]; !ok {
		put(tx, tx.flows, flow.hash, flow.body)
	}
}
