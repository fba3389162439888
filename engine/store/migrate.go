package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// versionTable records which migrations a database has had.
const versionTable = "mockbank_migrations"

// migrateSQLite brings the tables up to date.
func (s *Store) migrateSQLite(ctx context.Context) error {
	if err := markSQLite(ctx, s.writer); err != nil {
		return fmt.Errorf("mark it as mockbank's: %w", err)
	}
	if err := migrate(ctx, goose.DialectSQLite3, s.writer, "migrations/sqlite"); err != nil {
		return err
	}
	return s.migrateJobs(ctx, s.writer)
}

// migrate applies the migrations that the database has not had.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, folder string) error {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, db, files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true)) // a build between two releases may have had some later ones, and lack earlier ones
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the tables: %w", err)
	}
	if current > newest {
		return fmt.Errorf("its tables have version %d, this mockbank knows up to %d: use a newer mockbank", current, newest)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}
