package reload

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/mockbank/mockbank/scenarios"
)

// WatchFiles runs a load, and again whenever one of the files that it read was saved, or one came to
// their folders, until ctx ends; it then returns nil. The load returns the reports of what it read.
// A row of saves runs it once. It fails where the system cannot watch files.
func WatchFiles(ctx context.Context, load func() []*scenarios.Report) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch the files: %w", err)
	}
	defer watcher.Close() //nolint:errcheck // nothing is lost
	f := &fileWatch{
		watch: newWatch(watcher), load: load,
		pending: debounce{quiet: 30 * time.Millisecond, ceiling: 200 * time.Millisecond},
	}
	f.run()
	for f.wait(ctx) {
	}
	return nil
}

// fileWatch runs a load whenever what it reads was saved.
type fileWatch struct {
	*watch
	load    func() []*scenarios.Report
	pending debounce
}

// run loads, and watches what was read from then on.
func (f *fileWatch) run() {
	begun := time.Now()
	f.pending.over()
	var files, folders []string
	for _, one := range f.load() {
		read, within := one.Inputs()
		files, folders = append(files, read...), append(folders, within...)
	}
	f.follow(files, folders)
	for _, file := range f.stamps() {
		if file.ModTime().After(begun) { // saved meanwhile: nobody was watching yet
			f.pending.note(time.Now())
		}
	}
}

// wait waits for the next thing that happens. It returns false once ctx has ended.
func (f *fileWatch) wait(ctx context.Context) bool {
	var due <-chan time.Time
	if at := f.pending.due(); !at.IsZero() {
		due = time.After(time.Until(at))
	}
	select {
	case <-ctx.Done():
		return false
	case event := <-f.events:
		if f.concerns(event, false) || scenarios.IsTestFile(filepath.Base(event.Name)) && event.Op != fsnotify.Chmod {
			f.pending.note(time.Now())
		}
	case <-f.errors: // events were lost
		f.pending.note(time.Now())
	case <-due:
		f.run()
	}
	return true
}
