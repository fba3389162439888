package reload

import (
	"os"
	"testing"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// A folder that a load names for the first time was not watched while it was read: what was saved in it
// meanwhile is found by loading once more. Folders that were watched are not loaded twice.
func TestAFurtherFolderIsLoadedOnceMore(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	config, report := scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
	r := New(Config{Path: l.path("mockbank.yaml"), Config: config, Report: report, Use: l.use, Quiet: time.Hour, Ceiling: time.Hour})
	watchedBy(newFakeWatcher(), nil)(r)
	r.watch.follow(report.Inputs())
	reload := func(want bool) {
		t.Helper()
		if _, led := r.reloadOnce(t.Context(), TriggerWatch, false); led != settled || r.pending.due().IsZero() == want {
			t.Errorf("led to %v, one more load: %t", led, !want)
		}
	}
	reload(false)
	l.do(os.Mkdir(l.path("parts"), 0o700))
	l.write("parts/one.yaml", "scenarios: [{name: one, when: {password: x}, authentication: AUTHENTICATED}]\n")
	l.write("mockbank.yaml", "include: parts\n"+bankText("first"))
	reload(true)
	reload(false)
}
