package store

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// native lends out a connection of the pool that requests use, as PostgreSQL's driver has it: its batches are sent in one
// round trip. A connection that comes back within a transaction is thrown away.
func (s *Store) native(ctx context.Context, use func(conn *pgx.Conn) error) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // to the pool
	var failed error
	err = conn.Raw(func(raw any) error {
		own, ok := raw.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the driver's connection is a %T", raw)
		}
		failed = use(own.Conn())
		if own.Conn().IsClosed() || own.Conn().PgConn().TxStatus() != 'I' {
			return driver.ErrBadConn
		}
		return nil
	})
	if failed != nil {
		return failed
	}
	return err
}
