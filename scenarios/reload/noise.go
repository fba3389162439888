package reload

import (
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// noisyEvents within noisyTime that concern nobody make a folder noisy.
	noisyEvents, noisyTime = 16, 100 * time.Millisecond
	// pollEvery is how often the files are looked at while a noisy folder is not watched: a save there is seen that much
	// later. Looking takes at most a pollShare-th of the time.
	pollEvery, pollShare = 25 * time.Millisecond, 50
	// muteFor is for how long a noisy folder is not watched, until it is tried again.
	muteFor = time.Second
)

// noise is what a watch knows of folders in which much happens that does not concern the configuration. A database that
// lies beside it tells of each write to its log, thousands of times a second, and wakes all that watch the folder. Such a
// folder is muted: for a while its files are looked at now and then, in place of being watched.
type noise struct {
	began  time.Time // of a row of events that concern nobody
	events int
	// muted holds the folders that are not watched, until when, and polled what the files were at the last look.
	muted  map[string]bool
	until  time.Time
	polled map[string]os.FileInfo
	timer  *time.Timer
	rescan <-chan time.Time // nil while no folder is muted
}

// foreign takes an event that concerned nobody, received at a time. It mutes the folder where there are many of them.
func (w *watch) foreign(event fsnotify.Event, now time.Time) {
	if now.Sub(w.noise.began) >= noisyTime {
		w.noise.began, w.noise.events = now, 0
	}
	if w.noise.events++; w.noise.events >= noisyEvents {
		w.mute(filepath.Dir(event.Name), now)
	}
}

// mute leaves a folder for a while. What was saved there and not told yet is found by the first look, since that compares
// with what was loaded.
func (w *watch) mute(folder string, now time.Time) {
	if w.watched[folder] == nil {
		return // what it told before it was left
	}
	n := &w.noise
	if len(n.muted) == 0 {
		n.muted, n.polled, n.until = make(map[string]bool), w.seen, now.Add(muteFor)
		n.wake(pollEvery)
	}
	n.muted[folder] = true
	_ = w.watcher.Remove(folder) // it may be gone already
	delete(w.watched, folder)
}

func (n *noise) wake(after time.Duration) {
	if n.timer == nil {
		n.timer = time.NewTimer(after)
	} else {
		n.timer.Reset(after)
	}
	n.rescan = n.timer.C
}

// poll looks at the files in the place of what muted folders would tell, at a time, and reports whether they changed since the
// last look. Once their time is over, folders are watched again.
func (w *watch) poll(now time.Time) bool {
	n := &w.noise
	last := !now.Before(n.until)
	if last {
		clear(n.muted)
		n.events, n.rescan = 0, nil
		w.renew()
	}
	began := time.Now()
	stamps := w.stamps()
	changed := !sameStamps(n.polled, stamps)
	n.polled = stamps
	if !last {
		n.wake(max(pollEvery, pollShare*time.Since(began)))
	}
	return changed
}
