package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgres is the dialect of PostgreSQL.
type postgres struct{ texts *sync.Map }

func (postgres) name() string { return "postgres" }

func (d postgres) text(query string) string {
	if text, ok := d.texts.Load(query); ok {
		return text.(string)
	}
	text := numbered(query)
	d.texts.Store(query, text)
	return text
}

func (postgres) time(t time.Time) any { return t.UTC().Truncate(time.Millisecond) }

func (postgres) sessionTime() string {
	return `coalesce(s.clock_frozen_at, ?::timestamptz + s.clock_offset * interval '1 millisecond')`
}

// sessionID has the collation of the records' columns: by that of its own no index of theirs could be used.
func (postgres) sessionID() string { return `s.id COLLATE "default"` }

func (postgres) lockUser() string { return `SELECT pg_advisory_xact_lock(hashtextextended(?, 0))` }

func (postgres) class(err error) class {
	var reported *pgconn.PgError
	var refused *pgconn.ConnectError
	var network net.Error
	switch {
	case err == nil:
		return classOther
	case errors.As(err, &refused), pgconn.Timeout(err), errors.Is(err, context.DeadlineExceeded):
		return classUnavailable
	case errors.As(err, &reported):
		return classOfState(reported.Code)
	case pgconn.SafeToRetry(err), errors.As(err, &network), errors.Is(err, net.ErrClosed), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return classLost
	default:
		return classOther
	}
}

// classOfState classifies PostgreSQL's SQLSTATE.
func classOfState(state string) class {
	switch state {
	case "23503": // foreign_key_violation
		return classForeignKey
	case "23502": // not_null_violation
		return classNoParent
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return classRetry
	case "57P01", "57P02", "57P05", "25P03", "08006", "08003": // the server ended the connection, or it broke
		return classLost
	case "57014", "55P03": // query_canceled (a timeout), lock_not_available
		return classUnavailable
	}
	if isOutdated(state) {
		return classOutdated
	}
	switch {
	case strings.HasPrefix(state, "08"), strings.HasPrefix(state, "53"), strings.HasPrefix(state, "57P"),
		strings.HasPrefix(state, "58"), strings.HasPrefix(state, "25P"):
		// connection, resources, operator intervention, system, a transaction that was timed out
		return classUnavailable
	}
	return classOther
}

// numbered replaces each ? by $1, $2 and so on.
func numbered(query string) string {
	var b strings.Builder
	n := 0
	for part := range strings.SplitSeq(query, "?") {
		if n > 0 {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}
