package store

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// health is what the store knows of its database beyond the last answer. Each is nil where all is well.
type health struct {
	// gone says that the SQLite file at the path is not the one that is open.
	gone atomic.Pointer[engine.Error]
	// broken says that the file is damaged: it was found out once, and stays so until somebody restores it.
	broken atomic.Pointer[engine.Error]
	// unwritten is why the last change could not be written.
	unwritten atomic.Pointer[engine.Error]
}

// errGone is returned for changes, which nobody would ever find again.
var errGone = &engine.Error{Code: engine.CodeUnavailable, Message: "the database cannot answer now: its file was removed or replaced " +
	"while the bank ran, so that what is written is lost; put the file back, or restart the bank to begin with the file that is there"}

// problem returns what keeps the database from being written to, nil where nothing is known to.
func (h *health) problem() *engine.Error {
	for _, p := range []*atomic.Pointer[engine.Error]{&h.gone, &h.broken, &h.unwritten} {
		if err := p.Load(); err != nil {
			return err
		}
	}
	return nil
}

// wrote takes down how the last change went.
func (h *health) wrote(err *engine.Error) {
	if h.unwritten.Load() != err {
		h.unwritten.Store(err)
	}
}

// Ping reports whether the database answers, and takes changes.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	if err := s.health.problem(); err != nil {
		return err
	}
	if s.group == nil {
		return s.pingPostgres(ctx)
	}
	return s.refine(ctx, s.readers.PingContext(ctx))
}

// watch sees to it that an SQLite file and its write-ahead log are still what is at their paths.
type watch struct {
	store *Store
	files []watched
	end   chan struct{}
	ended chan struct{}
}

// watched is a file that is open, by its path.
type watched struct {
	path string
	info os.FileInfo
}

// startWatch begins to watch the file. The checkpointer's connection keeps SQLite from making its log anew.
func (s *Store) startWatch() {
	w := &watch{store: s, files: []watched{{s.file.path, s.file.info}}, end: make(chan struct{}), ended: make(chan struct{})}
	if info, err := os.Stat(s.file.path + "-wal"); err == nil {
		w.files = append(w.files, watched{s.file.path + "-wal", info})
	}
	s.watch = w
	go w.run(s.options.watchInterval)
	s.closers = append(s.closers, w)
}

// Close ends it.
func (w *watch) Close() error {
	close(w.end)
	<-w.ended
	return nil
}

func (w *watch) run(interval time.Duration) {
	defer close(w.ended)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-w.end:
			return
		case <-ticker.C:
			w.check()
		}
	}
}

// check compares the files with what is at their paths, and reports whether they are the same.
func (w *watch) check() bool {
	missing := w.missing()
	before := w.store.health.gone.Load()
	switch {
	case missing == "" && before != nil:
		w.store.health.gone.Store(nil)
		w.store.options.Logger.Warn("the database's file is back", "database", w.store.place)
	case missing != "" && before == nil:
		if w.store.health.gone.CompareAndSwap(nil, errGone) {
			w.store.options.Logger.Error("the database's file was removed or replaced: what is written from now on is lost, so changes "+
				"are refused; "+
				"put it back, or restart to begin with the file that is there", "database", w.store.place, "file", missing)
		}
	}
	return missing == ""
}

// missing returns the path of a file that is not there any more.
func (w *watch) missing() string {
	for _, f := range w.files {
		if now, err := os.Stat(f.path); err != nil || !os.SameFile(f.info, now) {
			return f.path
		}
	}
	return ""
}

// gone reports whether the file that is written to is not the one at its path. The writer asks after each commit,
// before it answers: what a client was told is then in a file that will be found.
func (s *Store) gone() *engine.Error {
	if s.watch != nil && !s.watch.check() {
		return errGone
	}
	return nil
}
