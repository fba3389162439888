package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// primary is the part of an SQLite code that says what happened; the rest says where.
const primary = 0xff

// sqliteProblems say what SQLite's codes mean, and what to do. Those that are broken say that the file is, and stays so.
var sqliteProblems = map[int]struct {
	words  string
	broken bool
}{
	sqlite3.SQLITE_BUSY:     {words: "another process holds it locked: end that one, or its transaction"},
	sqlite3.SQLITE_LOCKED:   {words: "another process holds it locked: end that one, or its transaction"},
	sqlite3.SQLITE_FULL:     {words: "the disk is full: make room where the database lies"},
	sqlite3.SQLITE_READONLY: {words: "it cannot be written to: look at the rights of the file and its folder, and how the disk is mounted"},
	sqlite3.SQLITE_PERM:     {words: "it may not be opened: look at the rights of the file and its folder"},
	sqlite3.SQLITE_CANTOPEN: {words: "a file of it (it ends in .db, -wal or -shm) cannot be opened: look at the rights of its folder, " +
		"and at the limit of open files"},
	sqlite3.SQLITE_IOERR:    {words: "the disk reports an error: look at its health and its room"},
	sqlite3.SQLITE_PROTOCOL: {words: "its locks do not work where it lies: put it on a local disk"},
	sqlite3.SQLITE_NOLFS:    {words: "the disk cannot hold a file of its size: put it on another"},
	sqlite3.SQLITE_NOMEM:    {words: "there is no memory left"},
	sqlite3.SQLITE_CORRUPT:  {words: damaged, broken: true},
	sqlite3.SQLITE_NOTADB:   {words: damaged, broken: true},
	sqlite3.SQLITE_FORMAT:   {words: damaged, broken: true},
}

const damaged = "the file is damaged or no SQLite database: move it away, or restore it"

// sqliteCode returns the primary code of an error, 0 where it is none of SQLite's.
func sqliteCode(err error) int {
	var reported *sqlite.Error
	if !errors.As(err, &reported) {
		return 0
	}
	return reported.Code() & primary
}

func isBusy(err error) bool {
	code := sqliteCode(err)
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}

// explainSQLite adds what to do to errors of the start that a user can do something about.
func explainSQLite(err error) error {
	if problem, known := sqliteProblems[sqliteCode(err)]; known {
		return fmt.Errorf("%s (%w)", problem.words, err)
	}
	return err
}
