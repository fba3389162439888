package store

import (
	"context"
	"time"
)

// Queries of what is under way; both read an index of little but that. A process that only time would end counts as
// waiting until the wall clock says that it has ended, also where its session's clock is ahead.
const (
	countImports = `SELECT count(*) FROM bank_connections WHERE due_at IS NOT NULL`
	countWaiting = `SELECT count(*) FROM bank_authentication_processes
		WHERE (ends_at IS NULL OR ends_at > created_at) AND (ends_at IS NULL OR ends_at > ?)`
)

// UnderWay counts, over all sessions, the imports that are not yet over and the processes that wait for their user.
func (s *Store) UnderWay(ctx context.Context, now time.Time) (imports, waiting int, err error) {
	if err := s.readRow(ctx, countImports, nil, &imports); err != nil {
		return 0, 0, err
	}
	return imports, waiting, s.readRow(ctx, countWaiting, []any{s.dialect.time(now)}, &waiting)
}
