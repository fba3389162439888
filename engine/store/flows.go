package store

import "sync"

// maxKnownFlows bounds the hashes that a [knownFlows] remembers: some megabytes.
const maxKnownFlows = 50_000

// knownFlows remembers which flows the database has, so that a login need not store its own again.
// On PostgreSQL another node's clean-up may prove it wrong; then the row's foreign key fails, and
// the change is run again with nothing known.
type knownFlows struct {
	mu     sync.RWMutex
	hashes map[string]struct{}
	// age counts how often all was forgotten.
	age int
}

func newKnownFlows() *knownFlows { return &knownFlows{hashes: make(map[string]struct{})} }

func (k *knownFlows) has(hash string) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.hashes[hash]
	return ok
}

// seen reports whether the flow has, or may have, become known since the age.
func (k *knownFlows) seen(hash string, since int) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.hashes[hash]
	return ok || k.age != since
}

func (k *knownFlows) add(hashes []string) {
	if len(hashes) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.hashes)+len(hashes) > maxKnownFlows {
		k.clear()
	}
	for _, hash := range hashes {
		k.hashes[hash] = struct{}{}
	}
}

// forget forgets all, and returns the age that begins with it.
func (k *knownFlows) forget() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.clear()
	return k.age
}

func (k *knownFlows) clear() {
	clear(k.hashes)
	k.age++
}
