package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// memorySurface is what a [Memory] keeps for declared apis.
type memorySurface struct {
	identifiers map[[2]string]Identifier // by api and lookup
	kept        map[string]Kept          // by process
}

func newMemorySurface() memorySurface {
	return memorySurface{identifiers: make(map[[2]string]Identifier), kept: make(map[string]Kept)}
}

// Surface implements [Store].
func (m *Memory) Surface(context.Context) SurfaceRecords { return memoryRecords{m} }

// memoryRecords reads a [Memory] outside of any transaction.
type memoryRecords struct{ *Memory }

func (r memoryRecords) Identifier(api, lookup string) (Identifier, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.identifier(api, lookup)
}

func (r memoryRecords) Identifiers(api string, owners ...string) ([]Identifier, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.identifiersOf(api, owners), nil
}

func (r memoryRecords) Kept(processID string) (Kept, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keptOf(processID)
}

func (m *memorySurface) identifier(api, lookup string) (Identifier, error) {
	i, ok := m.identifiers[[2]string{api, lookup}]
	if !ok {
		return Identifier{}, ErrNotFound
	}
	return i.Copy(), nil
}

func (m *memorySurface) identifiersOf(api string, owners []string) []Identifier {
	var found []Identifier
	for _, i := range m.identifiers {
		if i.API == api && slices.Contains(owners, i.Owner) {
			found = append(found, i.Copy())
		}
	}
	slices.SortFunc(found, func(a, b Identifier) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), a.Element-b.Element, a.Ordinal-b.Ordinal)
	})
	return found
}

func (m *memorySurface) keptOf(processID string) (Kept, error) {
	k, ok := m.kept[processID]
	if !ok {
		return Kept{}, ErrNotFound
	}
	return k, nil
}

func (tx *memoryTx) Identifier(api, lookup string) (Identifier, error) {
	return tx.identifier(api, lookup)
}

func (tx *memoryTx) Identifiers(api string, owners ...string) ([]Identifier, error) {
	return tx.identifiersOf(api, owners), nil
}

func (tx *memoryTx) Kept(processID string) (Kept, error) { return tx.keptOf(processID) }

func (tx *memoryTx) SaveIdentifier(i Identifier) error {
	put(tx, tx.identifiers, [2]string{i.API, i.Lookup}, i.Copy())
	return nil
}

func (tx *memoryTx) UseIdentifier(api, lookup string, at time.Time) error {
	i, ok := tx.identifiers[[2]string{api, lookup}]
	if !ok || i.UsedAt != nil {
		return ErrStale
	}
	i.UsedAt = &at
	put(tx, tx.identifiers, [2]string{api, lookup}, i.Copy())
	return nil
}

func (tx *memoryTx) SaveKept(k Kept) error {
	put(tx, tx.kept, k.ProcessID, k)
	return nil
}

func (tx *memoryTx) RebindProcess(p Process, flow *Flow) error {
	tx.putFlow(flow)
	return tx.SaveProcess(p)
}

func (tx *memoryTx) forgetSurface(session string) {
	for key, i := range tx.identifiers {
		if i.Session == session {
			remove(tx, tx.identifiers, key)
		}
	}
	for key, k := range tx.kept {
		if k.Session == session {
			remove(tx, tx.kept, key)
		}
	}
}
