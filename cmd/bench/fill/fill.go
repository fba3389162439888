package fill

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// Span is over how much time before the rows that are there their copies are spread.
const Span = 29 * 24 * time.Hour

// Grown is what a database holds.
type Grown struct {
	Processes, Connections, Steps, Jobs int64
	// Bytes is its size, indexes included.
	Bytes int64
}

// Rows is the sum of the records' rows.
func (g Grown) Rows() int64 { return g.Processes + g.Connections + g.Steps }

// Grow copies the records of the database at address until there are about so many rows: processes, connections and the
// steps of their histories together. Nobody else may have the database open.
//
// A copy is of all records at once: its identifiers, names of users and times are its own, and older than those of the
// originals by up to [Span]. Imports that are not over are due when the originals are, and have jobs.
func Grow(ctx context.Context, address string, rows int64) (Grown, error) {
	db, d, err := open(address)
	if err != nil {
		return Grown{}, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // what is set and made for a while is of one connection
	g := &grower{db: db, dialect: d, ended: time.Now().Add(-time.Hour)}
	if err := g.do(ctx, d.before()); err != nil {
		return Grown{}, err
	}
	held, err := g.count(ctx)
	if err != nil {
		return held, err
	}
	if held.Rows() == 0 {
		return held, fmt.Errorf("there are no rows that could be copied")
	}
	if err := g.copies(ctx, int(rows/held.Rows())-1); err != nil {
		return held, err
	}
	if err := g.do(ctx, d.after()); err != nil {
		return held, err
	}
	return g.count(ctx)
}

// Identifiers returns up to so many identifiers of a table's rows, from all over it.
func Identifiers(ctx context.Context, address, table, condition string, most int64) (ids []string, err error) {
	db, _, err := open(address)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var rows int64
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+table+" WHERE "+condition).Scan(&rows); err != nil {
		return nil, err
	}
	every := max(1, rows/most)
	found, err := db.QueryContext(ctx, fmt.Sprintf("SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM %s WHERE %s) "+
		"AS numbered WHERE n %% %d = 0", table, condition, every))
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var id string
		if err := found.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, found.Err()
}

func open(address string) (*sql.DB, dialect, error) {
	if strings.HasPrefix(address, "postgres") {
		db, err := sql.Open("pgx", address)
		return db, postgres{}, err
	}
	db, err := sql.Open("sqlite", address)
	return db, sqlite{now: time.Now().UTC().Format("2006-01-02T15:04:05.000Z")}, err
}

type grower struct {
	db      *sql.DB
	dialect dialect
	ended   time.Time // when the youngest copy was made
}

func (g *grower) do(ctx context.Context, statements []string) error {
	for _, statement := range statements {
		if _, err := g.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w, in: %s", err, statement)
		}
	}
	return nil
}

// copied are the tables, in the order in which they refer to each other.
var copied = []string{"bank_authentication_processes", "bank_connections", "import_history", "river_job"}

// portion is how many copies one statement makes.
const portion = 50

// copies makes so many copies.
func (g *grower) copies(ctx context.Context, count int) error {
	statements := make([]string, 0, len(copied))
	for _, table := range copied {
		names, err := g.columns(ctx, table)
		if err != nil {
			return err
		}
		statements = append(statements, g.statement(table, names))
		if _, err := g.db.ExecContext(ctx, fmt.Sprintf("CREATE TEMPORARY TABLE original_%[1]s AS SELECT * FROM %[1]s%[2]s",
			table, g.dialect.originals(table))); err != nil {
			return err
		}
	}
	if err := g.list(ctx, count); err != nil {
		return err
	}
	for from := 0; from < count; from += portion {
		for _, statement := range statements {
			if _, err := g.db.ExecContext(ctx, g.dialect.text(statement), from, from+portion); err != nil {
				return fmt.Errorf("%w, in: %s", err, statement)
			}
		}
	}
	return nil
}

// list makes the table of the copies: the number of each, from the oldest on, with what its identifiers begin with and its time.
func (g *grower) list(ctx context.Context, count int) error {
	if err := g.do(ctx, []string{g.dialect.list()}); err != nil {
		return err
	}
	for i := range count {
		at := g.ended.Add(-Span + Span/time.Duration(count)*time.Duration(i)).UTC()
		prefix := fmt.Sprintf("%012x", at.UnixMilli())
		args := []any{i, prefix[:8] + "-" + prefix[8:], g.dialect.time(at)}
		if _, err := g.db.ExecContext(ctx, g.dialect.text("INSERT INTO copies VALUES (?, ?, ?)"), args...); err != nil {
			return err
		}
	}
	return nil
}

func (g *grower) columns(ctx context.Context, table string) ([]string, error) {
	rows, err := g.db.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	return names, err
}

// statement copies a table's originals for some copies, the older ones first.
func (g *grower) statement(table string, names []string) string {
	var into, values []string
	for _, name := range names {
		if value := g.value(table, name); value != "" {
			into, values = append(into, name), append(values, value)
		}
	}
	return fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[3]s FROM "+
		"(SELECT * FROM copies WHERE number >= ? AND number < ? ORDER BY number) AS c CROSS JOIN original_%[1]s o",
		table, strings.Join(into, ", "), strings.Join(values, ", "))
}

// value is what a column of a copy holds, "" where the database itself gives it.
func (g *grower) value(table, name string) string {
	switch {
	case table == "river_job" && name == "id":
		return ""
	case table == "river_job" && name == "args":
		return g.dialect.args()
	case table == "river_job":
		return "o." + name
	case name == "id", name == "process_id", name == "connection_id":
		return "c.prefix || substr(o." + name + ", 14)"
	case name == "username":
		return g.dialect.username()
	case isTime(name):
		return g.dialect.shifted(name)
	default:
		return "o." + name
	}
}

// isTime reports whether a column is a time. All are of the records' session.
func isTime(name string) bool {
	return strings.HasSuffix(name, "_at") || name == "at" || name == "holds_until" || name == "session_began"
}

func (g *grower) count(ctx context.Context) (held Grown, err error) {
	for table, count := range map[string]*int64{
		copied[0]: &held.Processes, copied[1]: &held.Connections, copied[2]: &held.Steps, copied[3]: &held.Jobs,
	} {
		if err := g.db.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(count); err != nil {
			return held, err
		}
	}
	return held, g.db.QueryRowContext(ctx, g.dialect.size()).Scan(&held.Bytes)
}
