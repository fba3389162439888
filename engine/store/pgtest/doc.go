// Package pgtest gives tests a PostgreSQL server to throw away. It needs the server's programs on
// the machine (in PATH or where Debian keeps them), no account and no container:
//
//	server := pgtest.Start(t)
//	address := server.NewDatabase(t)
//
// Where the programs are missing, the test is skipped with a message that begins with "MISSING:".
package pgtest
