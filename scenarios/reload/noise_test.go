package reload

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A database that lies beside the configuration tells of each write. Its folder is left for a while, which hides no save.
func TestANoisyFolderIsLeftForAWhile(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	fake := newFakeWatcher()
	l.prepare = watchedBy(fake, nil)
	l.start("mockbank.yaml")
	watched := func() bool { return slices.Contains(fake.WatchList(), l.folder) }
	write := fsnotify.Event{Name: l.path("mockbank.db-wal"), Op: fsnotify.Write}
	for watched() {
		fake.events <- write
	}
	l.write("mockbank.yaml", bankText("second")) // the system tells nothing of it
	l.awaitLive("second")
	l.write("mockbank.yaml", bankText("third"))
	l.awaitLive("third")
	await(t, "the folder to be watched again", watched)
}

// What was saved just before the folder is left is found, though its event is lost.
func TestASaveBeforeAFolderIsLeftIsFound(t *testing.T) {
	t.Parallel()
	w, folder := newWatch(), t.TempDir()
	file := filepath.Join(folder, "mockbank.yaml")
	save := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("first")
	w.open = func() (watcher, error) { return newFakeWatcher(), nil }
	w.follow([]string{file}, []string{folder})
	w.remember()
	save("the second")
	now := time.Now()
	for i := range noisyEvents {
		w.foreign(fsnotify.Event{Name: filepath.Join(folder, "mockbank.db"), Op: fsnotify.Write}, now.Add(time.Duration(i)))
	}
	if w.watched[folder] != nil {
		t.Fatal("the folder is watched, however much it tells")
	}
	if !w.poll(now.Add(pollEvery)) || w.poll(now.Add(2*pollEvery)) {
		t.Error("the save is found never, or again and again")
	}
	if w.renew(); w.watched[folder] != nil {
		t.Error("a rescan watches the folder before its time")
	}
	if w.poll(now.Add(2*muteFor)) || w.watched[folder] == nil || w.noise.rescan != nil {
		t.Error("the folder is not watched again")
	}
}

func TestAFolderThatTellsNowAndThenStaysWatched(t *testing.T) {
	t.Parallel()
	w, folder := newWatch(), t.TempDir()
	w.open = func() (watcher, error) { return newFakeWatcher(), nil }
	w.follow(nil, []string{folder})
	now := time.Now()
	for range 10 * noisyEvents {
		w.foreign(fsnotify.Event{Name: filepath.Join(folder, "mockbank.db"), Op: fsnotify.Write}, now)
		now = now.Add(noisyTime / (noisyEvents - 2))
	}
	if w.watched[folder] == nil {
		t.Error("it is left")
	}
}
