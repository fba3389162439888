package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/mockbank/mockbank/engine"
)

const selectFlow = `SELECT body FROM flows WHERE hash = ?`

// Process implements [engine.Store].
func (s *Store) Process(ctx context.Context, id string) (engine.Process, error) {
	if s.lookups != nil {
		found, err := s.lookups.find(ctx, inProcesses, id)
		return found.process, err
	}
	return s.processes.read(id, func() (p engine.Process, err error) {
		err = s.readRow(ctx, selectProcess, []any{id}, processTargets(&p)...)
		return p, err
	})
}

// Connection implements [engine.Store].
func (s *Store) Connection(ctx context.Context, id string) (engine.Connection, error) {
	if s.lookups != nil {
		found, err := s.lookups.find(ctx, inConnections, id)
		return found.connection, err
	}
	return s.connections.read(id, func() (c engine.Connection, err error) {
		err = s.readRow(ctx, selectConnection, []any{id}, connectionTargets(&c)...)
		return c, err
	})
}

// ProcessInSession implements [engine.Store].
func (s *Store) ProcessInSession(ctx context.Context, id string) (engine.Process, engine.Session, error) {
	if s.lookups != nil {
		found, err := s.lookups.find(ctx, inProcesses, id)
		return found.process, found.session, err
	}
	p, err := s.Process(ctx, id)
	if err != nil {
		return p, engine.Session{}, err
	}
	session, err := s.sessionOrNone(p.Session)
	return p, session, err
}

// ConnectionInSession implements [engine.Store].
func (s *Store) ConnectionInSession(ctx context.Context, id string) (engine.Connection, engine.Session, error) {
	if s.lookups != nil {
		found, err := s.lookups.find(ctx, inConnections, id)
		return found.connection, found.session, err
	}
	c, err := s.Connection(ctx, id)
	if err != nil {
		return c, engine.Session{}, err
	}
	session, err := s.sessionOrNone(c.Session)
	return c, session, err
}

// sessionOrNone returns a session that is known, the zero one where there is none.
func (s *Store) sessionOrNone(id string) (engine.Session, error) {
	session, err := s.known.get(id)
	if errors.Is(err, engine.ErrNotFound) {
		return engine.Session{}, nil
	}
	return session, err
}

// Flow implements [engine.Store].
func (s *Store) Flow(ctx context.Context, hash string) (body []byte, err error) {
	err = s.readRow(ctx, selectFlow, []any{hash}, &body)
	return body, err
}

// History implements [engine.Store].
func (s *Store) History(ctx context.Context, connectionID string) (steps []engine.ImportStep, err error) {
	begin := func() { steps = nil }
	err = s.readRows(ctx, selectHistory, []any{connectionID}, begin, func(rows *sql.Rows) error {
		var step engine.ImportStep
		err := rows.Scan(stepTargets(&step)...)
		steps = append(steps, step)
		return err
	})
	return steps, err
}

// Connections implements [engine.Store].
func (s *Store) Connections(ctx context.Context, filter engine.ConnectionFilter) (page []engine.Connection, err error) {
	query, args := s.connectionsQuery(filter)
	begin := func() { page = nil }
	err = s.readRows(ctx, query, args, begin, func(rows *sql.Rows) error {
		var c engine.Connection
		err := rows.Scan(connectionTargets(&c)...)
		page = append(page, c)
		return err
	})
	return page, err
}

// readRow reads one row, or returns [engine.ErrNotFound]. SQLite answers from its file, and a row is
// not cut short there: a watch over the context would cost more than the row.
func (s *Store) readRow(ctx context.Context, query string, args []any, into ...any) error {
	if s.group != nil {
		ctx = context.WithoutCancel(ctx)
	}
	return s.read(ctx, func(ctx context.Context) error {
		stmt, err := s.readStatement(ctx, query)
		switch {
		case err != nil:
			return err
		case stmt != nil:
			return notFound(stmt.QueryRowContext(ctx, args...).Scan(into...))
		default:
			return notFound(s.readers.QueryRowContext(ctx, s.dialect.text(query), args...).Scan(into...))
		}
	})
}

// readRows reads rows: it calls begin, then each for every row.
func (s *Store) readRows(ctx context.Context, query string, args []any, begin func(), each func(*sql.Rows) error) error {
	return s.read(ctx, func(ctx context.Context) error {
		begin()
		rows, err := s.query(ctx, query, args)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// read runs a query, unless the caller's patience is used up.
func (s *Store) read(ctx context.Context, query func(ctx context.Context) error) error {
	if lost := engine.Lost(ctx); lost != nil {
		return lost
	}
	defer s.timed(CallRead, time.Now())
	return engine.LoseOn(ctx, s.tryRead(ctx, query))
}

// tryRead runs a query, again where a connection from the pool turns out to be lost.
func (s *Store) tryRead(ctx context.Context, query func(ctx context.Context) error) (err error) {
	if s.group != nil {
		return s.refine(ctx, query(ctx))
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	for attempt := range maxAttempts {
		err = query(ctx)
		if class := s.dialect.class(err); class != classLost && (class != classOutdated || attempt > 0) {
			break
		}
	}
	return s.refine(ctx, err)
}

func (s *Store) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	stmt, err := s.readStatement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return s.readers.QueryContext(ctx, s.dialect.text(query), args...)
}

// readStatement returns the prepared statement, nil where the driver prepares by itself.
func (s *Store) readStatement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s.reads == nil {
		return nil, nil
	}
	return s.reads.prepare(ctx, query)
}
