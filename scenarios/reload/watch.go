package reload

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/fsnotify/fsnotify"

	"github.com/mockbank/mockbank/scenarios"
)

// watch follows the folders of a configuration. Folders are watched, not files: editors replace files
// and ConfigMaps swap links.
type watch struct {
	// open begins to watch; a test may let it fail.
	open    func() (watcher, error)
	watcher watcher // nil where the system cannot watch
	// refused says why it cannot, unwatched why it cannot watch single folders.
	refused   error
	unwatched map[string]error

	// folders and files are the names that concern the configuration, links not followed.
	folders map[string]bool
	files   map[string]bool
	// watched holds the folders that are watched, links followed, and what they were then.
	watched map[string]os.FileInfo
	// seen is what the files were when they were last loaded.
	seen  map[string]os.FileInfo
	noise noise
}

// watcher is the system's way of telling that something changed in a folder.
type watcher interface {
	Add(folder string) error
	Remove(folder string) error
	WatchList() []string
	Close() error
	channels() (<-chan fsnotify.Event, <-chan error)
}

// systemWatcher is that of this system.
type systemWatcher struct{ *fsnotify.Watcher }

func (s systemWatcher) channels() (<-chan fsnotify.Event, <-chan error) { return s.Events, s.Errors }

func openSystem() (watcher, error) {
	opened, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return systemWatcher{opened}, nil
}

func newWatch() *watch {
	return &watch{open: openSystem, watched: make(map[string]os.FileInfo), unwatched: make(map[string]error)}
}

// close ends the watching.
func (w *watch) close() {
	if w.watcher != nil {
		_ = w.watcher.Close() // nothing is lost
	}
}

// events returns what tells of changes; nil, which never does, where the system cannot watch.
func (w *watch) events() <-chan fsnotify.Event {
	if w.watcher == nil {
		return nil
	}
	events, _ := w.watcher.channels()
	return events
}

// errors returns what tells that events were lost.
func (w *watch) errors() <-chan error {
	if w.watcher == nil {
		return nil
	}
	_, failures := w.watcher.channels()
	return failures
}

// failure returns why changes are not seen at once, nil where they are.
func (w *watch) failure() error {
	if w.refused != nil {
		return fmt.Errorf("the system watches no files: %w%s", w.refused, limitHint(w.refused))
	}
	if len(w.unwatched) == 0 {
		return nil
	}
	folder, more := slices.Sorted(maps.Keys(w.unwatched))[0], ""
	if len(w.unwatched) > 1 {
		more = fmt.Sprintf(", and %d more", len(w.unwatched)-1)
	}
	return fmt.Errorf("the folder %s%s cannot be watched: %w%s", folder, more, w.unwatched[folder], limitHint(w.unwatched[folder]))
}

// limitHint says which limit of the system is behind a failure to watch, where one is.
func limitHint(err error) string {
	switch {
	case errors.Is(err, syscall.EMFILE):
		return " (raise fs.inotify.max_user_instances, or the limit of open files)"
	case errors.Is(err, syscall.ENOSPC):
		return " (raise fs.inotify.max_user_watches)"
	}
	return ""
}

// follow watches what a load read, or would have read. It reports whether it watches further folders
// now: what changed in them since the load was not seen.
func (w *watch) follow(files, folders []string) bool {
	if folders == nil {
		return false // it got nowhere
	}
	w.folders, w.files = make(map[string]bool), make(map[string]bool)
	for _, name := range folders {
		w.folders[filepath.Clean(name)] = true
	}
	for _, name := range files {
		w.files[filepath.Clean(name)] = true
		if target, err := filepath.EvalSymlinks(name); err == nil {
			w.files[target] = true
			w.folders[filepath.Dir(target)] = true
		}
	}
	return w.renew()
}

// renew watches folders that are not watched yet, or are others by now under the same name, and
// leaves those that no longer concern the configuration. It reports whether it watches further ones.
func (w *watch) renew() bool {
	if w.watcher == nil {
		if w.watcher, w.refused = w.open(); w.refused != nil {
			return false
		}
	}
	wanted := w.wanted()
	w.leave(wanted)
	clear(w.unwatched)
	further := false
	for folder, info := range wanted {
		if w.watched[folder] != nil || w.noise.muted[folder] {
			continue
		}
		if err := w.watcher.Add(folder); err != nil {
			if !errors.Is(err, fs.ErrNotExist) { // it may have gone a moment ago
				w.unwatched[folder] = err
			}
			continue
		}
		w.watched[folder] = info
		further = true
	}
	return further
}

// wanted returns the folders to watch that are there now, links followed.
func (w *watch) wanted() map[string]os.FileInfo {
	wanted := make(map[string]os.FileInfo)
	for folder := range w.folders {
		resolved, err := filepath.EvalSymlinks(folder)
		if err != nil {
			continue // not there now; the rescan looks again
		}
		if info, err := os.Stat(resolved); err == nil && info.IsDir() {
			wanted[resolved] = info
		}
	}
	return wanted
}

// leave ends the watching of folders that are not wanted any more, or not the same any more. The system
// itself ends it where a folder's file system goes.
func (w *watch) leave(wanted map[string]os.FileInfo) {
	still := make(map[string]bool)
	for _, folder := range w.watcher.WatchList() {
		still[folder] = true
	}
	for folder, info := range w.watched {
		if now := wanted[folder]; now == nil || !os.SameFile(info, now) || !still[folder] {
			_ = w.watcher.Remove(folder) // it may be gone already
			delete(w.watched, folder)
		}
	}
}

// concerns reports whether an event may have changed the configuration. The database's own files may
// lie beside it: they must not wake anybody. refused says that the last load was.
func (w *watch) concerns(event fsnotify.Event, refused bool) bool {
	if event.Op == fsnotify.Chmod && !refused {
		return false
	}
	if _, gone := w.watched[event.Name]; gone && event.Has(fsnotify.Remove|fsnotify.Rename) {
		_ = w.watcher.Remove(event.Name) // it may be gone already
		delete(w.watched, event.Name)
		return true
	}
	base := filepath.Base(event.Name)
	if w.files[filepath.Clean(event.Name)] || scenarios.IsConfigFile(base) || strings.HasPrefix(base, "..") {
		return true
	}
	if event.Op == fsnotify.Write {
		return false
	}
	info, err := os.Lstat(event.Name)
	return err == nil && (info.IsDir() || info.Mode()&fs.ModeSymlink != 0)
}

// remember notes what the files are, before they are loaded.
func (w *watch) remember() { w.seen = w.stamps() }

// changed reports whether the files differ from what they were when they were last loaded.
func (w *watch) changed() bool { return !sameStamps(w.seen, w.stamps()) }

func sameStamps(a, b map[string]os.FileInfo) bool { return maps.EqualFunc(a, b, sameState) }

func sameState(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && a.Mode() == b.Mode()
}

// stamps looks at all files that concern the configuration, without reading them.
func (w *watch) stamps() map[string]os.FileInfo {
	stamps := make(map[string]os.FileInfo)
	for folder := range w.folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // not there now
		}
		for _, entry := range entries {
			if scenarios.IsConfigFile(entry.Name()) {
				stamp(stamps, filepath.Join(folder, entry.Name()))
			}
		}
	}
	for file := range w.files {
		stamp(stamps, file)
	}
	return stamps
}

func stamp(stamps map[string]os.FileInfo, name string) {
	if info, err := os.Stat(name); err == nil {
		stamps[name] = info
	}
}
