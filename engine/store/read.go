package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

const selectFlow = `SELECT body FROM flows WHERE hash = ?`

// maxPage bounds a page of connections.
const maxPage = 1000

// Process implements [engine.Store].
func (s *Store) Process(ctx context.Context, id string) (p engine.Process, err error) {
	err = s.readRow(ctx, selectProcess, []any{id}, processTargets(&p)...)
	return p, err
}

// Connection implements [engine.Store].
func (s *Store) Connection(ctx context.Context, id string) (c engine.Connection, err error) {
	err = s.readRow(ctx, selectConnection, []any{id}, connectionTargets(&c)...)
	return c, err
}

// Flow implements [engine.Store].
func (s *Store) Flow(ctx context.Context, hash string) (body []byte, err error) {
	err = s.readRow(ctx, selectFlow, []any{hash}, &body)
	return body, err
}

// History implements [engine.Store].
func (s *Store) History(ctx context.Context, connectionID string) (steps []engine.ImportStep, err error) {
	err = s.readRows(ctx, selectHistory, []any{connectionID}, func(rows *sql.Rows) error {
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
	err = s.readRows(ctx, query, args, func(rows *sql.Rows) error {
		var c engine.Connection
		err := rows.Scan(connectionTargets(&c)...)
		page = append(page, c)
		return err
	})
	return page, err
}

// connectionsQuery selects a page. The texts it can make are few, so each is prepared once.
func (s *Store) connectionsQuery(filter engine.ConnectionFilter) (query string, args []any) {
	var where []string
	add := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	if filter.Session != "" {
		add("session = ?", filter.Session)
	}
	if filter.Bank != "" {
		add("bank = ?", filter.Bank)
	}
	now := s.dialect.time(filter.Now)
	switch {
	case filter.Status == engine.InProgress:
		add("(ends_at IS NULL OR ends_at > ?)", now)
	case filter.Status != "":
		add("(ends_at <= ? AND end_status = ?)", now, string(filter.Status))
	}
	add("id > ?", filter.After)
	limit := maxPage
	if filter.Limit > 0 {
		limit = min(filter.Limit, maxPage)
	}
	args = append(args, limit)
	return "SELECT " + connectionAll.list() + " FROM bank_connections WHERE " +
		strings.Join(where, " AND ") + " ORDER BY id LIMIT ?", args
}

// readRow reads one row, or returns [engine.ErrNotFound].
func (s *Store) readRow(ctx context.Context, query string, args []any, into ...any) error {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	stmt, err := s.readStatement(ctx, query)
	if err != nil {
		return s.refine(ctx, err)
	}
	var row *sql.Row
	if stmt != nil {
		row = stmt.QueryRowContext(ctx, args...)
	} else {
		row = s.readers.QueryRowContext(ctx, s.dialect.text(query), args...)
	}
	return s.refine(ctx, notFound(row.Scan(into...)))
}

// readRows reads rows one by one.
func (s *Store) readRows(ctx context.Context, query string, args []any, read func(*sql.Rows) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	rows, err := s.query(ctx, query, args)
	if err != nil {
		return s.refine(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows); err != nil {
			return s.refine(ctx, err)
		}
	}
	return s.refine(ctx, rows.Err())
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

// bounded limits a call on PostgreSQL. SQLite answers from its file, and its statements are not
// cut short: a watch over the context would cost more than they do.
func (s *Store) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.group != nil {
		return context.WithoutCancel(ctx), func() {}
	}
	return context.WithTimeout(ctx, s.options.Timeout)
}
