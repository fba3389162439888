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

func (lite) sessionTime() string {
	return `coalesce(s.clock_frozen_at, strftime('%Y-%m-%dT%H:%M:%fZ', ?, (s.clock_offset / 1000.0) || ' seconds'))`
}

func (lite) sessionID() string { return "s.id" }

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
	switch problem, known := sqliteProblems[reported.Code()&primary]; {
	case problem.broken:
		return classBroken
	case known:
		return classUnavailable
	}
	return classOther
}

func (lite) explain(err error) string { return sqliteProblems[sqliteCode(err)].words }
