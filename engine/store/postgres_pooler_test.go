package store_test

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// pooler starts a pgbouncer in front of a database, and returns the database's address by way of it.
func pooler(t *testing.T, address string, settings string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if _, err := os.Stat("/usr/sbin/pgbouncer"); err != nil {
			t.Skip("MISSING: pgbouncer")
		}
		program = "/usr/sbin/pgbouncer"
	}
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	folder, err := os.MkdirTemp("", "mockbank-pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	name := strings.TrimPrefix(target.Path, "/")
	config := fmt.Sprintf("[databases]\n%s = host=127.0.0.1 port=%s dbname=%s user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\n"+
		"auth_type = any\nunix_socket_dir =\n%s\n", name, target.Port(), name, port, settings)
	file := filepath.Join(folder, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, file)
	if os.Geteuid() == 0 { // which it refuses to run as
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Skip("MISSING: the user nobody")
		}
		uid, _ := strconv.Atoi(nobody.Uid)
		gid, _ := strconv.Atoi(nobody.Gid)
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.EndWithTest(command)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	eventually(t, "the pooler listens", func() bool {
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	target.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return target.String()
}

func TestPoolers(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	for name, c := range map[string]struct {
		settings, query string
		words           []string // of the refusal; none: it works
	}{
		"session":                {"pool_mode = session", "", nil},
		"session, with settings": {"pool_mode = session", "statement_timeout=4000&search_path=public", nil},
		"transaction":            {"pool_mode = transaction", "", []string{"pool_mode to session"}},
		"statement":              {"pool_mode = statement", "", []string{"pool_mode to session"}},
		"too small":              {"pool_mode = session\ndefault_pool_size = 3", "", []string{"default_pool_size must be at least"}},
		"too few clients":        {"pool_mode = session\nmax_client_conn = 2", "", []string{"max_client_conn"}},
		"a setting at the start": {"pool_mode = session", "options=-c%20work_mem%3D4MB", []string{"ignore_startup_parameters"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := pooler(t, server.NewDatabase(t), c.settings)
			if c.query != "" {
				address += "&" + c.query
			}
			s, err := store.Open(t.Context(), address, store.Options{ConnectTimeout: 2 * time.Second})
			if err == nil {
				defer s.Close() //nolint:errcheck // not what is tested
			}
			switch {
			case c.words == nil && err != nil:
				t.Fatal(err)
			case c.words == nil:
				if err := insertProcess(t, s); err != nil {
					t.Error(err)
				}
				if err := s.Ping(t.Context()); err != nil {
					t.Error(err)
				}
			case err == nil:
				t.Fatal("it was opened")
			}
			for _, word := range c.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%v; want %q", err, word)
				}
			}
		})
	}
}

// A phase in which nothing may be written passes, and so does what connections remember of it.
func TestPostgresReadOnlyPhase(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	for name, phase := range map[string]struct{ begin, end string }{
		"read-only":          {"ALTER DATABASE %s SET default_transaction_read_only = on", "ALTER DATABASE %s RESET default_transaction_read_only"},
		"another path":       {"ALTER DATABASE %s SET search_path = pg_catalog", "ALTER DATABASE %s RESET search_path"},
		"without its rights": {"ALTER DATABASE %s SET role = nobody_in_particular", "ALTER DATABASE %s RESET role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := server.NewDatabase(t)
			target, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			s := open(t, address, store.Options{PoolSize: 3})
			admin := client(t, address)
			run := func(statement string) {
				t.Helper()
				if _, err := admin.Exec(statement); err != nil {
					t.Fatal(err)
				}
			}
			if strings.Contains(phase.begin, "nobody_in_particular") {
				run("CREATE ROLE nobody_in_particular")
			}
			run(fmt.Sprintf(phase.begin, strings.TrimPrefix(target.Path, "/")))
			run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mockbank' AND datname = current_database()")
			for range 5 { // all of the pool's connections are of this phase then
				if err := insertProcess(t, s); engine.CodeOf(err) != engine.CodeUnavailable {
					t.Errorf("a login meanwhile: %v", err)
				}
			}
			if err := s.Ping(t.Context()); engine.CodeOf(err) != engine.CodeUnavailable {
				t.Errorf("it is ready meanwhile: %v", err)
			}
			run(fmt.Sprintf(phase.end, strings.TrimPrefix(target.Path, "/")))
			for range 5 {
				if err := insertProcess(t, s); err != nil {
					t.Errorf("a login afterwards: %v", err)
				}
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("it is not ready afterwards: %v", err)
			}
		})
	}
}
