package journal

import (
	"slices"
	"sync"
	"time"
)

// Journal keeps the last entries of one node. Its methods are safe for concurrent use.
type Journal struct {
	limits Limits

	mu      sync.Mutex
	packer  packer
	entries []kept // those before first are gone
	first   int
	bytes   int
	nextID  int64
	evicted int64
	lost    int64 // the ID of the youngest entry that had to make room
	streams map[*Stream]struct{}
}

// Limits bound a journal.
type Limits struct {
	// Entries is the largest number of entries.
	Entries int
	// Bytes is the memory that the entries may take together, roughly.
	Bytes int
	// Streams is how many may follow the journal at a time.
	Streams int
}

// idsPerMillisecond is how many IDs there are for each millisecond of a node's life: IDs go on
// growing over a restart as long as there are fewer exchanges than that.
const idsPerMillisecond = 1000

// New returns an empty journal of a node that starts at the time.
func New(limits Limits, start time.Time) *Journal {
	return &Journal{limits: limits, nextID: start.UnixMilli()*idsPerMillisecond + 1, streams: map[*Stream]struct{}{}}
}

// Add gives the entry its ID and keeps a copy of it. The rules, and the moves, are the entry's own.
func (j *Journal) Add(e *Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.ID = j.nextID
	j.nextID++
	entry := j.packer.pack(e)
	j.entries = append(j.entries, entry)
	j.bytes += entry.size()
	for len(j.entries)-j.first > j.limits.Entries || j.bytes > j.limits.Bytes && j.first < len(j.entries) {
		j.evict()
	}
	j.compact()
	for s := range j.streams {
		s.offer(&entry)
	}
}

// evict drops the oldest entry.
func (j *Journal) evict() {
	oldest := &j.entries[j.first]
	j.bytes -= oldest.size()
	j.lost = oldest.id
	*oldest = kept{}
	j.first++
	j.evicted++
}

// compact gives the room of dropped entries back once it is as large as that of the others.
func (j *Journal) compact() {
	if j.first < 64 || j.first < len(j.entries)-j.first {
		return
	}
	j.entries = slices.Delete(j.entries, 0, j.first)
	j.first = 0
}

// Page says which entries are wanted.
type Page struct {
	Filter Filter
	// Since is the ID after which the page begins. 0: the page holds the last entries.
	Since int64
	Limit int
}

// Status is what a journal tells of itself.
type Status struct {
	Entries, Bytes int
	// Evicted counts the entries that had to make room since the node started.
	Evicted int64
	// Missed is how many of those came after the page's Since.
	Missed int64
	// Last is the ID of the youngest entry that was looked at; what follows it comes later.
	Last int64
	// Streams is how many follow the journal now.
	Streams int
}

// List returns the page's entries, the oldest first, with the journal's status.
func (j *Journal) List(page Page) ([]*Entry, Status) {
	entries, status := j.after(page.Since)
	if page.Since == 0 {
		return last(entries, page), status
	}
	var found []*Entry
	for i := range entries {
		e := entries[i].entry()
		if !page.Filter.Selects(e) {
			continue
		}
		if len(found) == page.Limit {
			status.Last = found[len(found)-1].ID
			break
		}
		found = append(found, e)
	}
	return found, status
}

// last returns the youngest entries that the page takes, the oldest first.
func last(entries []kept, page Page) []*Entry {
	var found []*Entry
	for i := len(entries) - 1; i >= 0 && len(found) < page.Limit; i-- {
		if e := entries[i].entry(); page.Filter.Selects(e) {
			found = append(found, e)
		}
	}
	slices.Reverse(found)
	return found
}

// after returns a copy of what follows the ID, so that it is filtered without the lock.
func (j *Journal) after(since int64) ([]kept, Status) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.rest(since)), j.status(since)
}

// rest returns the entries that follow the ID.
func (j *Journal) rest(since int64) []kept {
	live := j.entries[j.first:]
	position, _ := slices.BinarySearchFunc(live, since+1, func(e kept, id int64) int { return int(e.id - id) })
	return live[position:]
}

func (j *Journal) status(since int64) Status {
	s := Status{Entries: len(j.entries) - j.first, Bytes: j.bytes, Evicted: j.evicted, Last: j.nextID - 1, Streams: len(j.streams)}
	if since > 0 {
		s.Missed = min(max(0, j.lost-since), j.evicted)
	}
	return s
}

// Status returns how full the journal is.
func (j *Journal) Status() Status {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.status(0)
}

// Forget drops the entries of a session, "" for all of them. They do not count as evicted.
func (j *Journal) Forget(session string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	left := make([]kept, 0, len(j.entries)-j.first)
	j.bytes = 0
	for _, e := range j.entries[j.first:] {
		if session != "" && e.entry().Session != session {
			left = append(left, e)
			j.bytes += e.size()
		}
	}
	j.entries, j.first = left, 0
}

// Limits returns the journal's bounds.
func (j *Journal) Limits() Limits { return j.limits }
