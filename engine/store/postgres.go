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
	if err != nil { // the parser's own words may quote the password
		return nil, errors.New("the address of the PostgreSQL database cannot be read: " +
			"write postgres://user:password@host:port/database?sslmode=require, with special characters percent-encoded")
	}
	if config.ConnectTimeout == 0 || config.ConnectTimeout > options.ConnectTimeout {
		config.ConnectTimeout = options.ConnectTimeout
	}
	s := &Store{dialect: postgres{new(sync.Map)}, options: options, flows: newKnownFlows(), place: place(config)}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", s.place, err)
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
	config = config.Copy()
	limit := strconv.FormatInt(timeout.Milliseconds(), 10)
	for name, value := range map[string]string{
		"application_name": "mockbank", "timezone": "UTC", "statement_timeout": limit, "lock_timeout": limit,
		"idle_in_transaction_session_timeout": limit, "default_transaction_isolation": "read committed",
	} {
		if _, chosen := config.RuntimeParams[name]; !chosen {
			config.RuntimeParams[name] = value
		}
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(5 * time.Minute)
	s.closers = append(s.closers, db)
	return db
}

// openListener opens the pool from which River takes the one connection it listens on.
func (s *Store) openListener(ctx context.Context, config *pgx.ConnConfig) (*pgxpool.Pool, error) {
	pool, err := pgxpool.ParseConfig(config.ConnString())
	if err != nil {
		return nil, errors.New("the address cannot be used for a pool: leave out pool_* settings")
	}
	pool.ConnConfig = config.Copy()
	pool.MinConns, pool.MaxConns = 0, 1
	listener, err := pgxpool.NewWithConfig(ctx, pool)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, closer(func() error { listener.Close(); return nil }))
	return listener, nil
}

// migratePostgres brings the tables up to date, one node at a time.
func (s *Store) migratePostgres(ctx context.Context, config *pgx.ConnConfig) error {
	ctx, cancel := context.WithTimeout(ctx, migrationTimeout)
	defer cancel()
	db := stdlib.OpenDB(*config)
	defer db.Close()
	db.SetMaxOpenConns(2)
	lock, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("it cannot be reached: %w", err)
	}
	defer lock.Close() // which ends the lock too
	if err := takeLock(ctx, lock); err != nil {
		return err
	}
	defer releaseLock(lock)
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
