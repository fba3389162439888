package store

import (
	"log/slog"
	"sync"
	"time"
)

// starting tells why a start takes long, so that none is silent: first after a second, then every five.
type starting struct {
	logger *slog.Logger
	place  string

	mu    sync.Mutex
	stage string
	timer *time.Timer // nil once the start is over
	begun time.Time
}

// slowAfter is how long a start may be silent, and slowEvery how long from then on.
const (
	slowAfter = time.Second
	slowEvery = 5 * time.Second
)

func newStarting(options Options, place string) *starting {
	w := &starting{logger: options.Logger, place: place, begun: time.Now()}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(options.slowAfter, w.report)
	return w
}

func (w *starting) report() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer == nil {
		return
	}
	w.logger.Warn("the start waits: "+w.stage, "database", w.place, "waited", time.Since(w.begun).Round(time.Second).String())
	w.timer.Reset(slowEvery)
}

// stop ends it.
func (w *starting) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

// stage says what the start does from now on.
func (s *Store) stage(text string) {
	if s.starting == nil {
		return
	}
	s.starting.mu.Lock()
	defer s.starting.mu.Unlock()
	s.starting.stage = text
}
