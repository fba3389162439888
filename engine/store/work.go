package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// work is one database transaction, and what is still to be written in it: rows that many changes
// add alike are kept back and written at the end as few statements.
type work struct {
	store *Store
	ctx   context.Context
	// conn is SQLite's writing connection; nil on PostgreSQL, where a transaction takes one of a pool.
	conn *sql.Conn
	// tx is nil until a statement needs it: rows that were only kept back are one statement, which is
	// a transaction by itself.
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
	// again says that an attempt at the same change came before, of which nobody may know the outcome.
	again bool
	// unprepared lists the statements that were run without being prepared.
	unprepared []string

	// kept is nil where statements are run at once.
	kept *kept

	processes []engine.Process
	jobs      []job
	newFlows  []string
	flowsAt   time.Time // when the first of them was stored
	// sessions are those that changed; one that is gone has only its ID.
	sessions []engine.Session
	// rows that were written, the new ones first, and whether others were that are not among them.
	newProcesses     []engine.Process
	wroteProcesses   written[engine.Process]
	wroteConnections written[engine.Connection]
	wroteOthers      bool
	// failed is the first error of a statement. What the transaction holds is then unsure.
	failed error
}

// begin returns a work that has done nothing yet. It ends with [work.commit] or [work.rollback].
func (s *Store) begin(ctx context.Context) (*work, error) {
	w := &work{store: s, ctx: ctx}
	if s.bulk == nil {
		return w, nil
	}
	var err error
	w.conn, err = s.writer.Conn(ctx)
	return w, err
}

// need begins the transaction for a statement that needs one.
func (w *work) need() (err error) {
	switch {
	case w.kept != nil:
		panic(errApart) // to work.run, so that the change does not go on with what it has not
	case w.tx != nil:
		return nil
	case w.conn != nil:
		w.tx, err = w.conn.BeginTx(w.ctx, nil)
	default:
		w.tx, err = w.store.writer.BeginTx(w.ctx, nil)
	}
	return w.fail(err)
}

// commit writes what was kept back and commits.
func (w *work) commit() error {
	if err := w.flushLast(); err != nil {
		return err
	}
	if err := w.enqueue(); err != nil {
		return err
	}
	if w.tx != nil {
		if err := w.tx.Commit(); err != nil {
			return w.fail(commitError{err})
		}
	}
	w.store.flows.add(w.newFlows, w.flowsAt)
	w.store.known.record(w.sessions)
	w.store.lately.record(w.sessions)
	w.store.counted.record(w.sessions)
	w.remember()
	w.end()
	w.store.jobs.inserted(w.jobs)
	return nil
}

// remember lets reads know what was written.
func (w *work) remember() {
	if w.wroteOthers {
		w.store.processes.forget()
		w.store.connections.forget()
		return
	}
	w.store.processes.add(w.newProcesses)
	w.store.processes.record(w.wroteProcesses)
	w.store.connections.record(w.wroteConnections)
}

// writesOthers says that a statement writes rows of processes or connections without naming them.
func (w *work) writesOthers() { w.wroteOthers = true }

// process returns the process as this work would find it in the database, and whether it is known
// without asking.
func (w *work) process(id string) (engine.Process, bool) {
	if w.wroteOthers {
		return engine.Process{}, false
	}
	return find(id, w.wroteProcesses, w.store.processes)
}

// connection is as process, for a connection.
func (w *work) connection(id string) (engine.Connection, bool) {
	if w.wroteOthers {
		return engine.Connection{}, false
	}
	return find(id, w.wroteConnections, w.store.connections)
}

// find returns a copy of a row that this transaction wrote, else of one that was written lately.
func find[R record[R]](id string, here written[R], lately *recent[R]) (row R, known bool) {
	switch own, wrote := here.get(id); {
	case !wrote:
		return lately.get(id)
	case own == nil:
		return row, false
	default:
		return (*own).Copy(), true
	}
}

// enqueue adds the background jobs.
func (w *work) enqueue() error {
	if len(w.jobs) == 0 {
		return nil
	}
	if w.conn != nil {
		return w.insertJobs()
	}
	if err := w.need(); err != nil {
		return err
	}
	return w.fail(w.store.jobs.insert(w.ctx, w.tx, w.jobs))
}

// rollback gives the transaction up. Its error tells nothing that the caller does not know.
func (w *work) rollback() {
	if w.tx != nil {
		_ = w.tx.Rollback()
	}
	w.end()
}

// end gives the connection back.
func (w *work) end() {
	if w.conn != nil {
		_ = w.conn.Close() // to the pool: there is nothing that could fail
	}
}

// run lets a change do its part; a panic in it becomes its error.
func (w *work) run(change func(t *transaction) error) (t *transaction, err error) {
	t = &transaction{work: w, mark: len(w.processes), jobsMark: len(w.jobs), sessionsMark: len(w.sessions)}
	defer func() {
		p := recover()
		if apart, is := p.(error); is && errors.Is(apart, errApart) {
			err = errApart
		} else if p != nil {
			err = fmt.Errorf("a change of the store panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return t, change(t)
}

// exec runs a statement and returns how many rows it changed.
func (w *work) exec(query string, args ...any) (int64, error) {
	if err := w.need(); err != nil {
		return 0, err
	}
	stmt, text := w.statement(query)
	var result sql.Result
	var err error
	if stmt != nil {
		result, err = stmt.ExecContext(w.ctx, args...)
	} else {
		result, err = w.tx.ExecContext(w.ctx, text, args...)
	}
	if err != nil {
		return 0, w.fail(err)
	}
	rows, err := result.RowsAffected()
	return rows, w.fail(err)
}

// row runs a statement that returns at most one row, and reads it; [sql.ErrNoRows] is no failure.
func (w *work) row(query string, args []any, into ...any) error {
	if err := w.need(); err != nil {
		return err
	}
	stmt, text := w.statement(query)
	var row *sql.Row
	if stmt != nil {
		row = stmt.QueryRowContext(w.ctx, args...)
	} else {
		row = w.tx.QueryRowContext(w.ctx, text, args...)
	}
	err := row.Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return w.fail(err)
}

// statement returns the prepared statement of this transaction, or the text to run instead.
func (w *work) statement(query string) (*sql.Stmt, string) {
	if stmt := w.stmts[query]; stmt != nil {
		return stmt, ""
	}
	if w.store.writes == nil {
		return nil, w.store.dialect.text(query)
	}
	prepared := w.store.writes.known(query)
	if prepared == nil {
		if !slices.Contains(w.unprepared, query) {
			w.unprepared = append(w.unprepared, query)
		}
		return nil, query
	}
	if w.stmts == nil {
		w.stmts = make(map[string]*sql.Stmt)
	}
	stmt := w.tx.StmtContext(w.ctx, prepared)
	w.stmts[query] = stmt
	return stmt, ""
}

func (w *work) fail(err error) error {
	if err != nil && w.failed == nil {
		w.failed = err
	}
	return err
}
