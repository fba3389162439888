package store

import "sync"

// maxKnownFlows bounds the hashes that a [knownFlows] remembers: some megabytes.
const maxKnownFlows = 50_000

// knownFlows remembers which flows the database has, so that a login need not store its own again.
// A clean-up, perhaps another node's, may prove it wrong; then the row's foreign key fails, and
// the change is run again with nothing known.
type knownFlows struct {
	mu     sync.RWMutex
	hashes map[string]struct{}
}

func newKnownFlows() *knownFlows { return &knownFlows{hashes: make(map[string]struct{})} }

func (k *knownFlows) has(hash string) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.hashes[hash]
	return ok
}

func (k *knownFlows) add(hashes []string) {
	if len(hashes) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.hashes)+len(hashes) > maxKnownFlows {
		clear(k.hashes)
	}
	for _, hash := range hashes {
		k.hashes[hash] = struct{}{}
	}
}

func (k *knownFlows) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.hashes)
}
