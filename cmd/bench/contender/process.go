package contender

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Server is a contender that runs.
type Server struct {
	*Contender
	Setup
	// StartedIn is the time from the start of the process to its first good answer.
	StartedIn time.Duration

	process *exec.Cmd
	ended   chan struct{} // closed when the process has ended
}

// startPatience is how long a server may take to its first good answer.
const startPatience = time.Minute

// endPatience is how long a server may take to end when told to.
const endPatience = 10 * time.Second

// Start gives the contender its configuration, runs it and waits for its first good answer.
// Stop must be called whatever becomes of it, except after an error.
func (c *Contender) Start(ctx context.Context, stubs int, database string) (*Server, error) {
	s := &Server{Contender: c, Setup: Setup{Stubs: stubs, Database: database}, ended: make(chan struct{})}
	var err error
	if s.Folder, err = os.MkdirTemp("", "mockbank-bench-"); err != nil {
		return nil, err
	}
	if s.Address, err = FreeAddress(); err == nil {
		s.Admin, err = FreeAddress()
	}
	if err == nil && c.content != nil {
		err = s.Save(c.content(&s.Setup, FirstMarker))
	}
	if err == nil {
		err = s.run(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", c.Name, err), os.RemoveAll(s.Folder))
	}
	return s, nil
}

func (s *Server) run(ctx context.Context) error {
	arguments := s.command(&s.Setup)
	log, err := os.Create(filepath.Join(s.Folder, "log"))
	if err != nil {
		return err
	}
	defer log.Close() // the process has a handle of its own
	s.process = exec.Command(arguments[0], arguments[1:]...)
	s.process.Dir = s.Folder
	s.process.Stdout, s.process.Stderr = log, log
	s.process.SysProcAttr = withParent()
	began := time.Now()
	if err := s.process.Start(); err != nil {
		return err
	}
	go func() {
		_ = s.process.Wait() // how it ended is told by whoever asked for it
		close(s.ended)
	}()
	if err := s.await(ctx); err != nil {
		return errors.Join(err, s.end(), s.lastWords())
	}
	s.StartedIn = time.Since(began)
	return nil
}

// await asks until the first good answer.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	var probe Probe
	defer probe.Close()
	for {
		status, body, err := probe.Ask(ctx, s.Address, s.request(&s.Setup, 0))
		if err == nil && status/100 == 2 && strings.Contains(body, s.Want()) {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.ended:
			return errors.New("it ended by itself")
		case <-ctx.Done():
			return fmt.Errorf("no good answer: status %d, %w", status, errors.Join(err, ctx.Err()))
		}
	}
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() error { return errors.Join(s.end(), os.RemoveAll(s.Folder)) }

func (s *Server) end() error {
	if s.Ended() {
		return nil
	}
	if err := s.process.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	timer := time.NewTimer(endPatience)
	defer timer.Stop()
	select {
	case <-s.ended:
		return nil
	case <-timer.C:
	}
	err := s.process.Process.Kill()
	<-s.ended
	return err
}

// Ended reports whether the process has ended.
func (s *Server) Ended() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// lastWords is the end of the log, for an error.
func (s *Server) lastWords() error {
	log, err := os.ReadFile(filepath.Join(s.Folder, "log"))
	if err != nil || len(log) == 0 {
		return err
	}
	return errors.New(strings.TrimSpace(string(log[max(0, len(log)-600):])))
}

// Save writes the contender's configuration in place, as many editors do.
func (s *Server) Save(content []byte) error {
	path := filepath.Join(s.Folder, s.file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// Content is the configuration in which every stub answers with the marker.
func (s *Server) Content(marker string) []byte { return s.content(&s.Setup, marker) }

// Request asks for the i-th stub.
func (s *Server) Request(i int) []byte { return s.request(&s.Setup, i) }

// Reload saves the content and, where the contender does not watch its file, tells it so.
func (s *Server) Reload(ctx context.Context, content []byte) error {
	if err := s.Save(content); err != nil {
		return err
	}
	if s.Watches {
		return nil
	}
	call := s.Apply(&s.Setup, content)
	request, err := http.NewRequestWithContext(ctx, call.Method, call.URL, strings.NewReader(string(call.Body)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// FreeAddress returns an address that nobody listened on a moment ago, for programs that cannot
// take one from the kernel and tell which.
func FreeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func portOf(address string) string { return address[strings.LastIndex(address, ":")+1:] }
