package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// maxBulk is how many rows one statement of a [bulk] adds.
const maxBulk = 64

// bulk adds new processes to SQLite, through the driver's own connection: database/sql would take
// longer over the values of a row than SQLite over the row. A statement for each number of rows is
// prepared when it is first needed. It belongs to the writer, and is not safe for concurrent use.
type bulk struct {
	conn  driver.Conn // that the statements are prepared on
	stmts [2][maxBulk + 1]driver.Stmt
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
		for i := range n {
			b.append(shape, &rows[i])
		}
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
	// freshRow is a login's that brought nothing along and has not moved: most of its values are the
	// same in all of them, and stand in the statement.
	freshRow
)

// shapeOf returns the shape of the first row, and how many rows from there on one statement adds.
func shapeOf(rows []engine.Process) (rowShape, int) {
	shape, n := shapeOfRow(&rows[0]), 1
	for n < min(len(rows), maxBulk) && shapeOfRow(&rows[n]) == shape {
		n++
	}
	return shape, n
}

func shapeOfRow(p *engine.Process) rowShape {
	if len(p.Captures) == 0 && p.Await == nil && p.Seed == 0 && p.Step == 0 && p.Visits == 1 &&
		p.WrongAnswers+p.Polls+p.Answers == 0 && p.Wrong == "" && p.RedirectURI == "" && p.State == "" &&
		p.ConnectionID == "" && p.SessionBegan == nil && p.RescanAt == nil && p.Version == 1 {
		return freshRow
	}
	return wholeRow
}

// text is the statement that adds n rows.
func (s rowShape) text(n int) string {
	if s == wholeRow {
		return insert("bank_authentication_processes", processAll, n)
	}
	const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 1, 0, 0, 0, 1)"
	return `INSERT INTO bank_authentication_processes (id, session, bank, username, scenario, trigger_key, rules,
		flow_hash, api, created_at, entered_at, updated_at, ends_at, end_status, moves_at,
		seed, step, visits, wrong_answers, polls, answers, version) VALUES ` + row + strings.Repeat(", "+row, n-1)
}

// append appends the values of a row.
func (b *bulk) append(shape rowShape, p *engine.Process) {
	if shape == wholeRow {
		for _, value := range appendProcess(nil, lite{}, p) {
			b.add(plain(value))
		}
		return
	}
	for _, text := range [...]string{p.ID, p.Session, p.Bank, p.Username, p.Scenario, p.Trigger, p.Rules, p.FlowHash} {
		b.add(text)
	}
	b.add(textOrNull(p.API))
	b.add(b.times.text(p.CreatedAt))
	b.add(b.times.text(p.EnteredAt))
	b.add(b.times.text(p.UpdatedAt))
	if p.EndsAt == nil {
		b.add(nil)
	} else {
		b.add(b.times.text(*p.EndsAt))
	}
	b.add(textOrNull(p.EndStatus))
	if p.MovesAt == nil {
		b.add(nil)
	} else {
		b.add(b.times.text(*p.MovesAt))
	}
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
