package store

import "sync/atomic"

// Stats tells how a store is doing, for metrics.
type Stats struct {
	// Changes and Commits count since the start; several changes may share a commit.
	Changes, Commits int64
	// Waiting is how many changes wait to be written now.
	Waiting int
	// Connections is how many connections are open to the database, InUse how many of them work.
	Connections, InUse int
}

// tally counts what [Stats] shows.
type tally struct{ changes, commits atomic.Int64 }

// Stats returns how the store is doing.
func (s *Store) Stats() Stats {
	stats := Stats{Changes: s.tally.changes.Load(), Commits: s.tally.commits.Load()}
	if s.group != nil {
		stats.Waiting = s.group.length()
		stats.add(s.readers.Stats().OpenConnections, s.readers.Stats().InUse)
	} else {
		stats.Waiting = s.batches.gather.length()
		stats.add(s.work.Stats().OpenConnections, s.work.Stats().InUse)
	}
	stats.add(s.writer.Stats().OpenConnections, s.writer.Stats().InUse)
	return stats
}

func (s *Stats) add(open, inUse int) {
	s.Connections += open
	s.InUse += inUse
}
