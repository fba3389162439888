package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/mockbank/mockbank/engine"
)

// ClockOffset returns by how much a clock is ahead of the database's, give or take within. An SQLite file has no clock
// but its process's, so that nothing is ahead of it.
func (s *Store) ClockOffset(ctx context.Context, clock func() time.Time) (ahead, within time.Duration, err error) {
	if s.group != nil {
		return 0, 0, nil
	}
	var at time.Time
	before := clock()
	if err := s.readRow(ctx, `SELECT clock_timestamp()`, nil, stamp{&at}); err != nil {
		return 0, 0, err
	}
	within = clock().Sub(before) / 2
	return before.Add(within).Sub(at), within.Abs(), nil
}

// newestRows are the rows that tell when the database was last written to, by the wall clock: identifiers of records tell
// when these were made.
var newestRows = []string{
	`SELECT id FROM bank_authentication_processes ORDER BY id DESC LIMIT 1`,
	`SELECT id FROM bank_connections ORDER BY id DESC LIMIT 1`,
}

const newestSession = `SELECT used_at FROM sessions ORDER BY used_at DESC, id DESC LIMIT 1`

// NewestRow returns when the database was last written to, as far as the newest records and sessions tell; the zero
// time where there are none.
func (s *Store) NewestRow(ctx context.Context) (newest time.Time, err error) {
	for _, query := range newestRows {
		var id string
		err := s.readRow(ctx, query, nil, &id)
		switch {
		case errors.Is(err, engine.ErrNotFound):
			continue
		case err != nil:
			return newest, err
		}
		if made, err := uuid.Parse(id); err == nil && made.Version() == 7 {
			newest = later(newest, time.Unix(made.Time().UnixTime()).UTC())
		}
	}
	var used time.Time
	err = s.readRow(ctx, newestSession, nil, stamp{&used})
	if errors.Is(err, engine.ErrNotFound) {
		err = nil
	}
	return later(newest, used), err
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
