package jobs_test

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine/jobs"
)

// Nobody looks for jobs here, for an hour: what falls due is told by the alarm, also what was put off, what was made
// before anybody worked jobs, and what the other node made.
func TestJobsThatFallDueAreNotified(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		w := newWorld(t, address, 700*time.Millisecond)
		before := w.connect(t, "points")
		w.start(t, jobs.Config{PollInterval: time.Hour})
		w.awaitSuccess(t, before)
		for _, scenario := range []string{"straight", "points"} {
			w.awaitSuccess(t, w.connect(t, scenario))
		}
	})
}

// A job that is due in more than five seconds is made available by River's leader, shortly before.
func TestJobsThatAreDueLaterAreNotified(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		w := newWorld(t, address, 6*time.Second)
		w.start(t, jobs.Config{PollInterval: time.Hour})
		w.awaitSuccess(t, w.connect(t, "straight"))
	})
}

// After a rest the client is started for what was made meanwhile, is due later, or was made by nobody that this process hears of.
func TestJobsGoOnAfterARest(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		w := newWorld(t, address, 4*time.Second)
		working := w.start(t, jobs.Config{PollInterval: 20 * time.Millisecond})
		for _, scenario := range []string{"points", "straight", "points"} {
			eventually(t, "rests", working.Resting)
			id := w.connect(t, scenario)
			w.awaitSuccess(t, id)
		}
		eventually(t, "rests again", working.Resting)
	})
}
