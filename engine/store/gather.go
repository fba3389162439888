package store

import (
	"runtime"
	"slices"
	"sync"
)

// gather lets what arrives at the same time be worked on together, on PostgreSQL: at most so many goroutines (lanes) each take
// all that waits, again and again until nothing does. One alone is taken at once, by a lane that begins for it. While a lane is
// at work another one begins only when so many wait that it pays: whoever comes meanwhile shares the next round trip.
type gather[T comparable] struct {
	// work does a batch; it answers each of it by itself.
	work func(batch []T)
	// lanes bounds how many goroutines are at work, most what one of them takes at once, and pays is how many must wait for a
	// second one to begin.
	lanes, most, pays int
	// yields is how often a lane yields the processor before it takes, so that requests on their way can join.
	yields int

	mu      sync.Mutex
	waiting []T
	busy    int
	closed  bool
	idle    chan struct{} // closed when no lane is left after close; nil before
}

// hand adds what is to be worked on.
func (g *gather[T]) hand(item T) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return errClosed
	case len(g.waiting) >= maxWaiting:
		return errOverloaded
	}
	g.waiting = append(g.waiting, item)
	if g.busy == 0 || g.busy < g.lanes && len(g.waiting) >= g.pays {
		g.busy++
		go g.lane()
	}
	return nil
}

// withdraw takes back what no lane has taken yet, and reports whether it did.
func (g *gather[T]) withdraw(item T) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.Index(g.waiting, item)
	if at < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, at, at+1)
	return true
}

// length is how many wait.
func (g *gather[T]) length() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

func (g *gather[T]) lane() {
	for batch := g.take(); batch != nil; batch = g.take() {
		g.work(batch)
	}
}

// take returns the next batch, nil where the lane is to end: nothing waits, or too little while another lane is there.
func (g *gather[T]) take() []T {
	for range g.yields {
		runtime.Gosched()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), g.most)
	if n == 0 || g.busy > 1 && len(g.waiting) < g.pays {
		g.busy--
		if g.busy == 0 && g.idle != nil {
			close(g.idle)
		}
		return nil
	}
	batch := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	return batch
}

// close takes nothing more in, and waits until what was handed in is done.
func (g *gather[T]) close() {
	g.mu.Lock()
	g.closed = true
	if g.busy == 0 || g.idle != nil {
		g.mu.Unlock()
		return
	}
	g.idle = make(chan struct{})
	g.mu.Unlock()
	<-g.idle
}
