package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

const (
	createTable = `CREATE TABLE IF NOT EXISTS processes (id TEXT PRIMARY KEY, session TEXT, bank TEXT, username TEXT,
		scenario TEXT, status TEXT, created_at INTEGER, updated_at INTEGER, version INTEGER) WITHOUT ROWID`
	insertRow = `INSERT INTO processes VALUES (?, 'default', ?, ?, ?, ?, ?, ?, 1)`
	maxBatch  = 128
)

// rows keeps a row for each login, or none.
type rows struct {
	insert func(process, credentials) error
	// find reads a row by its key; nil where what is asked for stands in memory.
	find  func(id string) (process, error)
	close func() error
}

func openRows(ctx context.Context, kind, path string) (*rows, error) {
	if strings.HasPrefix(kind, "postgres") {
		return openPostgres(ctx, kind, path)
	}
	if kind == "net" || kind == "mux" {
		return &rows{
			insert: func(process, credentials) error { return nil },
			close:  func() error { return nil },
		}, nil
	}
	settings := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(NORMAL)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+settings.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(createTable); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	statement, err := db.Prepare(insertRow)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if kind == "sqlite-alone" {
		return &rows{insert: func(p process, c credentials) error { return execute(statement, p, c) }, close: db.Close}, nil
	}
	g := &group{db: db, statement: statement, waiting: make(chan *row, maxBatch)}
	go g.write()
	return &rows{insert: g.insert, close: db.Close}, nil
}

func execute(statement *sql.Stmt, p process, c credentials) error {
	_, err := statement.Exec(p.ID, p.BankSlug, c.username, c.password, p.Status, p.CreatedAt.UnixMilli(), p.UpdatedAt.UnixMilli())
	return err
}

// group commits the rows that wait together, through database/sql.
type group struct {
	db        *sql.DB
	statement *sql.Stmt
	waiting   chan *row
}

type row struct {
	process process
	login   credentials
	written chan error
}

func (g *group) insert(p process, c credentials) error {
	r := &row{process: p, login: c, written: make(chan error, 1)}
	g.waiting <- r
	return <-r.written
}

func (g *group) write() {
	for first := range g.waiting {
		batch := []*row{first}
		for len(batch) < maxBatch && len(g.waiting) > 0 {
			batch = append(batch, <-g.waiting)
		}
		err := g.commit(batch)
		for _, r := range batch {
			r.written <- err
		}
	}
}

func (g *group) commit(batch []*row) error {
	tx, err := g.db.Begin()
	if err != nil {
		return err
	}
	statement := tx.Stmt(g.statement)
	for _, r := range batch {
		if err := execute(statement, r.process, r.login); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}
