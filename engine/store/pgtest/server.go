//go:build unix

package pgtest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver, registered as pgx
)

// patience bounds the start and the stop of a server.
const patience = 30 * time.Second

// Server is a PostgreSQL server that ends with its test. It listens on loopback, trusts everybody
// and forgets everything.
type Server struct {
	programs string
	folder   string
	owner    *syscall.Credential
	port     int
	process  *exec.Cmd
	output   bytes.Buffer
	ended    chan struct{}
	names    atomic.Int64
}

// Start starts a server for the test.
func Start(t testing.TB) *Server {
	t.Helper()
	programs := findPrograms()
	if programs == "" {
		t.Skip("MISSING: PostgreSQL's programs (initdb, postgres), in PATH or in /usr/lib/postgresql/*/bin")
	}
	s := &Server{programs: programs}
	if err := s.create(t.Context()); err != nil {
		t.Fatalf("create a PostgreSQL server: %v", err)
	}
	t.Cleanup(func() {
		if s.process != nil {
			s.Stop(t)
		}
		if err := os.RemoveAll(s.folder); err != nil {
			t.Errorf("remove the PostgreSQL server: %v", err)
		}
	})
	s.Restart(t)
	return s
}

// findPrograms returns the folder of the newest server's programs, "" where there is none.
func findPrograms() string {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is a good one
	slices.Sort(folders)
	slices.Reverse(folders)
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), folders...) {
		if isProgram(filepath.Join(folder, "initdb")) && isProgram(filepath.Join(folder, "postgres")) {
			return folder
		}
	}
	return ""
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

func (s *Server) create(ctx context.Context) (err error) {
	if s.owner, err = owner(); err != nil {
		return err
	}
	if s.folder, err = os.MkdirTemp("", "mockbank-postgres-"); err != nil {
		return err
	}
	if s.owner != nil {
		if err := os.Chown(s.folder, int(s.owner.Uid), int(s.owner.Gid)); err != nil {
			return err
		}
	}
	if s.port, err = freePort(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	initdb := exec.CommandContext(ctx, filepath.Join(s.programs, "initdb"), "--pgdata", s.data(),
		"--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	s.own(initdb)
	if output, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// own lets a program run as the server's owner, and in a folder that the owner may read.
func (s *Server) own(program *exec.Cmd) {
	program.Dir = s.folder
	program.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner}
	EndWithTest(program)
}

// freePort returns a port that nobody listened on a moment ago.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// Restart starts a server that was stopped, at the same address and with what it knew.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.output.Reset()
	s.process = exec.Command(filepath.Join(s.programs, "postgres"), "-D", s.data(), "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+s.folder,
		"-c", "fsync=off", "-c", "full_page_writes=off")
	s.own(s.process)
	s.process.Stdout, s.process.Stderr = &s.output, &s.output
	if err := s.process.Start(); err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	s.ended = make(chan struct{})
	go func(process *exec.Cmd, ended chan struct{}) {
		_ = process.Wait() // how it ended says its output
		close(ended)
	}(s.process, s.ended)
	s.await(t)
}

// await waits until the server answers.
func (s *Server) await(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.execute(ctx, "SELECT 1")
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-s.ended:
			t.Fatalf("PostgreSQL ended at once:\n%s", s.output.String())
		case <-ctx.Done():
			t.Fatalf("PostgreSQL does not answer: %v", err)
		}
	}
}

// Stop stops the server and cuts all connections to it.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.end(t, syscall.SIGINT)
}

// Kill ends the server without a chance to tell anybody.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.end(t, syscall.SIGQUIT)
}

func (s *Server) end(t testing.TB, signal syscall.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("stop PostgreSQL: %v", err)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-s.ended:
	case <-timer.C:
		_ = s.process.Process.Kill() // the last resort; the test fails anyway
		<-s.ended
		t.Errorf("PostgreSQL did not stop within %v:\n%s", patience, s.output.String())
	}
	s.process = nil
}

// NewDatabase makes an empty database and returns its address.
func (s *Server) NewDatabase(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", s.names.Add(1))
	if err := s.execute(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create database: %v", err)
	}
	return s.Address(name)
}

// Address returns the address of a database of this server.
func (s *Server) Address(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

// Port returns where the server listens on 127.0.0.1.
func (s *Server) Port() int { return s.port }

func (s *Server) execute(ctx context.Context, statement string) error {
	db, err := sql.Open("pgx", s.Address("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}
