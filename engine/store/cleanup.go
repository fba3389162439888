package store

import (
	"context"
	"time"
)

// cleanUpPage is how many rows one transaction of a clean-up looks at.
const cleanUpPage = 500

// Horizon says what a clean-up removes: what has not changed since, and is over.
type Horizon struct {
	// Records: processes, connections with their history, counters, windows of rate limits, deliveries of webhooks that are not
	// pending, and flows that no row refers to.
	Records time.Time
	// Requests: idempotency keys claimed before.
	Requests time.Time
}

// Removed counts the rows that a clean-up removed. A connection's history goes with it, uncounted.
type Removed struct {
	Connections, Processes, Counters, Windows, Requests, Flows, Deliveries int64
	// Identifiers and Kept are what declared apis kept of processes that are gone.
	Identifiers, Kept int64
}

// CleanUp removes what is older than the horizon, in many small transactions. It ends early, with
// an error, when ctx ends; what it removed by then stays removed, and the next call goes on.
func (s *Store) CleanUp(ctx context.Context, horizon Horizon) (removed Removed, err error) {
	records, requests := s.dialect.time(horizon.Records), s.dialect.time(horizon.Requests)
	steps := []struct {
		count *int64
		run   func() (int64, error)
	}{
		{&removed.Connections, func() (int64, error) { return s.removeOver(ctx, overConnections, horizon.Records) }},
		{&removed.Processes, func() (int64, error) { return s.removeOver(ctx, overProcesses, horizon.Records) }},
		{&removed.Counters, func() (int64, error) { return s.removeAll(ctx, oldCounters, records) }},
		{&removed.Windows, func() (int64, error) { return s.removeAll(ctx, oldWindows, records) }},
		{&removed.Requests, func() (int64, error) { return s.removeAll(ctx, oldRequests, requests) }},
		{&removed.Deliveries, func() (int64, error) { return s.removeAll(ctx, oldDeliveries, records) }},
		{&removed.Identifiers, func() (int64, error) { return s.removeAll(ctx, oldIdentifiers, records) }},
		{&removed.Kept, func() (int64, error) { return s.removeAll(ctx, oldKept, records) }},
		{&removed.Flows, func() (int64, error) { return s.removeFlows(ctx, records) }},
	}
	for _, step := range steps {
		if *step.count, err = step.run(); err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// over tells how rows of a table that are over are found, page by page in the order of their
// identifiers, which is that of their creation: no index has to be kept for it.
type over struct{ page, remove string }

func overIn(table, condition string) over {
	return over{
		page: `SELECT count(*), max(id), max(created_at) FROM (
			SELECT id, created_at FROM ` + table + ` WHERE id > ? ORDER BY id LIMIT ?) AS page`,
		remove: `DELETE FROM ` + table + ` WHERE id > ? AND id <= ? AND updated_at < ?
			AND (ends_at IS NULL OR ends_at < ?)` + condition,
	}
}

var (
	overConnections = overIn("bank_connections", "")
	// A process stays as long as its connection, whose answers name it.
	overProcesses = overIn("bank_authentication_processes",
		` AND NOT EXISTS (SELECT 1 FROM bank_connections c WHERE c.id = connection_id)`)
)

// removeOver removes the rows that ended and last changed before.
func (s *Store) removeOver(ctx context.Context, rows over, before time.Time) (removed int64, err error) {
	after, horizon := "", s.dialect.time(before)
	for {
		var count int
		var last string
		var newest *time.Time
		err := s.readRow(ctx, rows.page, []any{after, cleanUpPage}, &count, optionalText[string]{&last}, optionalStamp{&newest})
		if err != nil || count == 0 {
			return removed, err
		}
		n, err := s.remove(ctx, rows.remove, after, last, horizon, horizon)
		removed += n
		if err != nil || count < cleanUpPage || !newest.Before(before) {
			return removed, err
		}
		after = last
	}
}

const (
	oldCounters = `DELETE FROM counters WHERE (session, bank, username, kind, name) IN (
		SELECT session, bank, username, kind, name FROM counters WHERE updated_at < ? ORDER BY updated_at LIMIT ?)`
	oldWindows = `DELETE FROM rate_windows WHERE (session, bank, username, kind, name) IN (
		SELECT session, bank, username, kind, name FROM rate_windows WHERE since < ? ORDER BY since LIMIT ?)`
	oldRequests = `DELETE FROM idempotency_keys WHERE (session, route, key) IN (
		SELECT session, route, key FROM idempotency_keys WHERE created_at < ? ORDER BY created_at LIMIT ?)`
	oldDeliveries = `DELETE FROM webhook_deliveries WHERE number IN (
		SELECT number FROM webhook_deliveries WHERE created_at < ? AND state <> 'pending' ORDER BY number LIMIT ?)`
)

// removeAll runs a statement that removes a page of rows older than the horizon until none is left.
func (s *Store) removeAll(ctx context.Context, query string, horizon any) (removed int64, err error) {
	for {
		n, err := s.remove(ctx, query, horizon, cleanUpPage)
		removed += n
		if err != nil || n < cleanUpPage {
			return removed, err
		}
	}
}

func (s *Store) remove(ctx context.Context, query string, args ...any) (removed int64, err error) {
	err = s.update(ctx, func(t *transaction) error {
		if err := t.flushBefore(); err != nil {
			return err
		}
		if removed, err = t.write(query, args...); removed > 0 {
			t.writesOthers()
		}
		return err
	})
	return removed, err
}
