package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/mockbank/mockbank/engine"
)

var (
	selectDueProcesses = selectProcesses + " WHERE session = ? AND moves_at <= ? ORDER BY moves_at, id LIMIT ?"
	selectMoving       = selectProcesses + " WHERE session = ? AND moves_at = ? ORDER BY id LIMIT ?"
	selectStepping     = "SELECT " + connectionAll.list() + " FROM bank_connections WHERE session = ? AND steps_at = ? ORDER BY id LIMIT ?"
	selectKeptBack     = selectDeliveries + " WHERE session = ? AND next_at = ? AND " + keptBack + " ORDER BY number LIMIT ?"
)

const (
	// keptBack selects deliveries that wait for their session's clock; see [engine.Delivery.NextAt].
	keptBack     = `state = 'pending' AND attempts = 0 AND fault IN ('late', 'reordered')`
	selectComing = `SELECT min(at) FROM (
		SELECT min(moves_at) AS at FROM bank_authentication_processes WHERE session = ? AND moves_at > ?
		UNION ALL SELECT min(steps_at) FROM bank_connections WHERE session = ? AND steps_at > ?
		UNION ALL SELECT min(next_at) FROM webhook_deliveries WHERE session = ? AND next_at > ? AND ` + keptBack + `) AS coming`
)

// DueProcesses implements [engine.Store].
func (s *Store) DueProcesses(ctx context.Context, session string, now time.Time, limit int) ([]engine.Process, error) {
	return s.listProcesses(ctx, selectDueProcesses, session, s.dialect.time(now), limit)
}

func (s *Store) listProcesses(ctx context.Context, query string, args ...any) (all []engine.Process, err error) {
	begin := func() { all = nil }
	err = s.readRows(ctx, query, args, begin, func(rows *sql.Rows) error {
		var p engine.Process
		err := rows.Scan(processTargets(&p)...)
		all = append(all, p)
		return err
	})
	return all, err
}

// Coming implements [engine.Store].
func (s *Store) Coming(ctx context.Context, session string, now time.Time, limit int) (coming engine.Coming, err error) {
	var at *time.Time
	after := s.dialect.time(now)
	err = s.readRow(ctx, selectComing, []any{session, after, session, after, session, after}, optionalStamp{&at})
	if err != nil || at == nil {
		return engine.Coming{}, err
	}
	coming.At = *at
	args := []any{session, s.dialect.time(*at), limit}
	if coming.Processes, err = s.listProcesses(ctx, selectMoving, args...); err != nil {
		return engine.Coming{}, err
	}
	begin := func() { coming.Connections = nil }
	err = s.readRows(ctx, selectStepping, args, begin, func(rows *sql.Rows) error {
		var c engine.Connection
		err := rows.Scan(connectionTargets(&c)...)
		coming.Connections = append(coming.Connections, c)
		return err
	})
	if err != nil {
		return engine.Coming{}, err
	}
	begin = func() { coming.Deliveries = nil }
	err = s.readRows(ctx, selectKeptBack, args, begin, func(rows *sql.Rows) error {
		var d engine.Delivery
		err := rows.Scan(deliveryTargets(&d)...)
		coming.Deliveries = append(coming.Deliveries, d)
		return err
	})
	return coming, err
}
