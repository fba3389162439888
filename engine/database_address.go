package engine

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// DatabaseKind is a kind of database.
type DatabaseKind string

// The kinds of database.
const (
	DatabaseFile     DatabaseKind = "file"
	DatabaseMemory   DatabaseKind = "memory"
	DatabasePostgres DatabaseKind = "postgres"
)

// DatabaseAddress says where the bank's records are kept.
type DatabaseAddress struct {
	Kind DatabaseKind
	// Path is that of an SQLite file; URL is a PostgreSQL database's, password and all.
	Path, URL string
}

// ParseDatabaseAddress reads the address of a database: a postgres:// URL, ":memory:", or the path of an SQLite
// file, also written as file:PATH or sqlite:PATH. What looks like PostgreSQL and is no URL is refused: taken for a
// file's name it would make every node a bank of its own, and show a password in a folder. No error repeats any of
// the text, which may be a secret.
func ParseDatabaseAddress(text string) (DatabaseAddress, error) {
	text = strings.TrimSpace(text)
	lower := strings.ToLower(text)
	switch {
	case text == "":
		return DatabaseAddress{}, errNoDatabase
	case lower == ":memory:" || lower == "file::memory:" || lower == "sqlite::memory:":
		return DatabaseAddress{Kind: DatabaseMemory}, nil
	case strings.HasPrefix(lower, "postgres://") || strings.HasPrefix(lower, "postgresql://"):
		scheme, rest, _ := strings.Cut(text, "://")
		text = strings.ToLower(scheme) + "://" + rest
		return DatabaseAddress{Kind: DatabasePostgres, URL: text}, checkPostgresURL(rest)
	case isPath(text):
		return fileAddress(text)
	case otherDatabase.MatchString(lower):
		return DatabaseAddress{}, fmt.Errorf("no database of the kind %q is known: %s", otherDatabase.FindStringSubmatch(lower)[1],
			whatToWrite)
	case looksLikePostgres(lower):
		return DatabaseAddress{}, errAlmostPostgres
	default:
		return parseName(text, lower)
	}
}

const whatToWrite = `write the name of a file, ":memory:" or a postgres:// URL`

// What is wrong with an address. None of these has a word of it.
var (
	errNoDatabase = errors.New("no database is named: " + whatToWrite)

	errAlmostPostgres = errors.New("it looks like a PostgreSQL database and is no URL of one: " +
		"write postgres://user:password@host:5432/database; a file of such a name is written with its folder, as ./name")
	errAtSign = errors.New("what stands before and after the @ cannot be told apart: percent-encode the special characters " +
		"of the user and the password (@ as %40, / as %2F, ? as %3F, # as %23), with a single @ before the host, as in " +
		"postgres://user:password@host:5432/database")
	errBadPostgres = errors.New("the address of the PostgreSQL database cannot be read: " +
		"write postgres://user:password@host:port/database?sslmode=require, with special characters percent-encoded")
	errSQLiteURL = errors.New("an SQLite file is written as its path alone, such as mockbank.db, ./data/mockbank.db or " +
		"/data/mockbank.db; sqlite:PATH and file:PATH are taken too, without // before a name that is not absolute")
	errSQLiteSettings = errors.New("an SQLite file takes no settings after a ?: write its path alone; " +
		"server.durability says what a commit survives")
	errUnknownScheme = errors.New("no such kind of database is known: " + whatToWrite)
	errNotExpanded   = errors.New("~, $NAME and %NAME% are not replaced here: write the folder's whole path")
	errNoName        = errors.New("it cannot be the name of a database: " + whatToWrite)
)

var (
	// otherDatabase are kinds that people try, which may be named: what follows may be a secret.
	otherDatabase = regexp.MustCompile(`^(mysql|mariadb|mongodb|redis|sqlserver|mssql|oracle|cockroachdb|http|https):`)

	drive = regexp.MustCompile(`^[A-Za-z]:[\\/]`)
	// settings are words of libpq, and of what other drivers take in its place.
	settings = regexp.MustCompile(
		`(^|[\s;&?'"])(host|hostaddr|port|user|password|passfile|dbname|database|service|sslmode|sslcert|sslkey|` +
			`sslrootcert|options|application_name|connect_timeout|target_session_attrs|channel_binding|server|` +
			`username|uid|pwd|user id)\s*=`)
	loginAt     = regexp.MustCompile(`:[^@]*@|^[^/\\@]+@[^/\\]+[/:]`)
	hostAndPort = regexp.MustCompile(`^(\[[0-9a-f:.]+\]|[a-z0-9._-]+:\d+)(/|$|:)`)
	schemeName  = regexp.MustCompile(`^[a-z][a-z0-9+.-]+:`)
	variable    = regexp.MustCompile(`\$\{?[A-Za-z_]|%[A-Za-z_]+%`)
)

// isPath reports whether a text is written as a path, so that it can be nothing else.
func isPath(text string) bool {
	if strings.HasPrefix(text, "//") && strings.Contains(text, "@") {
		return false // a URL that lost its scheme
	}
	for _, start := range []string{"/", "./", "../", `.\`, `..\`, `\`} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return drive.MatchString(text)
}

func looksLikePostgres(lower string) bool {
	return strings.HasPrefix(strings.TrimLeft(lower, `'"`), "postgres") || strings.Contains(lower, "postgres://") ||
		strings.Contains(lower, "postgresql:") || settings.MatchString(lower) || loginAt.MatchString(lower) ||
		hostAndPort.MatchString(lower) || strings.HasPrefix(lower, "pg:") || strings.HasPrefix(lower, "pgsql:")
}

// parseName reads what is neither a URL of PostgreSQL nor written as a path.
func parseName(text, lower string) (DatabaseAddress, error) {
	scheme := schemeName.FindString(lower)
	switch {
	case scheme == "file:":
		return parseFileURI(text[len(scheme):])
	case scheme == "sqlite:" || scheme == "sqlite3:":
		if strings.HasPrefix(text[len(scheme):], "//") || text == scheme {
			return DatabaseAddress{}, errSQLiteURL
		}
		return fileAddress(text[len(scheme):])
	case scheme != "":
		return DatabaseAddress{}, errUnknownScheme
	case strings.HasPrefix(text, "~") || variable.MatchString(text):
		return DatabaseAddress{}, errNotExpanded
	case strings.ContainsAny(text[:1], `:-'"`) || strings.Trim(text, ".") == "" || strings.HasSuffix(text, ":"):
		return DatabaseAddress{}, errNoName
	default:
		return fileAddress(text)
	}
}

// parseFileURI reads what follows file: as SQLite does, which percent-decodes it.
func parseFileURI(rest string) (DatabaseAddress, error) {
	if path, ok := strings.CutPrefix(rest, "//"); ok {
		path = strings.TrimPrefix(path, "localhost")
		if !strings.HasPrefix(path, "/") {
			return DatabaseAddress{}, errSQLiteURL
		}
		rest = path
	}
	if strings.ContainsAny(rest, "?#") {
		return DatabaseAddress{}, errSQLiteSettings
	}
	path, err := url.PathUnescape(rest)
	if err != nil || path == "" {
		return DatabaseAddress{}, errSQLiteURL
	}
	return fileAddress(path)
}

func fileAddress(path string) (DatabaseAddress, error) {
	_, query, asked := strings.Cut(path, "?")
	switch {
	case strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return DatabaseAddress{}, errNoName
	case asked && strings.Contains(query, "="):
		return DatabaseAddress{}, errSQLiteSettings
	}
	return DatabaseAddress{Kind: DatabaseFile, Path: path}, nil
}

// checkPostgresURL refuses a URL of which a part of the password could be taken for something else. It gets what
// follows the scheme.
func checkPostgresURL(rest string) error {
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	user, hosts, hasUser := strings.Cut(authority, "@")
	if !hasUser {
		user, hosts = "", authority
	}
	switch {
	case strings.Count(rest, "@") > 1, strings.Count(rest, "@") != strings.Count(authority, "@"):
		return errAtSign
	case strings.Contains(rest, "#"), strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return errBadPostgres
	}
	for _, part := range []string{user, rest[len(authority):]} {
		if _, err := url.PathUnescape(part); err != nil {
			return errBadPostgres
		}
	}
	for host := range strings.SplitSeq(hosts, ",") {
		if _, err := url.Parse("postgres://" + host + "/"); err != nil {
			return errBadPostgres
		}
	}
	return nil
}
