//go:build unix

package contender

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// DatabaseUse is what a database server has used and done so far.
type DatabaseUse struct {
	// CPU is of all its processes, 0 where there is no /proc.
	CPU time.Duration
	// Commits are of all its databases, WAL the bytes of its log.
	Commits, WAL int64
}

// Sub returns what came since an earlier look.
func (u DatabaseUse) Sub(earlier DatabaseUse) DatabaseUse {
	return DatabaseUse{CPU: u.CPU - earlier.CPU, Commits: u.Commits - earlier.Commits, WAL: u.WAL - earlier.WAL}
}

// Use looks at what the server has done. Its own counts are up to a second behind while there is work.
func (p *Postgres) Use(ctx context.Context) (use DatabaseUse, err error) {
	use.CPU = p.cpu()
	said, err := p.tell(ctx, "postgres", "SELECT (SELECT sum(xact_commit) FROM pg_stat_database), pg_current_wal_lsn() - '0/0'")
	if err != nil {
		return use, err
	}
	if _, err := fmt.Sscanf(strings.ReplaceAll(said, "|", " "), "%d %d", &use.Commits, &use.WAL); err != nil {
		return use, fmt.Errorf("%q: %w", said, err)
	}
	return use, nil
}

// cpu is the processor time of the server's processes, also of those that have ended.
func (p *Postgres) cpu() (sum time.Duration) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	parent := strconv.Itoa(p.process.Process.Pid)
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		if len(fields) < 15 {
			continue
		}
		var ticks int
		switch own := filepath.Base(filepath.Dir(path)) == parent; {
		case own:
			ticks = total(fields[11:15]) // with its children that have ended
		case fields[1] == parent:
			ticks = total(fields[11:13])
		}
		sum += time.Duration(ticks) * clockTick
	}
	return sum
}

func total(fields []string) (sum int) {
	for _, field := range fields {
		n, _ := strconv.Atoi(field) // the kernel writes numbers
		sum += n
	}
	return sum
}

// tell asks a database.
func (p *Postgres) tell(ctx context.Context, database, query string) (string, error) {
	return p.ask(ctx, "psql", "-h", "127.0.0.1", "-p", p.port, "-U", "postgres", "-Atqc", query, database)
}

// CopyDatabase makes a database that holds what another one does, which nobody may have open.
func (p *Postgres) CopyDatabase(ctx context.Context, address string) (string, error) {
	p.databases++
	name := fmt.Sprintf("bench_%d", p.databases)
	_, err := p.tell(ctx, "postgres", fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", name, nameOf(address)))
	return p.address(name), err
}

// DropDatabase removes a database.
func (p *Postgres) DropDatabase(ctx context.Context, address string) error {
	_, err := p.tell(ctx, "postgres", "DROP DATABASE "+nameOf(address)+" (FORCE)")
	return err
}

func (p *Postgres) address(name string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%s/%s?sslmode=disable", p.port, name)
}

// nameOf is the name of the database at an address.
func nameOf(address string) string {
	name := address[strings.LastIndex(address, "/")+1:]
	name, _, _ = strings.Cut(name, "?")
	return name
}
