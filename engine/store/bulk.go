package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// maxBulk is how many rows one statement of a [bulk] adds.
const maxBulk = 64

// bulk adds new processes to SQLite, through the driver's own connection: database/sql would take
// longer over the values of a row than SQLite over the row. A statement for each number of rows is
// prepared when it is first needed. It belongs to the writer, and is not safe for concurrent use.
type bulk struct {
	conn  driver.Conn // that the statements are prepared on
	stmts [rowShapes][maxBulk + 1]driver.Stmt
	args  []driver.NamedValue
	times lastTime
}

// insert adds the rows, in as many statements as they take.
func (b *bulk) insert(ctx context.Context, conn any, rows []engine.Process) error {
	if err := b.use(conn); err != nil {
		return err
	}
	for len(rows) > 0 {
		shape, n := shapeOf(rows)
		stmt, err := b.statement(ctx, shape, n)
		if err != nil {
			return err
		}
		b.args = b.args[:0]
		b.appendAll(shape, rows[:n])
		_, err = stmt.ExecContext(ctx, b.args)
		clear(b.args) // what was a client's is not kept longer than needed
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// Close ends the statements: with one of them open SQLite would not close the connection, nor put what
// is in the write-ahead log into the file. Of a connection that was closed already, as one is whose
// statement was interrupted, they cannot be ended any more.
func (b *bulk) Close() error {
	if conn, ok := b.conn.(driver.Validator); ok && !conn.IsValid() {
		*b = bulk{}
		return nil
	}
	var errs []error
	for _, shape := range b.stmts {
		for _, stmt := range shape {
			if stmt != nil {
				errs = append(errs, stmt.Close())
			}
		}
	}
	*b = bulk{}
	return errors.Join(errs...)
}

// single reports whether one statement adds all the rows: it is a transaction by itself.
func (b *bulk) single(rows []engine.Process) bool {
	if len(rows) == 0 {
		return true
	}
	_, n := shapeOf(rows)
	return n == len(rows)
}

// use forgets the statements of a connection that was replaced.
func (b *bulk) use(conn any) error {
	now, ok := conn.(driver.Conn)
	if !ok {
		return fmt.Errorf("the driver's connection is a %T", conn)
	}
	if now != b.conn {
		*b = bulk{conn: now}
	}
	return nil
}

// executor is a prepared statement of the driver.
type executor interface {
	driver.Stmt
	driver.StmtExecContext
}

func (b *bulk) statement(ctx context.Context, shape rowShape, n int) (executor, error) {
	if b.stmts[shape][n] == nil {
		preparer, ok := b.conn.(driver.ConnPrepareContext)
		if !ok {
			return nil, errors.New("the driver prepares no statements")
		}
		stmt, err := preparer.PrepareContext(ctx, shape.text(n))
		if err != nil {
			return nil, err
		}
		b.stmts[shape][n] = stmt
	}
	stmt, ok := b.stmts[shape][n].(executor)
	if !ok {
		return nil, errors.New("the driver's statements take no values")
	}
	return stmt, nil
}

// rowShape says which values of a row are its own.
type rowShape int

const (
	// wholeRow has a value for each column.
	wholeRow rowShape = iota
	// freshRow is a login's that brought nothing along and has not moved: what a login has no value of yet stands in the
	// statement, and what those that come together have in common is given once (see [alike]).
	freshRow
	// settledRow is a freshRow of a login that was decided at once.
	settledRow
	rowShapes
)

// shapeOf returns the shape of the first row, and how many rows from there on one statement adds.
func shapeOf(rows []engine.Process) (rowShape, int) {
	shape, n := shapeOfRow(&rows[0]), 1
	for n < min(len(rows), maxBulk) && shapeOfRow(&rows[n]) == shape && (shape == wholeRow || alike(&rows[0], &rows[n])) {
		n++
	}
	return shape, n
}

// alike reports whether rows have in common what a statement of fresh rows is given once.
func alike(p, q *engine.Process) bool {
	return p.Session == q.Session && p.Bank == q.Bank && p.Rules == q.Rules && p.API == q.API
}

func shapeOfRow(p *engine.Process) rowShape {
	switch {
	case len(p.Captures) > 0 || p.Await != nil || p.Seed != 0 || p.Step != 0 || p.Visits != 1 ||
		p.WrongAnswers+p.Polls+p.Answers != 0 || p.Wrong != "" || p.RedirectURI != "" || p.State != "" ||
		p.ConnectionID != "" || p.SessionBegan != nil || p.RescanAt != nil || p.Version != 1 ||
		!p.EnteredAt.Equal(p.CreatedAt) || !p.UpdatedAt.Equal(p.CreatedAt):
		return wholeRow
	case p.EndsAt != nil && p.EndsAt.Equal(p.CreatedAt) && p.MovesAt == nil:
		return settledRow
	default:
		return freshRow
	}
}

// text is the statement that adds n rows.
func (s rowShape) text(n int) string {
	if s == wholeRow {
		return insert("bank_authentication_processes", processAll, n)
	}
	row, ends, moves := places(7), "column7", "NULL"
	if s == freshRow {
		row, ends, moves = places(9), "column8", "column9"
	}
	return `INSERT INTO bank_authentication_processes (session, bank, rules, api, id, username, scenario, trigger_key,
		flow_hash, end_status, created_at, entered_at, updated_at, ends_at, moves_at,
		seed, step, visits, wrong_answers, polls, answers, version)
		SELECT ?, ?, ?, ?, column1, column2, column3, column4, column5, column6, column7, column7, column7, ` + ends + ", " + moves +
		", 0, 0, 1, 0, 0, 0, 1 FROM (VALUES " + row + strings.Repeat(", "+row, n-1) + ")"
}

// appendAll appends the values of rows of one shape.
func (b *bulk) appendAll(shape rowShape, rows []engine.Process) {
	if shape == wholeRow {
		for i := range rows {
			for _, value := range appendProcess(nil, lite{}, &rows[i]) {
				b.add(plain(value))
			}
		}
		return
	}
	first := &rows[0]
	b.add(first.Session)
	b.add(first.Bank)
	b.add(first.Rules)
	b.add(textOrNull(first.API))
	for i := range rows {
		b.appendFresh(shape, &rows[i])
	}
}

func (b *bulk) appendFresh(shape rowShape, p *engine.Process) {
	b.add(p.ID)
	b.add(p.Username)
	b.add(p.Scenario)
	b.add(p.Trigger)
	b.add(p.FlowHash)
	b.add(textOrNull(p.EndStatus))
	b.add(b.times.text(p.CreatedAt))
	if shape == freshRow {
		b.add(b.timeOrNull(p.EndsAt))
		b.add(b.timeOrNull(p.MovesAt))
	}
}

func (b *bulk) timeOrNull(t *time.Time) any {
	if t == nil {
		return nil
	}
	return b.times.text(*t)
}

func (b *bulk) add(value driver.Value) {
	b.args = append(b.args, driver.NamedValue{Ordinal: len(b.args) + 1, Value: value})
}

// plain returns a value as drivers take it.
func plain(value any) driver.Value {
	if n, ok := value.(int); ok {
		return int64(n)
	}
	return value
}
