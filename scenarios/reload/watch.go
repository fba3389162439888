package reload

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"

	"github.com/mockbank/mockbank/scenarios"
)

// watch follows the folders of a configuration. Folders are watched, not files: editors replace files
// and ConfigMaps swap links.
type watch struct {
	watcher *fsnotify.Watcher // nil where the system cannot watch
	events  <-chan fsnotify.Event
	errors  <-chan error

	// folders and files are the names that concern the configuration, links not followed.
	folders map[string]bool
	files   map[string]bool
	// watched holds the folders that are watched, links followed, and what they were then.
	watched map[string]os.FileInfo
	// seen is what the files were when they were last loaded.
	seen map[string]os.FileInfo
}

func newWatch(watcher *fsnotify.Watcher) *watch {
	w := &watch{watcher: watcher, watched: make(map[string]os.FileInfo)}
	if watcher != nil {
		w.events, w.errors = watcher.Events, watcher.Errors
	}
	return w
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
		return false
	}
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
	for folder, info := range w.watched {
		if now, still := wanted[folder]; !still || !os.SameFile(info, now) {
			_ = w.watcher.Remove(folder) // it may be gone already
			delete(w.watched, folder)
		}
	}
	further := false
	for folder, info := range wanted {
		if w.watched[folder] == nil && w.watcher.Add(folder) == nil {
			w.watched[folder] = info
			further = true
		}
	}
	return further
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
func (w *watch) changed() bool { return !maps.EqualFunc(w.seen, w.stamps(), sameState) }

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
