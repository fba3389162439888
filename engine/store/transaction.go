package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// transaction is the part that one change has in a [work]; it implements [engine.Tx].
type transaction struct {
	*work
	// mark and jobsMark are how many rows were kept back before this change.
	mark, jobsMark, sessionsMark int
	// wrote says that the change ran statements that only a rollback takes back.
	wrote bool
}

var _ engine.Tx = (*transaction)(nil)

// undo takes back what a change that failed only kept back, so that the others of its work go on. Of the lists of a [work],
// these three alone hold what no statement has done yet. The rest need no undoing: they say what is in the database
// (a flow that was there, a row as it was read), or stand beside a statement that changed rows or failed. Then wrote or
// [work].failed is set, and the work is rolled back whole, its lists with it. A work with [kept] has one change, and is
// never gone on with. Who adds a list that grows without a statement takes it back here.
func (t *transaction) undo() {
	t.processes = t.processes[:t.mark]
	t.jobs = t.jobs[:t.jobsMark]
	t.sessions = t.sessions[:t.sessionsMark]
}

// write runs a statement that changes rows.
func (t *transaction) write(query string, args ...any) (int64, error) {
	rows, err := t.exec(query, args...)
	if rows > 0 || err != nil {
		t.wrote = true
	}
	return rows, err
}

// flushBefore writes what was kept back, for a statement that has to see it.
func (t *transaction) flushBefore() error {
	if len(t.processes) > t.mark {
		t.wrote = true
	}
	t.mark = 0
	return t.flush()
}

// insertAlone can be run again where nobody knows whether it was run.
var insertAlone = insertProcesses[0] + " ON CONFLICT (id) DO NOTHING"

// flushLast is as flush, where only jobs come after it. On PostgreSQL a single row needs no transaction
// around it then, which would be two more round trips.
func (w *work) flushLast() error {
	if w.store.bulk != nil || w.tx != nil || len(w.processes) != 1 || len(w.jobs) > 0 {
		return w.flush()
	}
	args := appendProcess(nil, w.store.dialect, &w.processes[0])
	result, err := w.store.writer.ExecContext(w.ctx, w.store.dialect.text(insertAlone), args...)
	if err != nil {
		return w.fail(err)
	}
	rows, err := result.RowsAffected()
	if err == nil && rows == 0 && !w.again {
		err = fmt.Errorf("process %s is there already", w.processes[0].ID)
	}
	return w.fail(err)
}

// flush inserts the processes that were kept back.
func (w *work) flush() (err error) {
	rest := w.processes
	if len(rest) == 0 {
		return nil
	}
	if bulk := w.store.bulk; bulk == nil {
		err = w.flushHalving(rest)
	} else {
		if !bulk.single(rest) {
			err = w.need()
		}
		if err == nil {
			err = w.fail(w.conn.Raw(func(conn any) error { return bulk.insert(w.ctx, conn, rest) }))
		}
	}
	if err != nil {
		return err
	}
	w.processes = nil
	if w.newProcesses == nil {
		w.newProcesses = rest // as nearly always: none is copied
	} else {
		w.newProcesses = append(w.newProcesses, rest...)
	}
	return nil
}

// flushHalving inserts rows in statements of 64, 32, 16, ... of them: few texts, so that each is
// prepared once.
func (w *work) flushHalving(rest []engine.Process) error {
	return halving(rest, func(size int, rows []engine.Process) error {
		args := make([]any, 0, len(processAll)<<size)
		for i := range rows {
			args = appendProcess(args, w.store.dialect, &rows[i])
		}
		_, err := w.exec(insertProcesses[size], args...)
		return err
	})
}

// Process implements [engine.Tx].
func (t *transaction) Process(id string) (p engine.Process, err error) {
	if row, known := t.process(id); known {
		return row, nil
	}
	if err := t.flushBefore(); err != nil {
		return p, err
	}
	err = notFound(t.row(selectProcess, []any{id}, processTargets(&p)...))
	return p, err
}

// Connection implements [engine.Tx].
func (t *transaction) Connection(id string) (c engine.Connection, err error) {
	if row, known := t.connection(id); known {
		return row, nil
	}
	err = notFound(t.row(selectConnection, []any{id}, connectionTargets(&c)...))
	if err == nil {
		t.wroteConnection(&c, c.Generation)
	}
	return c, err
}

// wroteConnection notes the connection as it is now in the database.
func (t *transaction) wroteConnection(c *engine.Connection, turn int) {
	row := c.Copy()
	row.Generation = turn
	t.wroteConnections = append(t.wroteConnections, rowOf[engine.Connection]{c.ID, &row})
}

// InsertProcess implements [engine.Tx].
func (t *transaction) InsertProcess(p engine.Process, flow *engine.Flow) error {
	if err := t.keepFlow(flow); err != nil {
		return err
	}
	p.Version = 1
	t.processes = append(t.processes, p)
	return nil
}

// SaveProcess implements [engine.Tx].
func (t *transaction) SaveProcess(p engine.Process) error {
	if err := t.flushBefore(); err != nil {
		return err
	}
	before := p.Version
	p.Version++
	args := append(appendMovingProcess(nil, t.store.dialect, &p), t.store.dialect.time(t.store.options.Now()), p.ID, before)
	err := stale(t.save(updateProcess, saveFreeProcess, args))
	if err == nil {
		row := p.Copy()
		t.wroteProcesses = append(t.wroteProcesses, rowOf[engine.Process]{p.ID, &row})
	}
	return err
}

// InsertConnection implements [engine.Tx].
func (t *transaction) InsertConnection(c engine.Connection, flow *engine.Flow, due time.Time) error {
	if err := t.keepFlow(flow); err != nil {
		return err
	}
	c.Version = 1
	args := appendFixedConnection(make([]any, 0, len(connectionAll)), t.store.dialect, &c)
	args = appendMovingConnection(appendConnectionRun(args, &c), t.store.dialect, &c)
	if t.kept != nil {
		t.kept.connections = append(t.kept.connections, args)
		t.kept.wrote(c.ID, c.Session)
	} else if _, err := t.write(insertConnection, args...); err != nil {
		return err
	}
	t.wroteConnection(&c, c.Generation)
	t.enqueue(&c, due)
	return nil
}

// SaveConnection implements [engine.Tx].
func (t *transaction) SaveConnection(c engine.Connection, restart bool, flow *engine.Flow) error {
	query, args := updateConnection, make([]any, 0, len(connectionSaved)+3)
	if restart {
		if err := t.keepFlow(flow); err != nil {
			return err
		}
		query, args = restartConnection, appendConnectionRun(args, &c)
	}
	before := c.Version
	c.Version++
	args = append(appendMovingConnection(args, t.store.dialect, &c), t.store.dialect.time(t.store.options.Now()), c.ID, before)
	stored, known := t.connection(c.ID)
	free := saveFreeConnection
	if restart {
		free = "" // what a new run brings is not kept back
	}
	if err := stale(t.save(query, free, args)); err != nil {
		return err
	}
	if t.kept != nil {
		t.kept.wrote(c.ID, c.Session)
	}
	switch {
	case restart:
		t.wroteConnection(&c, c.Generation)
		t.enqueue(&c, time.Time{})
	case known:
		t.wroteConnection(&c, stored.Generation)
	default: // whose turn is not known
		t.wroteConnections = append(t.wroteConnections, rowOf[engine.Connection]{id: c.ID})
	}
	return nil
}

// DeleteConnection implements [engine.Tx].
func (t *transaction) DeleteConnection(id string) error {
	t.wroteConnections = append(t.wroteConnections, rowOf[engine.Connection]{id: id})
	if _, err := t.write(deleteHistory, id); err != nil {
		return err
	}
	rows, err := t.write(deleteConnection, id)
	if err == nil && rows == 0 {
		return engine.ErrNotFound
	}
	return err
}

// AppendHistory implements [engine.Tx].
func (t *transaction) AppendHistory(steps ...engine.ImportStep) error {
	for i := range steps {
		if t.kept != nil {
			if err := t.keepStep(&steps[i]); err != nil {
				return err
			}
			continue
		}
		_, err := t.write(insertStep, stepArgs(t.store.dialect, &steps[i])...)
		if err != nil && t.store.dialect.class(err) == classNoParent {
			return fmt.Errorf("connection %q: %w", steps[i].ConnectionID, engine.ErrNotFound)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	insertFlow = `INSERT INTO flows (hash, scenario, body, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (hash) DO NOTHING`
	markFlow = `INSERT INTO flows (hash, scenario, body, created_at, used_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET used_at = max(flows.used_at, excluded.used_at)`
)

// KeepFlow implements [engine.Tx].
func (t *transaction) KeepFlow(flow *engine.Flow) error { return t.keepFlow(flow) }

// Flow implements [engine.Tx].
func (t *transaction) Flow(hash string) (body []byte, err error) {
	var text string
	err = notFound(t.row(selectFlow, []any{hash}, &text))
	return []byte(text), err
}

// keepFlow stores a flow that the database is not known to have. On SQLite its row tells when a row last began to refer to it.
func (t *transaction) keepFlow(flow *engine.Flow) error {
	if flow == nil {
		return nil
	}
	now := t.store.options.Now()
	if t.store.flows.has(flow.Hash(), now) {
		return nil
	}
	for _, hash := range t.newFlows {
		if hash == flow.Hash() {
			return nil
		}
	}
	at := t.store.dialect.time(now)
	query, args := insertFlow, []any{flow.Hash(), flow.Scenario, string(flow.Encode()), at}
	if t.store.group != nil {
		query, args = markFlow, append(args, at)
	}
	if _, err := t.write(query, args...); err != nil {
		return err
	}
	if len(t.newFlows) == 0 {
		t.flowsAt = now
	}
	t.newFlows = append(t.newFlows, flow.Hash())
	return nil
}

// enqueue adds the job of a connection's run, which comes at a time by the wall clock.
func (t *transaction) enqueue(c *engine.Connection, due time.Time) {
	next := ImportJob{ConnectionID: c.ID, Run: c.Run}
	if due.IsZero() {
		t.jobs = append(t.jobs, next)
		return
	}
	t.jobs = append(t.jobs, dueJob{next, due})
}

// stale turns an update that found no row of its version into [engine.ErrStale].
func stale(rows int64, err error) error {
	if err == nil && rows == 0 {
		return engine.ErrStale
	}
	return err
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return engine.ErrNotFound
	}
	return err
}
