package store

import (
	"context"
	"database/sql"

	"github.com/mockbank/mockbank/engine"
)

const countDeliveries = `SELECT state, count(*) FROM webhook_deliveries WHERE session = ? GROUP BY state`

// countLogins counts a session's processes by their scenarios.
func countLogins(session string) string {
	return `SELECT scenario, count(*) FROM bank_authentication_processes WHERE session = ?` + ofSession(session) +
		` AND flow_hash <> ? GROUP BY scenario`
}

// CountLogins implements [engine.Store].
func (s *Store) CountLogins(ctx context.Context, session, exceptFlow string) (map[string]int, error) {
	return countBy[string](ctx, s, countLogins(session), session, exceptFlow)
}

// CountDeliveries implements [engine.Store].
func (s *Store) CountDeliveries(ctx context.Context, session string) (map[engine.DeliveryState]int, error) {
	return countBy[engine.DeliveryState](ctx, s, countDeliveries, session)
}

// countBy runs a statement that returns a text and a number in each row.
func countBy[Key ~string](ctx context.Context, s *Store, query string, args ...any) (counts map[Key]int, err error) {
	begin := func() { counts = make(map[Key]int) }
	err = s.readRows(ctx, query, args, begin, func(rows *sql.Rows) error {
		var key Key
		var n int
		err := rows.Scan(&key, &n)
		counts[key] = n
		return err
	})
	return counts, err
}
