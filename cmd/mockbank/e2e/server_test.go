package e2e

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what should happen at once on a machine with nothing else
// to do. No test measures it.
const patience = 20 * time.Second

// setup says how a server is to be started.
type setup struct {
	// binary is checked unless it is set.
	binary string
	// config is the path of the configuration; the repository's mockbank.yaml unless it is set.
	config string
	// database is a file in a folder of the test's own unless it is set.
	database string
	flags    []string
}

// server is a running mockbank.
type server struct {
	setup
	url    string
	prefix string // of paths, where the server stands for one of its sessions
	log    *log
	cmd    *exec.Cmd
	ended  chan struct{} // closed when the process has ended
	client *http.Client
}

// start starts a server and waits until it listens. When the test ends it is asked to stop, must
// exit with 0, and must not have raced or panicked.
func start(t *testing.T, with setup) *server {
	t.Helper()
	s := launch(t, with)
	s.awaitListening(t)
	return s
}

// awaitListening waits until the log says where the server listens.
func (s *server) awaitListening(t *testing.T) {
	t.Helper()
	line := s.log.await(t, "listening", func(l entry) bool { return l.Message == "listening" && l.Address != "" })
	s.url = "http://" + line.Address
}

func launch(t *testing.T, with setup) *server {
	t.Helper()
	s := prepared(t, with)
	s.run(t)
	t.Cleanup(func() { s.end(t) })
	return s
}

// prepared returns a server that is not yet started.
func prepared(t *testing.T, with setup) *server {
	t.Helper()
	if with.binary == "" {
		with.binary = checked
	}
	if with.config == "" {
		with.config = defaultConfig(t)
	}
	if with.database == "" {
		with.database = filepath.Join(t.TempDir(), "mockbank.db")
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	s := &server{
		setup: with, log: newLog(), ended: make(chan struct{}),
		client: &http.Client{Transport: transport, Timeout: patience},
	}
	args := append([]string{"serve", "--config", with.config, "--database", with.database,
		"--listen", "127.0.0.1:0", "--log-format", "json"}, with.flags...)
	s.cmd = exec.Command(with.binary, args...)
	endWithTest(s.cmd)
	s.cmd.Env = environment()
	s.cmd.Dir = filepath.Dir(with.config)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	return s
}

// run starts the process.
func (s *server) run(t *testing.T) {
	t.Helper()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.cmd.Wait() // ProcessState tells how it ended
		s.log.close()
		close(s.ended)
	}()
}

// environment is the test's own without what would configure mockbank.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "MOCKBANK_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// end stops the server if it still runs, and looks at what it leaves.
func (s *server) end(t *testing.T) {
	t.Helper()
	select {
	case <-s.ended:
	default:
		if code := s.stop(t, syscall.SIGTERM); code != 0 {
			t.Errorf("after SIGTERM the exit code is %d, want 0", code)
		}
	}
	for _, sign := range []string{"DATA RACE", "panic", "goroutine "} {
		if text := s.log.String(); strings.Contains(text, sign) {
			t.Errorf("%q in what the server said:\n%s", sign, text)
			return
		}
	}
	if t.Failed() {
		t.Logf("the server's log:\n%s", s.log.tail(100))
	}
}

// stop sends the signal and returns the exit code, which is -1 where a signal ended the process.
func (s *server) stop(t *testing.T, signal syscall.Signal) int {
	t.Helper()
	s.signal(t, signal)
	return s.wait(t)
}

func (s *server) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

// wait waits for the process to end by itself, and returns its exit code.
func (s *server) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		_ = s.cmd.Process.Kill() // it may have ended just now
		<-s.ended
		t.Errorf("mockbank did not end within %v", patience)
	}
	return s.cmd.ProcessState.ExitCode()
}

// again starts another server on what this one left.
func (s *server) again(t *testing.T) *server {
	t.Helper()
	return start(t, s.setup)
}

// defaultConfig copies the repository's mockbank.yaml into a folder of the test's own.
func defaultConfig(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "mockbank.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return writeConfig(t, string(text))
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	write(t, path, text)
	return path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until the condition holds.
func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(within)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("not within %v: %s", within, what)
		case <-tick.C:
		}
	}
}

// kill ends the server as a power cut would: it cannot do anything about it.
func (s *server) kill(t *testing.T) {
	t.Helper()
	if code := s.stop(t, syscall.SIGKILL); code != -1 {
		t.Fatalf("kill -9 left the exit code %d", code)
	}
}
