package store_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// output is a log that can be read while it is written.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func logged(o *output) *slog.Logger { return slog.New(slog.NewTextHandler(o, nil)) }

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker, deadline := time.NewTicker(2*time.Millisecond), time.After(time.Minute)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("it never came that %s", what)
		}
	}
}

func insertProcess(t *testing.T, s *store.Store) error {
	t.Helper()
	flow := storetest.Flow(t, "one")
	return s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(storetest.Process(flow), flow) })
}

// What is written into a file that nobody will find is not acknowledged, however the file went.
func TestAFileThatIsGoneIsNoticed(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(path string) error{
		"all removed": func(path string) error {
			for _, suffix := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(path + suffix); err != nil {
					return err
				}
			}
			return nil
		},
		"the log alone":  func(path string) error { return os.Remove(path + "-wal") },
		"moved away":     func(path string) error { return os.Rename(path, path+".old") },
		"the folder too": func(path string) error { return os.Rename(filepath.Dir(path), filepath.Dir(path)+".old") },
		"replaced":       replace,
		"a folder instead": func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Mkdir(path, 0o700)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "data")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(folder, "mockbank.db")
			var log output
			s, err := store.Open(t.Context(), path, store.Watchful(store.Options{Logger: logged(&log)}))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close() //nolint:errcheck // its file is gone
			if err := insertProcess(t, s); err != nil {
				t.Fatal(err)
			}
			if err := remove(path); err != nil {
				t.Fatal(err)
			}
			if err := insertProcess(t, s); engine.CodeOf(err) != engine.CodeUnavailable || !strings.Contains(err.Error(), "removed or replaced") {
				t.Errorf("a login: %v", err)
			}
			eventually(t, "it is not ready", func() bool { return engine.CodeOf(s.Ping(t.Context())) == engine.CodeUnavailable })
			eventually(t, "it is logged", func() bool { return strings.Contains(log.String(), "level=ERROR") })
		})
	}
}

func replace(path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, from); err != nil {
		return err
	}
	if err := to.Close(); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// An idle bank notices too, and goes on once the file is back.
func TestAFileThatComesBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	s := open(t, path, store.Watchful(store.Options{}))
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is not ready", func() bool { return s.Ping(t.Context()) != nil })
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is ready again", func() bool { return s.Ping(t.Context()) == nil })
	if err := insertProcess(t, s); err != nil {
		t.Error(err)
	}
}

// A page that is damaged makes no request an internal error, and the bank is not ready from then on.
func TestDamagedPages(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	flow := storetest.Flow(t, "one")
	for range 500 {
		p := storetest.Process(flow)
		ids = append(ids, p.ID)
		if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	noise(t, path)
	var log output
	s, err = store.Open(t.Context(), path, store.Options{Logger: logged(&log)})
	if err != nil {
		if !strings.Contains(err.Error(), "damaged") {
			t.Errorf("the start: %v", err)
		}
		return
	}
	defer s.Close() //nolint:errcheck // it is damaged
	failed := 0
	for _, id := range ids {
		if _, err := s.Process(t.Context(), id); err != nil && !errors.Is(err, engine.ErrNotFound) {
			failed++
			if engine.CodeOf(err) != engine.CodeUnavailable || !strings.Contains(err.Error(), "the file is damaged") {
				t.Fatalf("a read: %v", err)
			}
		}
	}
	if failed == 0 {
		t.Fatal("nothing was damaged")
	}
	if err := s.Ping(t.Context()); engine.CodeOf(err) != engine.CodeUnavailable || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("it is ready: %v", err)
	}
	if strings.Count(log.String(), "level=ERROR") != 1 {
		t.Errorf("the log says %s", log.String())
	}
}

// noise overwrites the pages of processes in the middle of a file.
func noise(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for at := info.Size() / 2; at < info.Size(); at += 4096 {
		if _, err := file.WriteAt(bytes.Repeat([]byte{0xa5, 0x5a, 0x13}, 1365), at/4096*4096); err != nil {
			t.Fatal(err)
		}
	}
}

// No start waits in silence, and none for ever.
func TestAStartReportsWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.db")
	client := clientOf(t, path)
	holder, err := client.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	var log output
	opened := make(chan error, 1)
	go func() {
		s, err := store.Open(t.Context(), path, store.Talkative(store.Options{Logger: logged(&log)}))
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	eventually(t, "it is told", func() bool { return strings.Contains(log.String(), "no other program has the file locked") })
	if _, err := holder.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Errorf("once the lock was given back: %v", err)
	}
	if _, err := holder.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), path, store.Impatient(store.Options{}))
	if err == nil || !strings.Contains(err.Error(), "another process holds it locked") {
		t.Errorf("while it is held: %v", err)
	}
}
