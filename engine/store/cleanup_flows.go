package store

import (
	"context"
	"database/sql"
	"slices"
)

const (
	oldFlows = `SELECT hash FROM flows WHERE created_at < ?`
	// usedFlows reads both tables from end to end: an index on the hash would cost each login more
	// than all its other columns together, and only a clean-up would use it.
	usedFlows = `SELECT flow_hash FROM bank_authentication_processes UNION SELECT flow_hash FROM bank_connections
		UNION SELECT queued_flow FROM bank_connections WHERE queued_flow IS NOT NULL`
	// unusedFlows goes by PostgreSQL's indexes, which serve its foreign keys.
	unusedFlows = `DELETE FROM flows WHERE hash IN (SELECT hash FROM flows f WHERE created_at < ?
		AND NOT EXISTS (SELECT 1 FROM bank_authentication_processes p WHERE p.flow_hash = f.hash)
		AND NOT EXISTS (SELECT 1 FROM bank_connections c WHERE c.flow_hash = f.hash)
		AND NOT EXISTS (SELECT 1 FROM bank_connections c WHERE c.queued_flow = f.hash) LIMIT ?)`
	removeFlow = `DELETE FROM flows WHERE hash = ?`
)

// removeFlows removes flows older than the horizon that no row refers to.
func (s *Store) removeFlows(ctx context.Context, horizon any) (int64, error) {
	if s.group != nil {
		return s.removeFlowsAlone(ctx, horizon)
	}
	defer s.flows.forget()
	removed, err := s.removeAll(ctx, unusedFlows, horizon)
	if s.dialect.class(err) == classForeignKey {
		return removed, nil // a login took one up meanwhile: they stay until the next clean-up
	}
	return removed, err
}

// removeFlowsAlone is removeFlows where this process is the only one that writes. It forgets which flows
// are known, so that logins from then on make them known again, and removes what was neither in a row
// at that moment nor has become known since.
func (s *Store) removeFlowsAlone(ctx context.Context, horizon any) (removed int64, err error) {
	var since int
	err = s.update(ctx, func(t *transaction) error { // which is committed with all that went before it
		since = t.store.flows.forget()
		return nil
	})
	if err != nil {
		return 0, err
	}
	old, err := s.hashes(ctx, oldFlows, horizon)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	used, err := s.hashes(ctx, usedFlows)
	if err != nil {
		return 0, err
	}
	slices.Sort(used)
	old = slices.DeleteFunc(old, func(hash string) bool {
		_, found := slices.BinarySearch(used, hash)
		return found
	})
	for page := range slices.Chunk(old, cleanUpPage) {
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
