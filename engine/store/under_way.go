package store

import (
	"context"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Queries of what is under way; each reads a part of an index that holds little but that. Of the processes that time ends,
// those that have not ended are looked for in each session, since the index is by session and time. A process that only time
// would end counts as waiting until the wall clock says that it has ended, also where its session's clock is ahead.
const (
	countImports   = `SELECT count(*) FROM bank_connections WHERE due_at IS NOT NULL`
	countUndecided = `SELECT count(*) FROM bank_authentication_processes WHERE ends_at IS NULL`
)

func (s *Store) countEnding() string {
	return `SELECT coalesce(sum(n), 0) FROM (SELECT (SELECT count(*) FROM bank_authentication_processes p
		WHERE p.session = ` + s.dialect.sessionID() + ` AND p.ends_at > p.created_at AND p.ends_at > ?) AS n
		FROM (SELECT id FROM sessions UNION SELECT '` + engine.DefaultSession + `') AS s) AS counted`
}

// UnderWay counts, over all sessions, the imports that are not yet over and the processes that wait for their user.
func (s *Store) UnderWay(ctx context.Context, now time.Time) (imports, waiting int, err error) {
	var ending int
	for _, one := range []struct {
		query string
		args  []any
		count *int
	}{{countImports, nil, &imports}, {countUndecided, nil, &waiting}, {s.countEnding(), []any{s.dialect.time(now)}, &ending}} {
		if err := s.readRow(ctx, one.query, one.args, one.count); err != nil {
			return 0, 0, err
		}
	}
	return imports, waiting + ending, nil
}
