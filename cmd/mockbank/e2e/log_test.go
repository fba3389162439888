package e2e

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"
)

// log takes what a server writes, line by line.
type log struct {
	mu     sync.Mutex
	text   bytes.Buffer
	closed bool
	news   chan struct{} // closed and replaced with each write
}

// entry is a line of the log.
type entry struct {
	Level   string `json:"level"`
	Message string `json:"message"`
	Address string `json:"address"`
	Raw     string `json:"-"`
}

func newLog() *log { return &log{news: make(chan struct{})} }

// Write implements io.Writer.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tell()
	return l.text.Write(p)
}

func (l *log) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.tell()
}

func (l *log) tell() {
	close(l.news)
	l.news = make(chan struct{})
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// mark returns the place after all that was said so far.
func (l *log) mark() int { return len(l.String()) }

func (l *log) tail(lines int) string {
	all := strings.Split(strings.TrimSpace(l.String()), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// await returns the first line that fits.
func (l *log) await(t *testing.T, what string, fits func(entry) bool) entry {
	t.Helper()
	return l.awaitAfter(t, 0, what, fits)
}

// awaitAfter is await from a mark on.
func (l *log) awaitAfter(t *testing.T, mark int, what string, fits func(entry) bool) entry {
	t.Helper()
	deadline := time.After(patience)
	for {
		l.mu.Lock()
		news, closed, text := l.news, l.closed, l.text.String()[mark:]
		l.mu.Unlock()
		for line := range strings.Lines(text) {
			if parsed := parseEntry(line); fits(parsed) {
				return parsed
			}
		}
		if closed {
			t.Fatalf("the server ended before it said %s:\n%s", what, text)
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("the server did not say %s within %v:\n%s", what, patience, text)
		}
	}
}

// parseEntry reads a line; one that is no JSON has only its raw text.
func parseEntry(line string) entry {
	var parsed entry
	if json.Unmarshal([]byte(line), &parsed) != nil {
		parsed = entry{}
	}
	parsed.Raw = strings.TrimSuffix(line, "\n")
	return parsed
}
