package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mockbank/mockbank/engine"
)

// Store is an [engine.Store] in a database. Its methods are safe for concurrent use.
type Store struct {
	dialect dialect
	options Options
	place   string

	writer  *sql.DB // SQLite's one writing connection, or the pool that requests use
	readers *sql.DB // the same pool on PostgreSQL
	work    *sql.DB // what background jobs use
	// listener is where they hear of new jobs at once; nil on SQLite.
	listener *pgxpool.Pool

	reads  *statements
	writes *statements
	flows  *knownFlows
	known  *knownSessions // nil on PostgreSQL, where other nodes change sessions too
	jobs   *enqueuer
	// counted is how many sessions there are, for PostgreSQL.
	counted countedSessions
	group   *group          // nil on PostgreSQL
	batches *batches        // nil on SQLite
	lookups *lookups        // nil on SQLite
	lately  *latelySessions // nil on SQLite
	// checkpointer is nil on PostgreSQL, and where SQLite has no file.
	checkpointer *checkpointer
	bulk         *bulk // nil on PostgreSQL
	// The rows that were last written; nil on PostgreSQL.
	processes   *recent[engine.Process]
	connections *recent[engine.Connection]
	tally       tally
	health      health
	age         age        // of PostgreSQL's connections
	file        *ownedFile // nil on PostgreSQL
	watch       *watch     // nil on PostgreSQL
	starting    *starting
	closers     []io.Closer
}

var _ engine.Store = (*Store)(nil)

// Open opens the database at address and brings its tables up to date:
//
//   - "postgres://..." or "postgresql://..." is a PostgreSQL database, which must exist;
//   - ":memory:" is an SQLite database that ends with the Store;
//   - anything else is the path of an SQLite file, which is made where its folder exists.
//
// [engine.ParseDatabaseAddress] says which. No error that it returns contains the address's password.
func Open(ctx context.Context, address string, options Options) (*Store, error) {
	options = options.withDefaults()
	parsed, err := engine.ParseDatabaseAddress(address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the database's address: %w", err)
	case parsed.Kind == engine.DatabasePostgres:
		return openPostgres(ctx, parsed.URL, options)
	case parsed.Kind == engine.DatabaseMemory:
		return openMemory(ctx, options)
	default:
		return openSQLite(ctx, parsed.Path, options)
	}
}

// Kind says which database this is: "sqlite" or "postgres".
func (s *Store) Kind() string { return s.dialect.name() }

// String says which database this is, for people: its file, or its server and name. It contains no
// password.
func (s *Store) String() string { return s.place }

// Close waits for the changes that were handed in, then closes the database.
func (s *Store) Close() error {
	if s.group != nil {
		s.group.close()
	}
	if s.batches != nil {
		s.batches.gather.close()
		s.lookups.gather.close()
	}
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i].Close())
	}
	return errors.Join(errs...)
}

// Update implements [engine.Store].
func (s *Store) Update(ctx context.Context, change func(tx engine.Tx) error) error {
	return s.update(ctx, func(t *transaction) error { return change(t) })
}
