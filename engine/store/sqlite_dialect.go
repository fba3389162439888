package store

import (
	"errors"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/mockbank/mockbank/engine"
)

// lite is the dialect of SQLite.
type lite struct{}

func (lite) name() string { return "sqlite" }

func (lite) text(query string) string { return query }

func (lite) time(t time.Time) any { return engine.FormatTime(t) }

func (lite) lockUser() string { return "" }

func (lite) class(err error) class {
	var reported *sqlite.Error
	if !errors.As(err, &reported) {
		return classOther
	}
	switch reported.Code() {
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return classForeignKey
	case sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		return classNoParent
	}
	switch reported.Code() & 0xff { // the primary code
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN:
		return classUnavailable
	}
	return classOther
}
