package fill

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dialect is what the databases differ in.
type dialect interface {
	text(statement string) string
	// before and after are the statements around the copying.
	before() []string
	after() []string
	// originals is the condition of what is copied of a table.
	originals(table string) string
	// list makes the empty table of copies: number, prefix, at.
	list() string
	time(at time.Time) any
	// shifted is a time of the copy: what is still to come stays when it is.
	shifted(column string) string
	username() string
	// args are a job's.
	args() string
	size() string
}

// sqlite knows what time it is: to ask for it in each column of each row would take longer than all else.
type sqlite struct{ now string }

func (sqlite) text(statement string) string { return statement }

func (sqlite) before() []string {
	return []string{"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -1000000", "PRAGMA temp_store = MEMORY"}
}

func (sqlite) after() []string { return nil }

func (sqlite) originals(table string) string {
	if table == "river_job" {
		return " WHERE finalized_at IS NULL AND kind = 'import'"
	}
	return ""
}

func (sqlite) list() string {
	return "CREATE TEMPORARY TABLE copies (number INTEGER PRIMARY KEY, prefix TEXT, at TEXT)"
}

// time is as far as the hour: to put it before the rest of a column is much cheaper than to calculate with times.
func (sqlite) time(at time.Time) any { return at.Format("2006-01-02T15:") }

func (d sqlite) shifted(column string) string {
	return fmt.Sprintf("CASE WHEN o.%[1]s > '%[2]s' THEN o.%[1]s ELSE c.at || substr(o.%[1]s, 15) END", column, d.now)
}

func (sqlite) username() string { return "printf('%06d-', c.number) || o.username" }

func (sqlite) args() string {
	return `json_set(o.args, '$.connection_id', c.prefix || substr(json_extract(o.args, '$.connection_id'), 14))`
}

func (sqlite) size() string {
	return "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
}

type postgres struct{}

func (postgres) text(statement string) string {
	for n := 1; strings.Contains(statement, "?"); n++ {
		statement = strings.Replace(statement, "?", "$"+strconv.Itoa(n), 1)
	}
	return statement
}

func (postgres) before() []string {
	return []string{"SET synchronous_commit = off", "SET session_replication_role = replica", "SET work_mem = '64MB'"}
}

// after leaves the tables as they are in a database that has been in use for a while.
func (postgres) after() []string { return []string{"RESET ALL", "VACUUM ANALYZE"} }

func (postgres) originals(table string) string { return sqlite{}.originals(table) }

func (postgres) list() string {
	return `CREATE TEMPORARY TABLE copies (number integer PRIMARY KEY, prefix text COLLATE "C", at timestamptz(3))`
}

func (postgres) time(at time.Time) any { return at }

func (postgres) shifted(column string) string {
	return fmt.Sprintf("CASE WHEN o.%[1]s > now() THEN o.%[1]s ELSE c.at + (o.%[1]s - date_trunc('hour', o.%[1]s)) END", column)
}

func (postgres) username() string { return "lpad(c.number::text, 6, '0') || '-' || o.username" }

func (postgres) args() string {
	return `o.args || jsonb_build_object('connection_id', c.prefix || substr(o.args->>'connection_id', 14))`
}

func (postgres) size() string { return "SELECT pg_database_size(current_database())" }
