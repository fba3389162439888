package store

import (
	"errors"

	"github.com/mockbank/mockbank/engine"
)

// errApart says that a change cannot share a transaction with others, or is to be run again without them.
var errApart = errors.New("a transaction of its own")

// kept is what a change on PostgreSQL leaves to be written with others (see [batches]). While it is not nil, a [work] runs no
// statement: it keeps back every write of which nothing but its failure has to be known, as if it had succeeded. Whatever
// needs the database before the change's end (a count, a lock, a row that is not at hand) ends the run with a panic: the change
// goes apart, which is to be run anew in a transaction of its own.
type kept struct {
	// saves are statements that each change one row, if it is still of the version that the change knows and nobody has it
	// locked.
	saves []statement
	// connections and steps are rows, with the values of [connectionAll] and of [stepColumns].
	connections, steps [][]any
	// expects are sessions that must still be of their versions.
	expects []engine.Session
	// sessions are those of the connections that the change wrote, by identifier.
	sessions map[string]string
}

// statement is one with its values.
type statement struct {
	query string
	args  []any
}

// nothing reports whether the change leaves nothing to be written.
func (w *work) nothing() bool {
	k := w.kept
	return len(w.processes)+len(w.jobs)+len(k.saves)+len(k.connections)+len(k.steps) == 0
}

// save makes an update of one row, or keeps back one that does the same if the row is free; "" where there is none. It returns
// how many rows there were.
func (t *transaction) save(query, ifFree string, args []any) (int64, error) {
	if t.kept == nil || ifFree == "" {
		return t.write(query, args...)
	}
	t.kept.saves = append(t.kept.saves, statement{ifFree, args})
	return 1, nil
}

// wrote notes that the change wrote a connection.
func (k *kept) wrote(id, session string) {
	if k.sessions == nil {
		k.sessions = make(map[string]string, 1)
	}
	k.sessions[id] = session
}

// keepStep keeps a step back of a connection that this change wrote, so that it is known to be there.
func (t *transaction) keepStep(s *engine.ImportStep) error {
	session, wrote := t.kept.sessions[s.ConnectionID]
	if !wrote {
		return t.need()
	}
	t.kept.steps = append(t.kept.steps, stepRow(t.store.dialect, s, session))
	return nil
}

// ifFree is an update of one row, by its identifier and version, that passes over a row which another transaction has locked:
// a batch waits for nobody, so that it can neither hold others up nor be part of a deadlock.
func ifFree(table string, set columns) string {
	return "UPDATE " + table + " SET " + set.set() + ", written_at = ? WHERE id = (SELECT id FROM " + table +
		" WHERE id = ? AND version = ? FOR NO KEY UPDATE SKIP LOCKED)"
}
