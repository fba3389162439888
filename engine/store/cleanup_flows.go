package store

import (
	"context"
	"database/sql"
	"slices"
	"time"
)

// flowMark is how exactly an SQLite row of a flow tells when it was last used, and flowSlack how long a row may be written after
// its identifier was made.
const (
	flowMark  = time.Hour
	flowSlack = time.Minute
)

const (
	oldFlows = `SELECT hash FROM flows WHERE used_at < ?`
	// usedFlows reads the rows that were made before a time: after a clean-up few are left.
	usedFlows = `SELECT flow_hash FROM bank_authentication_processes WHERE id < ?
		UNION SELECT flow_hash FROM bank_connections WHERE id < ?
		UNION SELECT queued_flow FROM bank_connections WHERE id < ? AND queued_flow IS NOT NULL`
	// unusedFlows goes by PostgreSQL's indexes, which serve its foreign keys, flow by flow: as joins it might read them all.
	unusedFlows = `DELETE FROM flows WHERE hash IN (SELECT hash FROM flows f WHERE created_at < ?
		AND (SELECT 1 FROM bank_authentication_processes p WHERE p.flow_hash = f.hash LIMIT 1) IS NULL
		AND (SELECT 1 FROM bank_connections c WHERE c.flow_hash = f.hash LIMIT 1) IS NULL
		AND (SELECT 1 FROM bank_connections c WHERE c.queued_flow = f.hash LIMIT 1) IS NULL LIMIT ?)`
	removeFlow = `DELETE FROM flows WHERE hash = ?`
)

// removeFlows removes flows older than the horizon that no row refers to.
func (s *Store) removeFlows(ctx context.Context, horizon time.Time) (int64, error) {
	if s.group != nil {
		return s.removeFlowsAlone(ctx, horizon)
	}
	defer s.flows.forget()
	removed, err := s.removeAll(ctx, unusedFlows, s.dialect.time(horizon))
	if s.dialect.class(err) == classForeignKey {
		return removed, nil // a login took one up meanwhile: they stay until the next clean-up
	}
	return removed, err
}

// removeFlowsAlone is removeFlows where this process is the only one that writes. It forgets which flows
// are known, so that logins from then on make them known again, and removes what was neither in a row
// at that moment nor has become known since.
//
// Rows are not found by their flows: an index would cost each login more than all its other columns together. Of a flow that
// was last used before the horizon there are only rows that were made before that, give or take a [flowMark].
func (s *Store) removeFlowsAlone(ctx context.Context, horizon time.Time) (removed int64, err error) {
	var since int
	err = s.update(ctx, func(t *transaction) error { // which is committed with all that went before it
		since = t.store.flows.forget()
		return nil
	})
	if err != nil {
		return 0, err
	}
	old, err := s.hashes(ctx, oldFlows, s.dialect.time(horizon))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	end := firstIdentifier(horizon.Add(flowMark + flowSlack))
	used, err := s.hashes(ctx, usedFlows, end, end, end)
	if err != nil {
		return 0, err
	}
	slices.Sort(used)
	old = slices.DeleteFunc(old, func(hash string) bool {
		_, found := slices.BinarySearch(used, hash)
		return found
	})
	for page := range slices.Chunk(old, s.cleanUpPage()) {
		n, err := s.removeUnknown(ctx, page, since)
		removed += n
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// removeUnknown removes those of the flows that have not become known since.
func (s *Store) removeUnknown(ctx context.Context, hashes []string, since int) (removed int64, err error) {
	err = s.update(ctx, func(t *transaction) error {
		removed = 0
		for _, hash := range hashes {
			if t.store.flows.seen(hash, since) || slices.Contains(t.newFlows, hash) {
				continue
			}
			n, err := t.write(removeFlow, hash)
			removed += n
			if err != nil {
				return err
			}
		}
		return nil
	})
	return removed, err
}

func (s *Store) hashes(ctx context.Context, query string, args ...any) (all []string, err error) {
	err = s.readRows(ctx, query, args, func() { all = nil }, func(rows *sql.Rows) error {
		var hash string
		err := rows.Scan(&hash)
		all = append(all, hash)
		return err
	})
	return all, err
}
