package reload

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/mockbank/mockbank/scenarios"
)

// fakeWatcher is a watcher that tells what a test makes it tell.
type fakeWatcher struct {
	events chan fsnotify.Event
	errors chan error

	mu      sync.Mutex
	refuse  map[string]error
	folders []string
}

func newFakeWatcher() *fakeWatcher {
	return &fakeWatcher{events: make(chan fsnotify.Event), errors: make(chan error), refuse: make(map[string]error)}
}

func (f *fakeWatcher) Add(folder string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse[folder]; err != nil {
		return err
	}
	f.folders = append(f.folders, folder)
	return nil
}

func (f *fakeWatcher) Remove(folder string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.folders = slices.DeleteFunc(f.folders, func(one string) bool { return one == folder })
	return nil
}

func (f *fakeWatcher) WatchList() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.folders)
}

func (f *fakeWatcher) Close() error { return nil }

func (f *fakeWatcher) channels() (<-chan fsnotify.Event, <-chan error) { return f.events, f.errors }

// watchedBy makes the reloader use the watcher, or fail with the error.
func watchedBy(with watcher, err error) func(*Reloader) {
	return func(r *Reloader) { r.watch.open = func() (watcher, error) { return with, err } }
}

// Only what concerns the configuration wakes the reloader. An event has been dealt with once the next
// one is taken, and the last one once the reloader has ended.
func TestWhatWakesTheReloader(t *testing.T) {
	t.Parallel()
	for name, wakes := range map[string]bool{
		"mockbank.db": false, "mockbank.db-wal": false, "mockbank.db-owner": false, "mockbank_test.yaml": false, ".mockbank.yaml.swp": false,
		"notes.txt": false, "4913": false, "mockbank.yaml~": false,
		"mockbank.yaml": true, "other.yml": true, "..data": true, "folder": true, "link": true,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &live{t: t, folder: t.TempDir()}
			l.write("mockbank.yaml", bankText("first"))
			l.do(os.Mkdir(l.path("folder"), 0o700))
			l.do(os.Symlink("folder", l.path("link")))
			config, report := scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
			r := New(Config{
				Path: l.path("mockbank.yaml"), Config: config, Report: report, Use: l.use,
				Quiet: time.Hour, Ceiling: time.Hour, Rescan: time.Hour,
			})
			fake := newFakeWatcher()
			watchedBy(fake, nil)(r)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				r.Run(ctx)
			}()
			if _, err := r.Reload(ctx); err != nil { // it watches by now, and nothing is pending
				t.Fatal(err)
			}
			for _, op := range []fsnotify.Op{fsnotify.Create, fsnotify.Chmod, fsnotify.Write} {
				fake.events <- fsnotify.Event{Name: l.path(name), Op: op}
			}
			cancel()
			<-ended
			if woke := !r.pending.due().IsZero(); woke != wakes {
				t.Errorf("woke %t, want %t", woke, wakes)
			}
		})
	}
}

func TestChangedPermissionsWakeOnlyAfterARefusal(t *testing.T) {
	t.Parallel()
	w := newWatch()
	w.files = map[string]bool{"mockbank.yaml": true}
	event := fsnotify.Event{Name: "mockbank.yaml", Op: fsnotify.Chmod}
	if w.concerns(event, false) || !w.concerns(event, true) {
		t.Error("a file that can be read again is looked at; one that was read is not")
	}
}

// Why files are not watched is told at once, and again once they are; saves are seen by then.
func TestUnwatchedFilesAreReported(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		failing func(folder string, fake *fakeWatcher) func(*Reloader)
		healed  func(l *live, fake *fakeWatcher)
		says    string
	}{
		"no watcher": {
			func(string, *fakeWatcher) func(*Reloader) { return watchedBy(nil, syscall.EMFILE) }, nil, "max_user_instances",
		},
		"one folder": {func(folder string, fake *fakeWatcher) func(*Reloader) {
			fake.refuse[folder] = syscall.ENOSPC
			return watchedBy(fake, nil)
		}, func(l *live, fake *fakeWatcher) {
			fake.mu.Lock()
			defer fake.mu.Unlock()
			clear(fake.refuse)
		}, "max_user_watches"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &live{t: t, folder: t.TempDir()}
			l.write("mockbank.yaml", bankText("first"))
			fake := newFakeWatcher()
			l.prepare = test.failing(l.folder, fake)
			reported := make(chan error, 10)
			l.start("mockbank.yaml", func(c *Config) {
				c.Rescan = time.Millisecond
				c.Unwatched = func(why error) { reported <- why }
			})
			if why := <-reported; why == nil || !strings.Contains(why.Error(), test.says) {
				t.Errorf("told %v", why)
			}
			if l.reloader.Unwatched() == nil {
				t.Error("the status says nothing of it")
			}
			l.write("mockbank.yaml", bankText("second"))
			l.awaitLive("second") // by the rescan
			if test.healed == nil {
				return
			}
			test.healed(l, fake)
			if why := <-reported; why != nil || l.reloader.Unwatched() != nil {
				t.Errorf("told %v once it is watched", why)
			}
		})
	}
}

// A system that gives its watches back for itself, as when a file system is unmounted, is asked anew.
func TestAWatchThatTheSystemEndedIsBegunAnew(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	fake := newFakeWatcher()
	l.prepare = watchedBy(fake, nil)
	l.start("mockbank.yaml", func(c *Config) { c.Rescan = time.Millisecond })
	l.do(fake.Remove(l.folder))
	await(t, "the folder to be watched again", func() bool { return slices.Contains(fake.WatchList(), l.folder) })
}

// Where no event tells of changes, a file that was saved twice within the grain of its time is found by
// the next look.
func TestTwoSavesWithOneTimeAreFound(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	l.prepare = func(r *Reloader) {
		watchedBy(newFakeWatcher(), nil)(r)
		once := false
		r.load = func(ctx context.Context, path string, options scenarios.Options) (*scenarios.Config, *scenarios.Report) {
			config, report := scenarios.Load(ctx, path, options)
			if !once && config != nil && config.Rules.Scenarios[0].Name == "saved-1" {
				once = true
				before, err := os.Stat(path)
				l.do(err)
				l.write("mockbank.yaml", bankText("saved-2"))
				l.do(os.Chtimes(path, before.ModTime(), before.ModTime()))
			}
			return config, report
		}
	}
	l.start("mockbank.yaml", func(c *Config) { c.Rescan = 5 * time.Millisecond })
	l.write("mockbank.yaml", bankText("saved-1"))
	l.awaitLive("saved-2")
}

// Lost events are no reason to miss a save.
func TestLostEventsLeadToALook(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	fake := newFakeWatcher()
	l.prepare = watchedBy(fake, nil)
	l.start("mockbank.yaml")
	l.write("mockbank.yaml", bankText("second"))
	fake.errors <- errors.New("queue overflow")
	l.awaitLive("second")
}
