package journal

// streamBuffer is how many entries a stream's reader may be behind.
const streamBuffer = 256

// Stream brings the entries that a filter selects as they come. Its reader must end it with
// [Journal.Unfollow].
type Stream struct {
	filter  Filter
	entries chan *Entry
	dropped bool // the journal's lock guards it
}

// Entries brings new entries. It is closed where the reader was too slow: adding to a journal waits
// for nobody.
func (s *Stream) Entries() <-chan *Entry { return s.entries }

// offer hands the entry over, or drops the stream. The journal is locked.
func (s *Stream) offer(entry *kept) {
	if s.dropped {
		return
	}
	e := entry.entry()
	if !s.filter.Selects(e) {
		return
	}
	select {
	case s.entries <- e:
	default:
		close(s.entries)
		s.dropped = true
	}
}

// Follow returns the entries that came after the ID since (0: none of them), and a stream of those
// that are still to come: none is missing in between, and none comes twice. It returns no stream where
// as many as are allowed follow already.
func (j *Journal) Follow(filter Filter, since int64) (backlog []*Entry, status Status, stream *Stream) {
	j.mu.Lock()
	defer j.mu.Unlock()
	status = j.status(since)
	if len(j.streams) >= j.limits.Streams {
		return nil, status, nil
	}
	stream = &Stream{filter: filter, entries: make(chan *Entry, streamBuffer)}
	j.streams[stream] = struct{}{}
	if since == 0 {
		return nil, status, stream
	}
	rest := j.rest(since)
	for i := range rest {
		if e := rest[i].entry(); filter.Selects(e) {
			backlog = append(backlog, e)
		}
	}
	return backlog, status, stream
}

// Unfollow ends a stream.
func (j *Journal) Unfollow(s *Stream) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.streams, s)
}
