package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
)

const (
	// shortestSnooze keeps a job from coming again faster than it is looked for.
	shortestSnooze = 10 * time.Millisecond
	// outagePause is how long a job waits where the database cannot answer.
	outagePause = 2 * time.Second
)

// importWorker brings imports forward.
type importWorker struct {
	river.WorkerDefaults[store.ImportJob]
	bank   Bank
	config Config
	tokens chan struct{} // holds a token for each job at work
}

func newImportWorker(bank Bank, config Config) *importWorker {
	return &importWorker{bank: bank, config: config, tokens: make(chan struct{}, config.AtOnce)}
}

// Work implements river.Worker.
func (w *importWorker) Work(ctx context.Context, job *river.Job[store.ImportJob]) error {
	select {
	case w.tokens <- struct{}{}:
		defer func() { <-w.tokens }()
	case <-ctx.Done():
		return river.JobSnooze(shortestSnooze)
	}
	lag := max(0, w.config.Now().Sub(job.ScheduledAt))
	next, done, err := w.bank.Imports.Advance(ctx, job.Args.ConnectionID, job.Args.Run)
	w.config.Metrics.ImportAdvanced(lag, err)
	return w.config.again(ctx, next, done, err)
}

// again is what a job ends with that is done, or is to come again at the time next.
func (c *Config) again(ctx context.Context, next time.Time, done bool, err error) error {
	switch {
	case err != nil && passes(ctx, err):
		return river.JobSnooze(outagePause)
	case err != nil:
		return err
	case done:
		return nil
	default:
		return river.JobSnooze(max(shortestSnooze, next.Sub(c.Now())))
	}
}

// passes reports whether an error is no fault of the job's, so that it does not count as an attempt:
// the database cannot answer, others changed the record all the time, or the node stops.
func passes(ctx context.Context, err error) bool {
	code := engine.CodeOf(err)
	return code == engine.CodeUnavailable || code == engine.CodeConflict ||
		errors.Is(err, context.Canceled) && ctx.Err() != nil
}
