package store

import "sync"

// How many rows a [recent] keeps: a few megabytes of each.
const (
	recentProcesses   = 4096
	recentConnections = 8192
)

// recent keeps the rows that were last written, for SQLite, whose only writer this process is: who has
// just logged in asks again, and reading a row through database/sql takes longer than all the rest of
// an answer. The writer puts a row in once it is committed; nobody else does, so that none is ever
// older than the file. A row that was put in is never changed, only replaced.
type recent[R any] struct {
	mu   sync.RWMutex
	rows map[string]*R
	// ring holds the identifiers in the order in which they came; the next one takes the oldest's place.
	ring []string
	next int
}

func newRecent[R any](size int) *recent[R] {
	return &recent[R]{rows: make(map[string]*R), ring: make([]string, size)}
}

// get returns the row, nil where it is not kept.
func (r *recent[R]) get(id string) *R {
	if r == nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.rows[id]
}

// note takes over what a transaction did: the rows that it wrote, nil for one that is gone or whose
// values are not known.
func (r *recent[R]) note(written []rowOf[R]) {
	if r == nil || len(written) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range written {
		r.put(w.id, w.row)
	}
}

func (r *recent[R]) put(id string, row *R) {
	if row == nil {
		delete(r.rows, id) // its place in the ring is given away in its turn
		return
	}
	if _, known := r.rows[id]; !known {
		delete(r.rows, r.ring[r.next])
		r.ring[r.next] = id
		r.next = (r.next + 1) % len(r.ring)
	}
	r.rows[id] = row
}

// forget drops all rows.
func (r *recent[R]) forget() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.rows)
}

// rowOf is a row that a transaction wrote, or read to write it.
type rowOf[R any] struct {
	id  string
	row *R
}

// written are the rows that a transaction wrote, the latest last.
type written[R any] []rowOf[R]

// get returns the row as the transaction left it, and whether it knows of it at all.
func (w written[R]) get(id string) (row *R, known bool) {
	for i := len(w) - 1; i >= 0; i-- {
		if w[i].id == id {
			return w[i].row, true
		}
	}
	return nil, false
}
