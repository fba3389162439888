package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// writes keeps what was written, one entry for each call.
type writes struct {
	mu    sync.Mutex // of the test's reads and a timer's writes
	calls []string
	err   error
}

// Write implements [io.Writer].
func (w *writes) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, string(p))
	return len(p), w.err
}

func (w *writes) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	said := strings.Join(w.calls, "|")
	w.calls = nil
	return said
}

func TestBulkLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w writes
		log := newBulkLog(&w)
		say := func(level zerolog.Level, line string) {
			t.Helper()
			if n, err := log.WriteLevel(level, []byte(line)); n != len(line) || err != nil {
				t.Fatalf("%q: %d, %v", line, n, err)
			}
		}
		want := func(when, said string) {
			t.Helper()
			synctest.Wait()
			if got := w.take(); got != said {
				t.Errorf("%s: %q was written, want %q", when, got, said)
			}
		}
		say(zerolog.InfoLevel, "a")
		want("a line alone", "a")
		say(zerolog.InfoLevel, "b")
		say(zerolog.DebugLevel, "c")
		want("within a pause", "")
		time.Sleep(logPause)
		want("after the pause", "bc")
		say(zerolog.InfoLevel, "d")
		say(zerolog.WarnLevel, "e")
		want("a warning", "de")
		time.Sleep(2 * logPause)
		want("nothing came", "")
		if _, err := log.Write([]byte("f")); err != nil {
			t.Error(err)
		}
		want("a line after a long pause", "f")
		say(zerolog.InfoLevel, "g")
		if err := log.Close(); err != nil {
			t.Error(err)
		}
		want("at the end", "g")
		say(zerolog.InfoLevel, "h")
		want("after the end", "h")
		time.Sleep(2 * logPause)
		want("long after the end", "")
	})
}

// What is gathered has a bound, and who writes too much at once learns that it cannot be written.
func TestBulkLogIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := writes{err: errors.New("no room")}
		log := newBulkLog(&w)
		failed, line := 0, []byte(fmt.Sprintf("%1023d\n", 1))
		for range 1 + 2*logBulk/len(line) {
			if _, err := log.Write(line); err != nil {
				failed++
			}
		}
		if len(w.calls) != 3 || failed != 3 || len(w.calls[1]) != logBulk {
			t.Errorf("%d writes, %d of them told of", len(w.calls), failed)
		}
	})
}
