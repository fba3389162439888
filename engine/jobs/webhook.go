package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/mockbank/mockbank/engine/store"
)

// deliveryWorker sends webhooks.
type deliveryWorker struct {
	river.WorkerDefaults[store.DeliveryJob]
	bank   Bank
	config Config
}

// Timeout bounds one turn of a delivery's job: it goes on for [Config.JobTimeout], lets the attempt under
// way end, and comes again at once where there is more to send.
func (w *deliveryWorker) Timeout(*river.Job[store.DeliveryJob]) time.Duration {
	return w.config.JobTimeout + engineTimeout
}

// engineTimeout is a little more than the longest time that a webhook may leave to its receiver.
const engineTimeout = 40 * time.Second

// Work implements river.Worker.
func (w *deliveryWorker) Work(ctx context.Context, job *river.Job[store.DeliveryJob]) error {
	enough, cancel := context.WithTimeout(ctx, w.config.JobTimeout)
	defer cancel()
	_, last, err := w.config.Courier.sendStream(ctx, enough, w.bank, job.Args.Webhook, job.Args.Stream)
	switch {
	case err != nil && passes(ctx, err):
		return river.JobSnooze(outagePause)
	case err != nil:
		return err
	case last.Again.IsZero():
		return nil
	default:
		return river.JobSnooze(max(shortestSnooze, last.Again.Sub(w.config.Now())))
	}
}

// endingWorker tells webhooks of processes that time ends.
type endingWorker struct {
	river.WorkerDefaults[store.EndingJob]
	bank   Bank
	config Config
}

// Work implements river.Worker.
func (w *endingWorker) Work(ctx context.Context, job *river.Job[store.EndingJob]) error {
	next, done, err := w.bank.Webhooks.NotifyEnding(ctx, job.Args.ProcessID)
	return w.config.again(ctx, next, done, err)
}
