package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/mockbank/mockbank/engine/store"
)

// sweepPause keeps the job of a session, which has a great many imports, from being all that the database is asked.
const sweepPause = 100 * time.Millisecond

// sweepWorker brings forward what sessions have due since a turn of their clocks.
type sweepWorker struct {
	river.WorkerDefaults[store.SweepJob]
	bank   Bank
	config Config
}

// Work implements river.Worker.
func (w *sweepWorker) Work(ctx context.Context, job *river.Job[store.SweepJob]) error {
	next, done, err := w.bank.Clocks.Sweep(ctx, job.Args.Session, job.Args.Generation)
	switch {
	case err != nil && passes(ctx, err):
		return river.JobSnooze(outagePause)
	case err != nil:
		return err
	case done:
		return nil
	default:
		return river.JobSnooze(max(sweepPause, next.Sub(w.config.Now())))
	}
}

// forgetWorker goes on with removals of sessions' records that were not finished.
type forgetWorker struct {
	river.WorkerDefaults[store.ForgetJob]
	bank Bank
}

// Work implements river.Worker.
func (w *forgetWorker) Work(ctx context.Context, job *river.Job[store.ForgetJob]) error {
	done, err := w.bank.Sessions.FinishForgetting(ctx, job.Args.ID)
	switch {
	case err != nil && passes(ctx, err):
		return river.JobSnooze(outagePause)
	case err != nil || done:
		return err
	default:
		return river.JobSnooze(sweepPause)
	}
}
