//go:build unix

package contender

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Postgres is a PostgreSQL server to throw away, with its settings as they are shipped.
type Postgres struct {
	programs, folder, port string
	owner                  *syscall.Credential
	process                *exec.Cmd
	ended                  chan struct{}
	databases              int
}

// StartPostgres runs the machine's newest PostgreSQL. Stop ends it.
func StartPostgres(ctx context.Context) (_ *Postgres, err error) {
	p := &Postgres{ended: make(chan struct{})}
	if p.programs, err = postgresPrograms(); err != nil {
		return nil, err
	}
	if p.folder, err = os.MkdirTemp("", "mockbank-bench-postgres-"); err != nil {
		return nil, err
	}
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// postgresPrograms returns the folder of the newest server's programs.
func postgresPrograms() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is a good one
	slices.Sort(folders)
	slices.Reverse(folders)
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), folders...) {
		if _, err := exec.LookPath(filepath.Join(folder, "initdb")); err == nil {
			return folder, nil
		}
	}
	return "", errors.New("PostgreSQL's server is not installed")
}

func (p *Postgres) start(ctx context.Context) error {
	if err := p.takeOwner(); err != nil {
		return err
	}
	address, err := FreeAddress()
	if err != nil {
		return err
	}
	p.port = portOf(address)
	data := filepath.Join(p.folder, "data")
	if err := p.do(ctx, "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"); err != nil {
		return err
	}
	p.process = exec.Command(filepath.Join(p.programs, "postgres"), "-D", data, "-p", p.port,
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+p.folder)
	p.own(p.process)
	if err := p.process.Start(); err != nil {
		p.process = nil
		return err
	}
	go func() {
		_ = p.process.Wait() // how it ended does not matter: what it held is thrown away
		close(p.ended)
	}()
	return p.await(ctx)
}

// takeOwner gives the folder to the user postgres where this is root, as whom it refuses to run.
func (p *Postgres) takeOwner() error {
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return err
	}
	p.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(p.folder, int(uid), int(gid))
}

func (p *Postgres) own(command *exec.Cmd) {
	command.Dir = p.folder
	if command.SysProcAttr = withParent(); command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Credential = p.owner
}

func (p *Postgres) do(ctx context.Context, program string, arguments ...string) error {
	_, err := p.ask(ctx, program, arguments...)
	return err
}

// ask runs a program and returns what it said.
func (p *Postgres) ask(ctx context.Context, program string, arguments ...string) (string, error) {
	path := filepath.Join(p.programs, program)
	if _, err := os.Stat(path); err != nil {
		path = program // a client's program, which may be elsewhere
	}
	command := exec.CommandContext(ctx, path, arguments...)
	p.own(command)
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", program, err, tail(string(output), 300))
	}
	return strings.TrimSpace(string(output)), nil
}

func (p *Postgres) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := p.do(ctx, "pg_isready", "-h", "127.0.0.1", "-p", p.port)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.ended:
			return errors.New("PostgreSQL ended by itself")
		case <-ctx.Done():
			return err
		}
	}
}

// NewDatabase makes an empty database and returns its address.
func (p *Postgres) NewDatabase(ctx context.Context) (string, error) {
	p.databases++
	name := fmt.Sprintf("bench_%d", p.databases)
	err := p.do(ctx, "createdb", "-h", "127.0.0.1", "-p", p.port, "-U", "postgres", name)
	return p.address(name), err
}

// Durability says what a commit survives, by the server's settings.
func (p *Postgres) Durability(ctx context.Context) (string, error) {
	const query = `SELECT string_agg(name || ' ' || setting, ', ' ORDER BY name) FROM pg_settings
		WHERE name IN ('fsync', 'full_page_writes', 'server_version', 'synchronous_commit', 'wal_sync_method')`
	return p.tell(ctx, "postgres", query)
}

// Stop ends the server and removes all it held.
func (p *Postgres) Stop() error {
	if p.process != nil {
		if err := p.process.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		<-p.ended
	}
	return os.RemoveAll(p.folder)
}
