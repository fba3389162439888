package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// startAhead is how long before a job is due River's client is started again: it is elected, and makes available what is due.
	startAhead = 2 * time.Second
	// lookPatience bounds a look for the next job.
	lookPatience = 5 * time.Second
	// startPatience bounds a start: a database may take connections and not answer.
	startPatience = 10 * time.Second
	// stopPatience bounds a stop before it cancels what is at work, and once more after that.
	stopPatience = 5 * time.Second
	// startPause is the time from a start that failed to the next one; it doubles each time, up to the time between two looks.
	startPause = 100 * time.Millisecond
)

// startStopper is River's client, as the keeper needs it.
type startStopper interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// keeper lets River's client rest while nothing is due. The client has a ticker that wakes a processor twenty times a second
// as long as it runs, and no setting for it.
//
// It goes by what the database says, of jobs of other nodes too, and by what the store's alarm tells it.
type keeper struct {
	client startStopper
	logger *slog.Logger
	// look returns how long it is until a job is due, as [store.Store.NextJob].
	look     func(ctx context.Context) (wait time.Duration, found bool, err error)
	cleanUps *cleanUps
	// pause is the time between two looks.
	pause   time.Duration
	looks   <-chan time.Time // in place of a ticker, for tests
	resting atomic.Bool
	since   time.Time // the client's last start
	// stopping says that the client was stopped, and was not through in time: it neither works nor can be started.
	stopping bool
	// release ends the context of the client's last run. It is for when that is over: it cancels what is at work.
	release context.CancelFunc
	retry   *time.Timer   // where a start failed: comes when it is time for the next one
	failed  time.Duration // the last pause after a start that failed; none where the last one succeeded

	wake  chan struct{} // holds a token where a job was made that is due before the next look
	quit  context.CancelFunc
	done  context.Context // ends with stop
	ended chan struct{}
}

func newKeeper(client startStopper, config Config, cleanUps *cleanUps,
	look func(ctx context.Context) (time.Duration, bool, error)) *keeper {
	k := &keeper{client: client, logger: config.Logger, look: look, cleanUps: cleanUps, pause: config.PollInterval, since: time.Now(),
		wake: make(chan struct{}, 1), ended: make(chan struct{}), release: func() {}, retry: time.NewTimer(time.Hour)}
	k.retry.Stop()
	k.done, k.quit = context.WithCancel(context.Background())
	return k
}

// heard is told of a job that this process made. It never waits.
func (k *keeper) heard(due time.Time) {
	if time.Until(due) > k.near() {
		return // a look comes before it
	}
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// near is how far ahead a job is for which the client has to run: the next look could be too late for it.
func (k *keeper) near() time.Duration { return k.pause + startAhead }

// run starts and stops the client until [keeper.stop]. The client runs when it is called.
func (k *keeper) run(ctx context.Context) {
	defer close(k.ended)
	defer k.retry.Stop()
	tick := time.NewTicker(min(k.pause, startAhead)) // the first look comes soon: mostly a start leaves nothing to do
	defer tick.Stop()
	looks := k.looks
	if looks == nil {
		looks = tick.C
	}
	for {
		var woken <-chan struct{}
		if k.resting.Load() && k.failed == 0 {
			woken = k.wake
		}
		select {
		case <-k.done.Done():
			return
		case <-woken:
			k.start(ctx)
		case <-k.retry.C:
			k.start(ctx)
		case <-looks:
			tick.Reset(k.pause)
			k.turn(ctx)
		}
	}
}

// turn looks, and starts or stops the client.
func (k *keeper) turn(ctx context.Context) {
	if k.stopping {
		k.rest()
		return
	}
	select { // what was heard before is in the database
	case <-k.wake:
	default:
	}
	busy, err := k.busy()
	switch {
	case err != nil: // the database is away: the client goes on trying if it runs, and could not start if it does not
	case busy && k.resting.Load():
		k.start(ctx)
	case !busy && !k.resting.Load() && len(k.wake) == 0:
		k.rest()
	}
}

// busy reports whether there is something to do soon.
func (k *keeper) busy() (bool, error) {
	if last := k.cleanUps.lastMade(); time.Since(last) >= k.cleanUps.every && time.Since(k.since) >= k.cleanUps.every {
		return true, nil
	}
	look, cancel := context.WithTimeout(k.done, lookPatience)
	defer cancel()
	wait, found, err := k.look(look)
	return found && wait <= k.near(), err
}

// rest stops the client. A job that it took at the last moment may be at work for long, and meanwhile it takes no other:
// such a job is cancelled, and comes again. A stop that is not through even then goes on beside the keeper.
func (k *keeper) rest() {
	err := k.bounded(k.client.Stop)
	if err != nil && k.done.Err() == nil {
		err = k.bounded(k.client.StopAndCancel)
	}
	k.stopping = err != nil
	if err == nil {
		k.resting.Store(true)
	}
}

func (k *keeper) bounded(stop func(context.Context) error) error {
	patience, cancel := context.WithTimeout(k.done, stopPatience)
	defer cancel()
	return stop(patience)
}

// start starts the client. Where that fails, as it does while the database is away, it is tried again after a pause that grows.
func (k *keeper) start(ctx context.Context) {
	k.retry.Stop()
	err := k.try(ctx)
	switch {
	case err == nil:
		k.since, k.failed = time.Now(), 0
		k.resting.Store(false)
	case k.done.Err() == nil:
		k.failed = min(max(startPause, 2*k.failed), max(startPause, k.pause))
		k.retry.Reset(k.failed)
		k.logger.WarnContext(ctx, "cannot go on with background jobs; tried again soon", "error", err, "pause", k.failed.String())
	}
}

// try starts the client unless that takes too long, or the keeper is stopped meanwhile. Nothing but the start is bounded:
// the jobs inherit its context.
func (k *keeper) try(ctx context.Context) error {
	if k.stopping {
		k.rest()
	}
	if k.stopping {
		return errors.New("they do not stop")
	}
	k.release()
	running, cancel := context.WithCancel(ctx)
	k.release = cancel
	keep := context.AfterFunc(k.done, cancel)
	patience := time.AfterFunc(startPatience, cancel)
	err := k.client.Start(running)
	kept, inTime := keep(), patience.Stop()
	if err == nil && !(kept && inTime) {
		k.stopping = true // by itself, since its context ends
		err = errors.New("they took too long to start")
	}
	return err
}

// stop leaves the client as it is, running or not. It reports whether the keeper has let go of it before ctx ended.
func (k *keeper) stop(ctx context.Context) error {
	k.quit()
	select {
	case <-k.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// warnings drops what River tells of each start and stop, since they come often.
type warnings struct{ slog.Handler }

// Enabled implements slog.Handler.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
