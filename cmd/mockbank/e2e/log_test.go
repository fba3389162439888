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
	lines  []string
	rest   []byte // of a line whose end has not come yet
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
	l.rest = append(l.rest, p...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			break
		}
		l.lines, l.rest = append(l.lines, string(line)), rest
	}
	l.report()
	return len(p), nil
}

func (l *log) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.lines, l.rest = append(l.lines, string(l.rest)), nil
	}
	l.closed = true
	l.report()
}

func (l *log) report() {
	close(l.news)
	l.news = make(chan struct{})
}

// after returns the lines from a mark on, whether there will be no more, and what tells that there are.
func (l *log) after(mark int) (lines []string, closed bool, news <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines[mark:len(l.lines):len(l.lines)], l.closed, l.news
}

func (l *log) String() string {
	lines, _, _ := l.after(0)
	return strings.Join(lines, "\n")
}

// mark returns the place after all that was said so far.
func (l *log) mark() int {
	lines, _, _ := l.after(0)
	return len(lines)
}

func (l *log) tail(count int) string {
	lines, _, _ := l.after(0)
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
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
		lines, closed, news := l.after(mark)
		for _, line := range lines {
			if parsed := parseEntry(line); fits(parsed) {
				return parsed
			}
		}
		mark += len(lines)
		if closed {
			t.Fatalf("the server ended before it said %s:\n%s", what, l.tail(50))
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("the server did not say %s within %v:\n%s", what, patience, l.tail(50))
		}
	}
}

// parseEntry reads a line; one that is no JSON has only its raw text.
func parseEntry(line string) entry {
	var parsed entry
	if json.Unmarshal([]byte(line), &parsed) != nil {
		parsed = entry{}
	}
	parsed.Raw = line
	return parsed
}
