package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// Limits of the connections on which River works and the tables are migrated.
const (
	workPoolSize     = 2
	workTimeout      = time.Minute
	migrationTimeout = 2 * time.Minute
)

// migrationLock is the advisory lock that lets one node at a time migrate.
const migrationLock = 0x6d6f636b62616e6b // "mockbank"

func openPostgres(ctx context.Context, address string, options Options) (_ *Store, err error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, explainAddress(err)
	}
	if config.ConnectTimeout == 0 || config.ConnectTimeout > options.ConnectTimeout {
		config.ConnectTimeout = options.ConnectTimeout
	}
	s := &Store{dialect: postgres{new(sync.Map)}, options: options, flows: newKnownFlows(0), place: place(config)}
	s.starting = newStarting(options, s.place)
	defer func() {
		s.starting.stop()
		if err != nil {
			err = fmt.Errorf("%s: %w", s.place, explainStart(err, config))
			err = errors.Join(err, s.Close())
		}
	}()
	if err := s.migratePostgres(ctx, config); err != nil {
		return nil, err
	}
	s.writer = s.postgresPool(config, options.PoolSize, options.Timeout)
	s.work = s.postgresPool(config, workPoolSize, workTimeout)
	s.readers = s.writer
	if s.listener, err = s.openListener(ctx, config); err != nil {
		return nil, err
	}
	s.batches, s.lookups, s.lately = newBatches(s), newLookups(s), newLatelySessions()
	s.jobs, err = newEnqueuer(s)
	return s, err
}

// place says which database this is, without its password.
func place(config *pgx.ConnConfig) string {
	return fmt.Sprintf("PostgreSQL database %q at %s", config.Database,
		net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))))
}

// postgresPool opens a pool that ends with the store, and whose statements are bounded.
func (s *Store) postgresPool(config *pgx.ConnConfig, size int, timeout time.Duration) *sql.DB {
	config, statement := withSettings(config, timeout)
	db := stdlib.OpenDB(*config, s.age.watchOver(config, statement)...)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(maxConnectionAge)
	s.closers = append(s.closers, db)
	return db
}

// openListener opens the pool from which River takes the one connection it listens on.
func (s *Store) openListener(ctx context.Context, config *pgx.ConnConfig) (*pgxpool.Pool, error) {
	pool, err := pgxpool.ParseConfig(config.ConnString())
	if err != nil {
		return nil, errors.New("the address cannot be used for a pool: leave out pool_* settings")
	}
	var statement string
	pool.ConnConfig, statement = withSettings(config, workTimeout)
	pool.AfterConnect = set(statement)
	pool.MinConns, pool.MaxConns = 0, 1
	listener, err := pgxpool.NewWithConfig(ctx, pool)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, closer(func() error { listener.Close(); return nil }))
	return listener, nil
}

const unwritableNow = `SELECT current_setting('transaction_read_only')::boolean
	OR NOT has_table_privilege('bank_authentication_processes', 'INSERT')`

// pingPostgres reports whether the database answers and takes changes. A connection may remember that it does not from
// a time that is over, so that a new one has the last word.
func (s *Store) pingPostgres(ctx context.Context) (err error) {
	for range 2 {
		var unwritable bool
		age := s.age.Load()
		err = s.read(ctx, func(ctx context.Context) error {
			return s.readers.QueryRowContext(ctx, unwritableNow).Scan(&unwritable)
		})
		if err != nil || !unwritable {
			return err
		}
		s.age.CompareAndSwap(age, age+1)
	}
	return s.unavailableError(&pgconn.PgError{Severity: "ERROR", Code: "25006", Message: "nothing can be written"})
}

// migratePostgres brings the tables up to date, one node at a time.
func (s *Store) migratePostgres(ctx context.Context, config *pgx.ConnConfig) error {
	ctx, cancel := context.WithTimeout(ctx, migrationTimeout)
	defer cancel()
	s.stage("reach the server")
	migrating, statement := withSettings(config, migrationTimeout)
	db := stdlib.OpenDB(*migrating, stdlib.OptionAfterConnect(set(statement)))
	defer db.Close()
	db.SetMaxOpenConns(s.options.PoolSize + connectionsBeside)
	if err := checkPooler(ctx, db, s.options); err != nil {
		return err
	}
	lock, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer lock.Close() // which ends the lock too
	s.stage("wait for other nodes, which bring the tables up to date")
	if err := takeLock(ctx, lock); err != nil {
		return err
	}
	defer releaseLock(lock)
	s.stage("bring the tables up to date")
	if err := migrate(ctx, goose.DialectPostgres, db, "migrations/postgres"); err != nil {
		return err
	}
	return s.migrateJobs(ctx, db)
}

// takeLock asks for the lock until it has it. It does not wait within a statement: one that waits
// keeps a snapshot, and an index that is built concurrently waits for all snapshots.
func takeLock(ctx context.Context, conn *sql.Conn) error {
	for {
		var taken bool
		if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", int64(migrationLock)).Scan(&taken); err != nil {
			return fmt.Errorf("wait for other nodes to migrate: %w", err)
		}
		if taken {
			return nil
		}
		timer := time.NewTimer(50 * time.Millisecond)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("wait for other nodes to migrate: %w", ctx.Err())
		}
	}
}

// releaseLock gives the lock back; where that fails, the connection's end does.
func releaseLock(conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(migrationLock))
}
