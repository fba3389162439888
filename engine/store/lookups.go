package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/mockbank/mockbank/engine"
)

// How reads share round trips on PostgreSQL: see [gather].
const (
	lookupLanes = 2
	lookupPays  = 12
)

// lookups lets reads of rows by their keys share round trips on PostgreSQL: what is asked for at the same time is looked up by
// one statement for each table. A row that several ask for is read once. Nothing is kept: each read sees every commit that
// was made before it was asked for, on whatever node. With a record comes its session.
//
// A caller who goes away is not waited for: a lane writes nothing that is the caller's.
type lookups struct {
	store  *Store
	gather *gather[*lookup]
}

// lookup is one row that is asked for.
type lookup struct {
	table tableOf
	id    string
	// what was found.
	process    engine.Process
	connection engine.Connection
	session    engine.Session
	done       chan error // [engine.ErrNotFound] where there is no such row
}

// tableOf is what a lookup is made in.
type tableOf int

const (
	inProcesses tableOf = iota
	inConnections
	inSessions
	lookupTables
)

// Each row is looked up by itself within the statement, by a limit of one: a join would be planned by what the planner believes
// of a table that has just been made, and could read all of it.
var lookupTexts = [lookupTables]string{
	inProcesses:   lookupText("bank_authentication_processes", processAll),
	inConnections: lookupText("bank_connections", connectionAll),
	inSessions: `SELECT s.* FROM unnest(?::text[]) AS asked (id) CROSS JOIN LATERAL (SELECT ` + sessionColumns.list() +
		` FROM sessions WHERE id = asked.id COLLATE "C" LIMIT 1) AS s`,
}

func lookupText(table string, all columns) string {
	return `SELECT r.* FROM unnest(?::text[]) AS asked (id) CROSS JOIN LATERAL (SELECT ` + all.of("t") + ", " + sessionColumns.of("s") +
		` FROM ` + table + ` t LEFT JOIN sessions s ON s.id = t.session COLLATE "C" WHERE t.id = asked.id COLLATE "C" LIMIT 1) AS r`
}

func newLookups(s *Store) *lookups {
	l := &lookups{store: s}
	l.gather = &gather[*lookup]{
		work: l.answer, lanes: min(lookupLanes, max(1, s.options.PoolSize-1)), most: s.options.maxBatch, pays: lookupPays,
		yields: s.options.gather,
	}
	return l
}

// find looks a row up.
func (l *lookups) find(ctx context.Context, table tableOf, id string) (*lookup, error) {
	asked := &lookup{table: table, id: id, done: make(chan error, 1)}
	err := l.store.read(ctx, func(ctx context.Context) error {
		if err := l.gather.hand(asked); err != nil {
			return err
		}
		select {
		case err := <-asked.done:
			return err
		case <-ctx.Done():
			l.gather.withdraw(asked)
			asked = &lookup{} // a lane may still write to the other
			return ctx.Err()
		}
	})
	return asked, err
}

// answer looks a batch up, and answers each of it.
func (l *lookups) answer(batch []*lookup) {
	ctx, cancel := context.WithTimeout(context.Background(), l.store.options.Timeout)
	defer cancel()
	found := make(map[*lookup]bool, len(batch))
	err := l.store.native(ctx, func(conn *pgx.Conn) error {
		clear(found)
		return l.read(ctx, conn, batch, found)
	})
	if err != nil && len(batch) > 1 && l.store.dialect.class(err) == classOther {
		for i := range batch {
			l.answer(batch[i : i+1]) // one of the rows is to blame
		}
		return
	}
	for _, asked := range batch {
		if err == nil {
			l.store.lately.saw(asked)
		}
		switch {
		case err != nil:
			asked.done <- err
		case !found[asked]:
			asked.done <- engine.ErrNotFound
		default:
			asked.done <- nil
		}
	}
}

// read sends a statement for each table that something is asked of.
func (l *lookups) read(ctx context.Context, conn *pgx.Conn, batch []*lookup, found map[*lookup]bool) (err error) {
	var asked [lookupTables]map[string][]*lookup
	for _, one := range batch {
		if asked[one.table] == nil {
			asked[one.table] = make(map[string][]*lookup)
		}
		asked[one.table][one.id] = append(asked[one.table][one.id], one)
	}
	sent := &pgx.Batch{}
	for table, byID := range asked {
		if len(byID) == 0 {
			continue
		}
		ids := make([]string, 0, len(byID))
		for id := range byID {
			ids = append(ids, id)
		}
		sent.Queue(l.store.dialect.text(lookupTexts[table]), ids).Query(func(rows pgx.Rows) error {
			return each(rows, func() error { return give(tableOf(table), rows, byID, found) })
		})
	}
	return conn.SendBatch(ctx, sent).Close()
}

// each reads all rows.
func each(rows pgx.Rows, row func() error) error {
	defer rows.Close()
	for rows.Next() {
		if err := row(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// give gives a row to everybody who asked for it: to each a copy of its own.
func give(table tableOf, rows pgx.Rows, byID map[string][]*lookup, found map[*lookup]bool) error {
	var read lookup
	var err error
	switch table {
	case inProcesses:
		err = scanWithSession(rows, processTargets(&read.process), &read.session)
		read.id = read.process.ID
	case inConnections:
		err = scanWithSession(rows, connectionTargets(&read.connection), &read.session)
		read.id = read.connection.ID
	default:
		err = rows.Scan(sessionTargets(&read.session)...)
		read.id = read.session.ID
	}
	if err != nil {
		return err
	}
	askers := byID[read.id]
	if len(askers) == 0 {
		return errors.New("a row came that nobody asked for")
	}
	for i, asker := range askers {
		if i == 0 {
			asker.process, asker.connection, asker.session = read.process, read.connection, read.session
		} else {
			asker.process, asker.connection, asker.session = read.process.Copy(), read.connection.Copy(), read.session.Copy()
		}
		found[asker] = true
	}
	return nil
}

// scanWithSession reads a record's row and, behind it, that of its session, where there is one.
func scanWithSession(rows pgx.Rows, targets []any, session *engine.Session) error {
	if rows.RawValues()[len(targets)] == nil {
		return rows.Scan(append(targets, make([]any, len(sessionColumns))...)...)
	}
	return rows.Scan(append(targets, sessionTargets(session)...)...)
}
