package store

import (
	"context"
	"database/sql/driver"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxConnectionAge is how long a connection is kept: what it remembers of the server, its role or its rights cannot be
// older.
const maxConnectionAge = 10 * time.Minute

// sentAtStart are the settings that may go along with the start of a connection: poolers know them. All others are set
// after it, since a pooler refuses what it does not know.
var sentAtStart = []string{"application_name", "client_encoding", "datestyle", "timezone", "standard_conforming_strings", "options",
	"replication"}

// withSettings returns the configuration of connections whose statements are bounded, and the statement that sets what
// is not sent at the start. What the address says goes before.
func withSettings(config *pgx.ConnConfig, timeout time.Duration) (*pgx.ConnConfig, string) {
	config = config.Copy()
	limit := strconv.FormatInt(timeout.Milliseconds(), 10)
	settings := map[string]string{
		"application_name": "mockbank", "timezone": "UTC", "statement_timeout": limit, "lock_timeout": limit,
		"idle_in_transaction_session_timeout": limit, "default_transaction_isolation": "read committed",
	}
	maps.Copy(settings, config.RuntimeParams)
	config.RuntimeParams = make(map[string]string)
	var after []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if slices.Contains(sentAtStart, strings.ToLower(name)) {
			config.RuntimeParams[name] = settings[name]
			continue
		}
		after = append(after, "pg_catalog.set_config("+quoted(name)+", "+quoted(settings[name])+", false)")
	}
	return config, "SELECT " + strings.Join(after, ", ")
}

// quoted is a text as a literal of SQL.
func quoted(text string) string {
	text = strings.ReplaceAll(text, `'`, `''`)
	if strings.Contains(text, `\`) {
		return ` E'` + strings.ReplaceAll(text, `\`, `\\`) + `'`
	}
	return `'` + text + `'`
}

// set runs the statement of [withSettings] on a new connection.
func set(statement string) func(context.Context, *pgx.Conn) error {
	return func(ctx context.Context, conn *pgx.Conn) error {
		return conn.PgConn().Exec(ctx, statement).Close()
	}
}

// age counts how often it was found out that connections remember what is over: that nothing may be written, a role or
// a search path. Those that were made before are then thrown away when they are next taken from their pool.
type age struct{ atomic.Int64 }

// bornIn is where a connection keeps the age in which it was made.
const bornIn = "mockbank.age"

// watchOver lets connections of a configuration be closed where their answers show that they are outdated, and returns
// what a pool needs for it.
func (a *age) watchOver(config *pgx.ConnConfig, statement string) []stdlib.OptionOpenDB {
	before := config.OnPgError
	config.OnPgError = func(conn *pgconn.PgConn, reported *pgconn.PgError) bool {
		if !isOutdated(reported.Code) {
			return before == nil || before(conn, reported)
		}
		born, known := conn.CustomData()[bornIn].(int64)
		if known {
			a.CompareAndSwap(born, born+1)
		}
		return !known // one that is still being set up goes on, so that its error is told
	}
	return []stdlib.OptionOpenDB{
		stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
			now := a.Load()
			if err := set(statement)(ctx, conn); err != nil {
				return err
			}
			conn.PgConn().CustomData()[bornIn] = now
			return nil
		}),
		stdlib.OptionResetSession(func(_ context.Context, conn *pgx.Conn) error {
			if conn.PgConn().CustomData()[bornIn] != a.Load() {
				return driver.ErrBadConn
			}
			return nil
		}),
	}
}

// isOutdated reports whether an SQLSTATE may come from what a connection remembers: read_only_sql_transaction,
// insufficient_privilege, undefined_table, invalid_schema_name, undefined_object (a role that is gone).
func isOutdated(state string) bool {
	switch state {
	case "25006", "42501", "42P01", "3F000", "42704":
		return true
	}
	return false
}
