package store

import (
	"sync"
	"time"
)

// maxKnownFlows bounds the hashes that a [knownFlows] remembers: some megabytes.
const maxKnownFlows = 50_000

// knownFlows remembers which flows the database has, so that a login need not store its own again.
// On PostgreSQL another node's clean-up may prove it wrong; then the row's foreign key fails, and
// the change is run again with nothing known.
type knownFlows struct {
	// lasts is for how long a flow is known at most, so that its row tells when it was last used as far as that; 0 for ever.
	lasts time.Duration

	mu     sync.RWMutex
	hashes map[string]struct{}
	begun  time.Time // when the oldest of them became known
	// age counts how often all was forgotten.
	age int
}

func newKnownFlows(lasts time.Duration) *knownFlows {
	return &knownFlows{lasts: lasts, hashes: make(map[string]struct{})}
}

func (k *knownFlows) has(hash string, now time.Time) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.hashes[hash]
	return ok && !k.over(now)
}

// over reports whether what is known has been for too long; a clock that was set back leaves nobody to tell.
func (k *knownFlows) over(now time.Time) bool {
	return k.lasts > 0 && now.Sub(k.begun).Abs() >= k.lasts
}

// seen reports whether the flow has, or may have, become known since the age.
func (k *knownFlows) seen(hash string, since int) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.hashes[hash]
	return ok || k.age != since
}

// add takes over flows that a transaction which began at a time has stored.
func (k *knownFlows) add(hashes []string, began time.Time) {
	if len(hashes) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.hashes)+len(hashes) > maxKnownFlows || k.over(began) {
		k.clear()
	}
	if len(k.hashes) == 0 || began.Before(k.begun) {
		k.begun = began
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
