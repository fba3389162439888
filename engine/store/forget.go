package store

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/mockbank/mockbank/engine"
)

// maxTouched bounds how many rows a statement removes that goes by a session.
const maxTouched = 1000

// forgottenTables are the tables of which a session's rows are removed, with the columns of their keys. A connection's
// history goes before the connection: the foreign key would take along any number of rows with it.
var forgottenTables = []struct{ table, key string }{
	{"bank_authentication_processes", "id"},
	{"counters", "session, bank, username, kind, name"},
	{"rate_windows", "session, bank, username, kind, name"},
	{"idempotency_keys", "session, route, key"},
	{"webhook_deliveries", "number"},
	{"awaited_endings", "process_id"},
	{"api_identifiers", "api, lookup"},
	{"api_kept", "process_id"},
}

// forgetRows removes a portion of a session's rows of a table.
func forgetRows(table, key, session string) string {
	return fmt.Sprintf(`DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s WHERE session = ?%[3]s LIMIT ?)`,
		table, key, furtherCondition(table, session))
}

// furtherCondition repeats, for processes, what the index on their sessions says: one on the session default too would
// cost each login more than all its other columns. Of claims those without an answer stay: their requests are under way,
// and the very one that forgets may be among them.
func furtherCondition(table, session string) string {
	switch {
	case table == "idempotency_keys":
		return ` AND answer IS NOT NULL`
	case table == "bank_authentication_processes":
		return ofSession(session)
	}
	return ""
}

// ofSession is what is to be added to `session = ?` in a statement over processes, so that it goes by the index on their
// sessions. The session default is in none: see [furtherCondition].
func ofSession(session string) string {
	if session == engine.DefaultSession {
		return ""
	}
	return ` AND session <> 'default'`
}

const (
	portionOfConnections = `SELECT id FROM bank_connections WHERE session = ? ORDER BY id LIMIT ?`
	forgetHistory        = `DELETE FROM import_history WHERE (connection_id, run, number) IN (
		SELECT connection_id, run, number FROM import_history WHERE connection_id IN (` + portionOfConnections + `) LIMIT ?)`
	forgetConnections = `DELETE FROM bank_connections WHERE id IN (` + portionOfConnections + `)`

	insertForgetting = `INSERT INTO forgettings (id, session, remove, created_at) VALUES (?, ?, ?, ?)`
	selectForgetting = `SELECT id, session, remove FROM forgettings WHERE id = ?`
	deleteForgetting = `DELETE FROM forgettings WHERE id = ?`
)

// ForgetSession implements [engine.Tx].
func (t *transaction) ForgetSession(id string, portion int) (left bool, err error) {
	portion = min(portion, maxTouched)
	t.writesOthers()
	if err := t.flushBefore(); err != nil {
		return false, err
	}
	if left, err = t.forgetConnections(id, portion); err != nil {
		return left, err
	}
	for _, from := range forgottenTables {
		rows, err := t.write(forgetRows(from.table, from.key, id), id, portion)
		if err != nil {
			return false, err
		}
		left = left || rows >= int64(portion)
	}
	return left, nil
}

func (t *transaction) forgetConnections(session string, portion int) (left bool, err error) {
	steps, err := t.write(forgetHistory, session, portion, maxTouched)
	if err != nil || steps == maxTouched {
		return err == nil, err
	}
	rows, err := t.write(forgetConnections, session, portion)
	return rows >= int64(portion), err
}

// SaveForgetting implements [engine.Tx].
func (t *transaction) SaveForgetting(f engine.Forgetting) error {
	now := t.store.options.Now()
	if _, err := t.write(insertForgetting, f.ID, f.Session, f.Remove, t.store.dialect.time(now)); err != nil {
		return err
	}
	t.jobs = append(t.jobs, dueJob{ForgetJob{ID: f.ID}, now.Add(engine.ForgetDelay)})
	return nil
}

// Forgetting implements [engine.Tx].
func (t *transaction) Forgetting(id string) (f engine.Forgetting, err error) {
	err = t.row(selectForgetting, []any{id}, &f.ID, &f.Session, &f.Remove)
	if errors.Is(err, sql.ErrNoRows) {
		return f, engine.ErrNotFound
	}
	return f, err
}

// DropForgetting implements [engine.Tx].
func (t *transaction) DropForgetting(id string) error {
	_, err := t.write(deleteForgetting, id)
	return err
}
