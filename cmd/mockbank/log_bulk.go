package main

import (
	"io"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// logPause is for how long lines of the log are gathered after one was written.
	logPause = 5 * time.Millisecond
	// logBulk is how many bytes of the log are gathered at most.
	logBulk = 32 << 10
)

// bulkLog writes a log's lines, each at once while they come slowly. What comes within [logPause] of another is written
// together with it, so that a busy server pays for one write in place of hundreds; a line of level warn or worse, and all
// before it, is not held back. Its methods are safe for concurrent use.
type bulkLog struct {
	w io.Writer

	mu      sync.Mutex
	pending []byte
	pause   *time.Timer // runs out after a write, nil before the first
	paused  bool
	closed  bool
}

func newBulkLog(w io.Writer) *bulkLog { return &bulkLog{w: w} }

// Write implements [io.Writer]. A line is kept whole.
func (l *bulkLog) Write(line []byte) (int, error) { return l.WriteLevel(zerolog.NoLevel, line) }

// WriteLevel implements [zerolog.LevelWriter].
func (l *bulkLog) WriteLevel(level zerolog.Level, line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	grave := level >= zerolog.WarnLevel && level < zerolog.NoLevel
	if !l.paused && !l.closed && !grave {
		l.rest()
		return l.w.Write(line)
	}
	l.pending = append(l.pending, line...)
	if grave || l.closed || len(l.pending) >= logBulk {
		return len(line), l.flush()
	}
	return len(line), nil
}

// rest begins a pause.
func (l *bulkLog) rest() {
	l.paused = true
	if l.pause == nil {
		l.pause = time.AfterFunc(logPause, l.resume)
		return
	}
	l.pause.Reset(logPause)
}

// resume ends a pause. Where lines came meanwhile the next one begins.
func (l *bulkLog) resume() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused = false
	if len(l.pending) > 0 && !l.closed {
		l.rest()
		_ = l.flush() // a log that cannot be written has nobody to tell
	}
}

func (l *bulkLog) flush() error {
	if len(l.pending) == 0 {
		return nil
	}
	_, err := l.w.Write(l.pending)
	l.pending = l.pending[:0]
	return err
}

// Close writes what was gathered. Lines that come later are written at once.
func (l *bulkLog) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.pause != nil {
		l.pause.Stop()
	}
	return l.flush()
}
