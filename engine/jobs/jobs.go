package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/mockbank/mockbank/engine/store"
)

// maintenanceQueue is the queue of clean-ups, of which one runs at a time on a node.
const maintenanceQueue = "maintenance"

const (
	// fetchCooldown is the least time between two looks for jobs.
	fetchCooldown = 10 * time.Millisecond
	// rescueMargin is how much longer than its time a job may be at work before another takes it.
	rescueMargin = 5 * time.Second
	// keepCompleted is how long jobs that are done can be looked at in the database.
	keepCompleted = 15 * time.Minute
)

// Jobs is the background work of this node while it runs.
type Jobs struct {
	client *river.Client[*sql.Tx]
	keeper *keeper
	// own is the courier that nobody else closes.
	own *Courier
}

// Start begins to work the jobs of the store, for as long as [Jobs.Stop] is not called: the end of
// ctx only ends the start.
func Start(ctx context.Context, records *store.Store, bank Bank, config Config) (*Jobs, error) {
	config = config.withDefaults(records.Kind())
	j := &Jobs{}
	if config.Courier == nil {
		j.own = NewCourier(CourierConfig{Metrics: config.Metrics, Now: config.Now, Holder: config.Node})
		config.Courier = j.own
	}
	cleanUps := &cleanUps{every: config.CleanUpInterval}
	workers := river.NewWorkers()
	river.AddWorker(workers, newImportWorker(bank, config))
	river.AddWorker(workers, &endingWorker{bank: bank, config: config})
	river.AddWorker(workers, &deliveryWorker{bank: bank, config: config})
	river.AddWorker(workers, &sweepWorker{bank: bank, config: config})
	river.AddWorker(workers, &forgetWorker{bank: bank})
	river.AddWorker(workers, &cleanUpWorker{records: records, bank: bank, config: config})
	client, err := river.NewClient(records.JobDriver(), riverConfig(config, workers, cleanUps))
	if err != nil {
		return nil, fmt.Errorf("set background jobs up: %w", err)
	}
	if err := records.ReleaseJobs(ctx); err != nil {
		return nil, fmt.Errorf("release background jobs: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("start background jobs: %w", err)
	}
	j.client = client
	j.keeper = newKeeper(client, config, cleanUps, func(ctx context.Context) (time.Duration, bool, error) {
		return records.NextJob(ctx, store.ImportQueue, store.WebhookQueue, maintenanceQueue)
	})
	records.WatchJobs(j.keeper.heard)
	go j.keeper.run(context.WithoutCancel(ctx))
	return j, nil
}

// Stop takes no more jobs and waits for those at work. When ctx ends first, they are cancelled, and
// come again at the next start.
func (j *Jobs) Stop(ctx context.Context) error {
	if j.own != nil {
		defer j.own.Close()
	}
	err := j.keeper.stop(ctx)
	if err == nil {
		err = j.client.Stop(ctx)
	}
	if err == nil {
		return nil
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), rescueMargin)
	defer cancel()
	err = j.keeper.stop(patience) // one that is at a start or a stop lets go at once; the client is not touched by two
	if err == nil {
		err = j.client.StopAndCancel(patience)
	}
	if err != nil {
		return fmt.Errorf("stop background jobs: %w", err)
	}
	return nil
}

// Resting reports whether nothing is due, so that nobody looks for jobs but once every [Config.PollInterval].
func (j *Jobs) Resting() bool { return j.keeper.resting.Load() }

func riverConfig(config Config, workers *river.Workers, cleanUps *cleanUps) *river.Config {
	return &river.Config{
		ID:      config.Node,
		Workers: workers,
		Queues: map[string]river.QueueConfig{
			store.ImportQueue:  {MaxWorkers: config.Workers},
			store.WebhookQueue: {MaxWorkers: min(config.Workers, 32)},
			maintenanceQueue:   {MaxWorkers: 1},
		},
		FetchCooldown:               min(fetchCooldown, config.PollInterval),
		FetchPollInterval:           config.PollInterval,
		JobTimeout:                  config.JobTimeout,
		RescueStuckJobsAfter:        config.JobTimeout + rescueMargin,
		RetryPolicy:                 retryPolicy{now: config.Now},
		ErrorHandler:                &errorHandler{logger: config.Logger},
		CompletedJobRetentionPeriod: keepCompleted,
		CancelledJobRetentionPeriod: keepCompleted,
		Logger:                      slog.New(warnings{config.Logger.Handler()}),
		PeriodicJobs:                []*river.PeriodicJob{cleanUps.job()},
	}
}
