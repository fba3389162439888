package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

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
	if err := checkFile(path); err != nil {
		return nil, err
	}
	s := &Store{dialect: lite{}, options: options, flows: newKnownFlows(), place: fmt.Sprintf("SQLite database %q", path)}
	defer func() {
		if err != nil {
			err = fmt.Errorf("database %q: %w", path, explainSQLite(err))
			err = errors.Join(err, s.Close())
		}
	}()
	if err := s.own(ctx, path, options); err != nil {
		return nil, err
	}
	if s.writer, err = s.pool(sqliteWriter(path, options)); err != nil {
		return nil, err
	}
	s.writer.SetMaxOpenConns(1)
	s.work = s.writer
	if err := s.migrateSQLite(ctx); err != nil {
		return nil, err
	}
	if s.readers, err = s.pool(sqliteReader(path, options)); err != nil {
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
	if err := s.startCheckpointer(path, options); err != nil {
		return nil, err
	}
	return s, nil
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
			busyTimeout(options), "journal_mode(WAL)", "wal_autocheckpoint(8000)", "synchronous(" + string(options.Synchronous) + ")",
			"foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-16000)", "journal_size_limit(67108864)",
		},
	})
}

func sqliteReader(path string, options Options) string {
	return sqliteAddress(path, url.Values{
		"mode":    {"ro"},
		"_pragma": {busyTimeout(options), "query_only(1)", "temp_store(MEMORY)"},
	})
}

func busyTimeout(options Options) string {
	return fmt.Sprintf("busy_timeout(%d)", options.lockPatience.Milliseconds())
}

func sqliteAddress(path string, settings url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}

// checkFile finds what SQLite would report in words that do not help.
func checkFile(path string) error {
	folder := filepath.Dir(path)
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("database %q: there is no folder %q: create it, or name another file", path, folder)
	case err != nil:
		return fmt.Errorf("database %q: %w", path, err)
	case !info.IsDir():
		return fmt.Errorf("database %q: %q is no folder", path, folder)
	}
	if err := checkContent(path); err != nil {
		return err
	}
	probe, err := os.CreateTemp(folder, ".mockbank-*")
	if err != nil {
		return fmt.Errorf("database %q: the folder %q cannot be written to (the database keeps files beside it): %w",
			path, folder, errors.Unwrap(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// checkContent looks at a file that is there already.
func checkContent(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("database %q: %w", path, err)
	case info.IsDir():
		return fmt.Errorf("database %q is a folder: name a file in it, such as %q", path, filepath.Join(path, "mockbank.db"))
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("database %q cannot be written to: %w", path, errors.Unwrap(err))
	}
	defer file.Close()
	header := make([]byte, 16)
	n, err := io.ReadFull(file, header)
	if err != nil && n > 0 || n == len(header) && string(header) != "SQLite format 3\x00" {
		return fmt.Errorf("%q is not an SQLite database: name another file", path)
	}
	return nil
}

// explainSQLite adds what to do to errors that a user can mend.
func explainSQLite(err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "SQLITE_BUSY"), strings.Contains(text, "database is locked"):
		return fmt.Errorf("another process holds it locked: %w", err)
	case strings.Contains(text, "malformed"), strings.Contains(text, "not a database"):
		return fmt.Errorf("the file is damaged or no SQLite database: move it away, or restore it: %w", err)
	default:
		return err
	}
}
