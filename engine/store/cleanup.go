package store

import (
	"context"
	"time"
)

// How many rows one transaction of a clean-up looks at. SQLite's writer serves nobody else meanwhile: a hundred take it a few
// milliseconds.
const (
	cleanUpPageSQLite   = 100
	cleanUpPagePostgres = 500
)

func (s *Store) cleanUpPage() int {
	if s.group != nil {
		return cleanUpPageSQLite
	}
	return cleanUpPagePostgres
}

// Horizon says what a clean-up removes: what was not written since, by the wall clock, and is over, by the clock of
// its session.
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
		{&removed.Connections, func() (int64, error) { return s.removeOver(ctx, s.overConnections(), horizon.Records) }},
		{&removed.Processes, func() (int64, error) { return s.removeOver(ctx, s.overProcesses(), horizon.Records) }},
		{&removed.Counters, func() (int64, error) { return s.removeAll(ctx, oldCounters, records) }},
		{&removed.Windows, func() (int64, error) { return s.removeAll(ctx, oldWindows, records) }},
		{&removed.Requests, func() (int64, error) { return s.removeAll(ctx, oldRequests, requests) }},
		{&removed.Deliveries, func() (int64, error) { return s.removeOver(ctx, overDeliveries(), horizon.Records) }},
		{&removed.Identifiers, func() (int64, error) { return s.removeAll(ctx, oldIdentifiers, records) }},
		{&removed.Kept, func() (int64, error) { return s.removeAll(ctx, oldKept, records) }},
		{&removed.Flows, func() (int64, error) { return s.removeFlows(ctx, horizon.Records) }},
	}
	for _, step := range steps {
		if *step.count, err = step.run(); err != nil {
			return removed, err
		}
	}
	return removed, nil
}

const (
	oldCounters = `DELETE FROM counters WHERE (session, bank, username, kind, name) IN (
		SELECT session, bank, username, kind, name FROM counters WHERE updated_at < ? ORDER BY updated_at LIMIT ?)`
	oldWindows = `DELETE FROM rate_windows WHERE (session, bank, username, kind, name) IN (
		SELECT session, bank, username, kind, name FROM rate_windows WHERE written_at < ? ORDER BY written_at LIMIT ?)`
	oldRequests = `DELETE FROM idempotency_keys WHERE (session, route, key) IN (
		SELECT session, route, key FROM idempotency_keys WHERE created_at < ? ORDER BY created_at LIMIT ?)`
)

// removeAll runs a statement that removes a page of rows older than the horizon until none is left.
func (s *Store) removeAll(ctx context.Context, query string, args ...any) (removed int64, err error) {
	page := s.cleanUpPage()
	args = append(args, page)
	for {
		n, err := s.remove(ctx, query, args...)
		removed += n
		if err != nil || n < int64(page) {
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
