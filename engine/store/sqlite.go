package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/mockbank/mockbank/engine"
)

// openMemory opens a database that ends with the Store. It is a file in the folder for temporary
// files: SQLite's own databases in memory let no reader in while the writer writes.
func openMemory(ctx context.Context, options Options) (*Store, error) {
	folder, err := os.MkdirTemp("", "mockbank-")
	if err != nil {
		return nil, fmt.Errorf("a database in memory needs a folder for temporary files (TMPDIR): %w", err)
	}
	remove := closer(func() error { return os.RemoveAll(folder) })
	options.Synchronous = "OFF" // it ends with the process anyway
	s, err := openSQLite(ctx, filepath.Join(folder, "mockbank.db"), options)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	s.closers = append([]io.Closer{remove}, s.closers...)
	s.place = "SQLite database in memory"
	return s, nil
}

// closer lets a function close something.
type closer func() error

// Close calls the function.
func (c closer) Close() error { return c() }

func openSQLite(ctx context.Context, path string, options Options) (_ *Store, err error) {
	s := &Store{dialect: lite{}, options: options, flows: newKnownFlows(flowMark), place: fmt.Sprintf("SQLite database %q", path)}
	s.starting = newStarting(options, s.place)
	defer func() {
		s.starting.stop()
		if err != nil {
			err = fmt.Errorf("database %q: %w", path, explainSQLite(err))
			err = errors.Join(err, s.Close())
		}
	}()
	target, err := s.own(ctx, path)
	if err != nil {
		return nil, err
	}
	if s.writer, err = s.pool(sqliteWriter(target, options)); err != nil {
		return nil, err
	}
	s.writer.SetMaxOpenConns(1)
	s.work = s.writer
	if err := s.migrateSQLite(ctx); err != nil {
		return nil, err
	}
	if s.readers, err = s.pool(sqliteReader(target, options)); err != nil {
		return nil, err
	}
	s.readers.SetMaxOpenConns(options.Readers)
	s.readers.SetMaxIdleConns(options.Readers)
	s.reads, s.writes = newStatements(s.readers), newStatements(s.writer)
	s.closers = append(s.closers, s.reads, s.writes)
	if s.jobs, err = newEnqueuer(s); err != nil {
		return nil, err
	}
	if s.known, err = s.readKnownSessions(ctx); err != nil {
		return nil, err
	}
	s.bulk = new(bulk)
	s.closers = append(s.closers, s.bulk)
	s.processes = newRecent(recentProcesses, func(p *engine.Process) string { return p.ID })
	s.connections = newRecent(recentConnections, func(c *engine.Connection) string { return c.ID })
	s.group = newGroup(s)
	if err := s.startCheckpointer(target, options); err != nil {
		return nil, err
	}
	s.startWatch()
	return s, nil
}

// own takes the file for this process alone, and sees to it that it is, or can become, mockbank's. It returns the
// file's path without links, beside which SQLite keeps its other files.
func (s *Store) own(ctx context.Context, path string) (string, error) {
	s.stage("wait for the file")
	path, err := checkFile(path)
	if err != nil {
		return "", err
	}
	s.file, err = takeFile(ctx, path, s.options.lockPatience)
	if err != nil {
		return "", err
	}
	s.closers = append(s.closers, s.file)
	if err := checkHeader(s.file.file); err != nil {
		return "", err
	}
	s.stage("wait until no other program has the file locked")
	if err := s.awaitLock(ctx, path); err != nil {
		return "", err
	}
	s.stage("bring the tables up to date")
	return path, nil
}

// pool opens a pool that ends with the store.
func (s *Store) pool(address string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", address)
	if err == nil {
		s.closers = append(s.closers, db)
		db.SetConnMaxLifetime(0)
		db.SetMaxIdleConns(1)
	}
	return db, err
}

// sqliteWriter is the address of the connection that writes. Its transactions take the write lock
// when they begin, so that none fails half-way for want of it.
func sqliteWriter(path string, options Options) string {
	return sqliteAddress(path, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			busyTimeout(options.writeLockPatience), "journal_mode(WAL)", "wal_autocheckpoint(8000)", "synchronous(" +
				string(options.Synchronous) + ")",
			"foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-16000)", "journal_size_limit(67108864)",
		},
	})
}

func sqliteReader(path string, options Options) string {
	return sqliteAddress(path, url.Values{
		"mode":    {"ro"},
		"_pragma": {busyTimeout(options.lockPatience), "query_only(1)", "temp_store(MEMORY)"},
	})
}

func busyTimeout(patience time.Duration) string {
	return fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds())
}

func sqliteAddress(path string, settings url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}
