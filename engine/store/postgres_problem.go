package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresProblems say what an SQLSTATE means to whoever runs the bank, and what to do.
var postgresProblems = map[string]string{
	"25006": "it takes no changes now: it is set to be read-only, or it is a standby",
	"42501": "the bank's role may not use its tables: look at the role's rights",
	"42P01": "the bank's tables are not there for its role: look at the role's search_path, or restart the bank to make them",
	"3F000": "the bank's schema is not there: look at the role's search_path",
	"42704": "the bank's role, or something of its settings, is not there any more",
	"53100": "its disk is full: make room",
	"53200": "it has no memory left",
	"53300": "it has no connection left: raise its max_connections, or lower server.database_connections",
	"28P01": "it does not take the password: look at the address",
	"28000": "it does not let the user in: look at the address and its pg_hba.conf",
	"3D000": "there is no such database: create it, or look at the address",
}

func (postgres) explain(err error) string {
	var reported *pgconn.PgError
	if errors.As(err, &reported) {
		return postgresProblems[reported.Code]
	}
	return ""
}

// What a pooler says, by a part of its words, and what to do about it.
var poolerProblems = []struct{ part, words string }{
	{"unsupported startup parameter", "leave that setting out of the address, or add it to the pooler's ignore_startup_parameters"},
	{"transaction blocks not allowed", sessionPooling},
	{"prepared statement", sessionPooling},
	{"query_wait_timeout", poolTooSmall},
	{"no more connections allowed", "raise the pooler's max_client_conn, or lower server.database_connections"},
	{"max_client_conn", "raise the pooler's max_client_conn, or lower server.database_connections"},
	{"no such database", "name the database in the pooler's own list"},
	{"no such user", "name the user in the pooler's own list"},
}

const (
	sessionPooling = "a pooler hands each transaction to another connection, which the bank cannot work with: " +
		"set its pool_mode to session, or give the bank the server's own address"
	poolTooSmall = "the pooler has too few connections to the server: its default_pool_size must be at least " +
		"server.database_connections plus 4 for each node"
)

// explainStart says in words of ours why the database cannot be used. The driver's words quote the address, so that they
// are passed on only where they are the server's, or those of the network.
func explainStart(err error, config *pgx.ConnConfig) error {
	var reported *pgconn.PgError
	var refused *pgconn.ConnectError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &reported):
		return redacted{fmt.Errorf("the server refuses: %s (SQLSTATE %s)%s", reported.Message, reported.Code, advice(reported)),
			config.Password}
	case errors.As(err, &refused):
		return redacted{fmt.Errorf("it cannot be reached: %s", networkWords(refused)), config.Password}
	default:
		return redacted{err, config.Password}
	}
}

func advice(reported *pgconn.PgError) string {
	for _, p := range poolerProblems {
		if strings.Contains(reported.Message, p.part) {
			return ": " + p.words
		}
	}
	if words := postgresProblems[reported.Code]; words != "" {
		return ": " + words
	}
	return ""
}

func networkWords(err error) string {
	var name *net.DNSError
	var operation *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		return "its host name is not known (" + name.Err + ")"
	case errors.As(err, &certificate):
		return "its certificate is not trusted: " + certificate.Err.Error()
	case errors.Is(err, context.DeadlineExceeded), pgconn.Timeout(err):
		return "nobody answers at its address"
	case errors.As(err, &operation):
		return operation.Err.Error()
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}

// explainAddress says what is wrong with an address that the driver cannot read. Its own words may quote the password.
func explainAddress(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Errorf("the address of the PostgreSQL database names the file %q: %w", file.Path, file.Err)
	}
	return errors.New("the address of the PostgreSQL database cannot be read: " +
		"write postgres://user:password@host:port/database?sslmode=require, with special characters percent-encoded")
}

// redacted is an error whose words do not contain the password.
type redacted struct {
	error
	password string
}

// Error implements the error interface.
func (e redacted) Error() string {
	if e.password == "" {
		return e.error.Error()
	}
	return strings.ReplaceAll(e.error.Error(), e.password, "*****")
}

// Unwrap returns the cause.
func (e redacted) Unwrap() error { return e.error }
