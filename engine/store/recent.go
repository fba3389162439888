package store

import "sync"

// How many rows a [recent] keeps at most: a few megabytes of connections, some fifteen of processes.
const (
	recentProcesses   = 20_480
	recentConnections = 8192
)

// record is a row that can be copied.
type record[R any] interface{ Copy() R }

// recent keeps the rows that were last written or read, for SQLite, whose only writer this process is:
// who has just logged in asks again, and reading a row through database/sql takes longer than all the
// rest of an answer. The writer puts a row in once it is committed, and who has read one only where
// none of its stripe was committed meanwhile, so that none is ever older than the file.
type recent[R record[R]] struct {
	mu    sync.RWMutex
	size  int       // how many rows are kept at most
	slots []slot[R] // in the order in which they came; once there are so many the next one takes the oldest's place
	next  int
	index map[string]int // of the slot, by identifier
	id    func(row *R) string
	// commits counts the notes of the rows of each stripe.
	commits [stripes]uint64
}

// stripes is how finely it is known which rows were committed.
const stripes = 64

// stripe is that of an identifier, whose end is random.
func stripe(id string) int {
	sum := 0
	for i := max(0, len(id)-4); i < len(id); i++ {
		sum = sum*31 + int(id[i])
	}
	return sum % stripes
}

// slot holds a row by value: thousands of them would else be so many pointers for the collector.
type slot[R any] struct {
	id  string
	row R
}

func newRecent[R record[R]](size int, id func(row *R) string) *recent[R] {
	return &recent[R]{size: size, index: make(map[string]int), id: id}
}

// get returns a copy of the row, and whether it is kept.
func (r *recent[R]) get(id string) (row R, kept bool) {
	if r == nil {
		return row, false
	}
	row, kept, _ = r.poll(id)
	return row, kept
}

// poll is as get, and tells of how many commits it knows.
func (r *recent[R]) poll(id string) (row R, kept bool, commits uint64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	at, kept := r.index[id]
	if !kept {
		return row, false, r.commits[stripe(id)]
	}
	return r.slots[at].row.Copy(), true, 0
}

// read returns the row, from the database where it is not kept.
func (r *recent[R]) read(id string, query func() (R, error)) (R, error) {
	if r == nil {
		return query()
	}
	row, kept, commits := r.poll(id)
	if kept {
		return row, nil
	}
	row, err := query()
	if err == nil {
		r.fill(id, row.Copy(), commits)
	}
	return row, err
}

// fill puts a row in that was read when there were so many commits.
func (r *recent[R]) fill(id string, row R, commits uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.commits[stripe(id)] == commits {
		*r.slot(id) = row
	}
}

// record takes over what a transaction did: the rows that it wrote, nil for one that is gone or whose
// values are not known.
func (r *recent[R]) record(written []rowOf[R]) {
	if r == nil || len(written) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range written {
		r.commits[stripe(w.id)]++
		if w.row == nil {
			r.drop(w.id)
			continue
		}
		*r.slot(w.id) = *w.row
	}
}

// add takes over new processes.
func (r *recent[R]) add(rows []R) {
	if r == nil || len(rows) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range rows {
		r.commits[stripe(r.id(&rows[i]))]++
		*r.slot(r.id(&rows[i])) = rows[i].Copy()
	}
}

// slot returns the place of a row: its own, else the oldest's.
func (r *recent[R]) slot(id string) *R {
	at, kept := r.index[id]
	if kept {
		return &r.slots[at].row
	}
	at = r.next
	r.next = (r.next + 1) % r.size
	if at == len(r.slots) { // a bank that nobody uses takes no room for them
		r.slots = append(r.slots, slot[R]{})
	}
	delete(r.index, r.slots[at].id)
	r.slots[at].id, r.index[id] = id, at
	return &r.slots[at].row
}

// drop forgets a row. Its place is given away in its turn.
func (r *recent[R]) drop(id string) {
	if at, kept := r.index[id]; kept {
		r.slots[at] = slot[R]{}
		delete(r.index, id)
	}
}

// forget drops all rows.
func (r *recent[R]) forget() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.commits {
		r.commits[i]++
	}
	clear(r.slots)
	clear(r.index)
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
