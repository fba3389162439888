package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// connectionsBeside are those that a node needs beside the pool of its requests: for its jobs, to hear of new ones, and
// one to spare.
const connectionsBeside = workPoolSize + 2

// checkPooler refuses a pooler that cannot work: one which hands a client's transactions to several connections, so
// that what the bank sets, locks and prepares is another client's; and one with too few connections.
func checkPooler(ctx context.Context, db *sql.DB, options Options) error {
	first, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer first.Close() //nolint:errcheck // to the pool
	direct, backend, err := backendOf(ctx, first)
	if err != nil || direct {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, options.ConnectTimeout)
	defer cancel()
	for range options.PoolSize + connectionsBeside - 1 {
		conn, err := db.Conn(ctx)
		if err != nil {
			return tooFew(ctx, err)
		}
		defer conn.Close() //nolint:errcheck // to the pool
		_, other, err := backendOf(ctx, conn)
		switch {
		case err != nil:
			return tooFew(ctx, err)
		case other == backend:
			return errors.New(sessionPooling)
		}
	}
	if _, again, err := backendOf(ctx, first); err != nil || again != backend {
		return errors.Join(err, errors.New(sessionPooling))
	}
	return nil
}

func tooFew(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s (%w)", poolTooSmall, ctx.Err())
	}
	return err
}

// backendOf returns the number of the process that serves a connection, and whether it is the one that greeted it: a
// pooler greets its clients itself.
func backendOf(ctx context.Context, conn *sql.Conn) (direct bool, backend uint32, err error) {
	if err := conn.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		return false, 0, err
	}
	err = conn.Raw(func(raw any) error {
		if own, ok := raw.(*stdlib.Conn); ok {
			direct = own.Conn().PgConn().PID() == backend
		}
		return nil
	})
	return direct, backend, err
}
