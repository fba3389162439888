package store

import (
	"context"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// maxPage bounds a page of connections or processes.
const maxPage = 1000

// connectionsQuery selects a page. The texts that it can make are few, so each is prepared once; each goes by an index,
// so that its cost is that of its page, whatever the table holds.
func (s *Store) connectionsQuery(filter engine.ConnectionFilter) (query string, args []any) {
	limit := maxPage
	if filter.Limit > 0 {
		limit = min(filter.Limit, maxPage)
	}
	var parts []string
	for _, part := range s.statusParts(filter) {
		parts = append(parts, "SELECT * FROM ("+connectionsWhere(filter, part)+") AS part")
		args = append(args, filterArgs(filter)...)
		args = append(append(args, part.args...), start(filter), limit)
	}
	if len(parts) == 1 {
		return connectionsWhere(filter, s.statusParts(filter)[0]), args
	}
	return strings.Join(parts, " UNION ALL ") + " ORDER BY id" + direction(filter) + " LIMIT ?", append(args, limit)
}

// start is the identifier beyond which a page begins. No byte of one is as great as a tilde.
func start(filter engine.ConnectionFilter) string {
	if filter.Latest && filter.After == "" {
		return "~"
	}
	return filter.After
}

func direction(filter engine.ConnectionFilter) string {
	if filter.Latest {
		return " DESC"
	}
	return ""
}

// statusPart is a part of the connections with a status at a time.
type statusPart struct {
	condition string
	args      []any
	// few says that it is sorted rather than gone through in the order of identifiers.
	few bool
}

// statusParts splits the connections with a status into those whose rows say so and those whose rows will: a row is
// written by a background job, which may be late. Of the second there are few.
func (s *Store) statusParts(filter engine.ConnectionFilter) []statusPart {
	now := s.dialect.time(filter.Now)
	const running = "status = 'IN_PROGRESS'"
	switch filter.Status {
	case "":
		return []statusPart{{}}
	case engine.InProgress:
		// Nearly all that run go on; by the times of all rows, PostgreSQL would believe that hardly any does, and sort them.
		return []statusPart{{condition: running + " AND coalesce(ends_at > ?, true)", args: []any{now}}}
	default:
		return []statusPart{
			{condition: "status = ?", args: []any{string(filter.Status)}},
			{condition: running + " AND end_status = ? AND ends_at <= ?", args: []any{string(filter.Status), now}, few: true},
		}
	}
}

func connectionsWhere(filter engine.ConnectionFilter, part statusPart) string {
	var where []string
	if filter.Session != "" {
		where = append(where, "session = ?")
	}
	switch {
	case filter.Bank == "":
	case part.few:
		where = append(where, "bank || '' = ?") // so that SQLite takes the index that finds the few, and not one by the bank
	default:
		where = append(where, "bank = ?")
	}
	if part.condition != "" {
		where = append(where, part.condition)
	}
	order := "id"
	if part.few {
		order = "id || ''"
	}
	beyond := "id > ?"
	if filter.Latest {
		beyond = "id < ?"
	}
	return "SELECT " + connectionAll.list() + " FROM bank_connections WHERE " +
		strings.Join(append(where, beyond), " AND ") + " ORDER BY " + order + direction(filter) + " LIMIT ?"
}

// The conditions on ends_at are those of indexes: of the processes that end by themselves there are few at any time.
var selectOpen = "SELECT * FROM (" + selectProcesses +
	` WHERE session = ? AND ends_at IS NULL AND id > ? ORDER BY id LIMIT ?) AS undecided
	UNION ALL SELECT * FROM (` + selectProcesses + ` WHERE session = ? AND ends_at > created_at AND ends_at > ? AND id > ?
	ORDER BY id || '' LIMIT ?) AS ending ORDER BY id LIMIT ?`

// processPage selects a page of a session's processes. That of the session default goes by the processes' order, and passes over
// those of others.
func processPage(session string) string {
	return selectProcesses + " WHERE session = ?" + ofSession(session) + " AND id > ? ORDER BY id LIMIT ?"
}

// Processes implements [engine.Store].
func (s *Store) Processes(ctx context.Context, filter engine.ProcessFilter) ([]engine.Process, error) {
	query, args := s.processesQuery(filter)
	return s.listProcesses(ctx, query, args...)
}

func (s *Store) processesQuery(filter engine.ProcessFilter) (query string, args []any) {
	limit := maxPage
	if filter.Limit > 0 {
		limit = min(filter.Limit, maxPage)
	}
	if !filter.Open {
		return processPage(filter.Session), []any{filter.Session, filter.After, limit}
	}
	return selectOpen, []any{
		filter.Session, filter.After, limit,
		filter.Session, s.dialect.time(filter.Now), filter.After, limit, limit,
	}
}

func filterArgs(filter engine.ConnectionFilter) (args []any) {
	if filter.Session != "" {
		args = append(args, filter.Session)
	}
	if filter.Bank != "" {
		args = append(args, filter.Bank)
	}
	return args
}
