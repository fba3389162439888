package reload

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/mockbank/mockbank/scenarios"
)

// WatchFiles reads files and runs something, and again whenever one of the files that it read was saved,
// or one came to their folders, until ctx ends; it then returns nil. What is read returns the reports of
// that; run uses what was last read. A row of saves runs it once. It fails where the system cannot watch
// files.
func WatchFiles(ctx context.Context, read func() []*scenarios.Report, run func()) error {
	f := &fileWatch{
		watch: newWatch(), read: read, run: run,
		pending: debounce{quiet: 30 * time.Millisecond, ceiling: 200 * time.Millisecond},
	}
	defer f.close()
	f.again()
	if f.refused != nil {
		return fmt.Errorf("watch the files: %w", f.failure())
	}
	for f.wait(ctx) {
	}
	return nil
}

// fileWatch runs something whenever what it reads was saved.
type fileWatch struct {
	*watch
	read    func() []*scenarios.Report
	run     func()
	pending debounce
}

// readRounds bounds how often files are read until what they consist of is watched.
const readRounds = 10

// again reads and runs. What was saved between the reading and the watching is told by nobody, and no
// file's time shows it for certain: so it reads once more behind a watching that is new.
func (f *fileWatch) again() {
	f.pending.over()
	for range readRounds {
		var files, folders []string
		for _, one := range f.read() {
			names, within := one.Inputs()
			files, folders = append(files, names...), append(folders, within...)
		}
		if further := f.follow(files, folders); !further {
			break
		}
	}
	if f.refused == nil {
		f.run()
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
	case event := <-f.events():
		if f.concerns(event, false) || scenarios.IsTestFile(filepath.Base(event.Name)) && event.Op != fsnotify.Chmod {
			f.pending.record(time.Now())
		}
	case <-f.errors(): // events were lost
		f.pending.record(time.Now())
	case <-due:
		f.again()
	}
	return true
}
