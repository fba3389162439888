package jobs

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// startAhead is how long before a job is due River's client is started again: it is elected, and makes available what is due.
	startAhead = 2 * time.Second
	// lookPatience bounds a look for the next job.
	lookPatience = 5 * time.Second
)

// startStopper is River's client, as the keeper needs it.
type startStopper interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
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

	wake  chan struct{} // holds a token where a job was made that is due before the next look
	quit  context.CancelFunc
	done  context.Context // ends with stop
	ended chan struct{}
}

func newKeeper(client startStopper, config Config, cleanUps *cleanUps,
	look func(ctx context.Context) (time.Duration, bool, error)) *keeper {
	k := &keeper{client: client, logger: config.Logger, look: look, cleanUps: cleanUps, pause: config.PollInterval, since: time.Now(),
		wake: make(chan struct{}, 1), ended: make(chan struct{})}
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
	looks := k.looks
	if looks == nil {
		tick := time.NewTicker(k.pause)
		defer tick.Stop()
		looks = tick.C
	}
	for {
		var woken <-chan struct{}
		if k.resting.Load() {
			woken = k.wake
		}
		select {
		case <-k.done.Done():
			return
		case <-woken:
			k.start(ctx)
		case <-looks:
			k.turn(ctx)
		}
	}
}

// turn looks, and starts or stops the client.
func (k *keeper) turn(ctx context.Context) {
	select { // what was heard before is in the database
	case <-k.wake:
	default:
	}
	busy, err := k.busy()
	switch {
	case err != nil: // the database is away: the client goes on trying if it runs, and could not start if it does not
	case busy && k.resting.Load():
		k.start(ctx)
	case !busy && !k.resting.Load():
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

func (k *keeper) rest() {
	if err := k.client.Stop(k.done); err == nil {
		k.resting.Store(true)
	}
}

// start starts the client. Where that fails, as it does while the database is away, the next look tries again.
func (k *keeper) start(ctx context.Context) {
	if err := k.client.Start(ctx); err != nil {
		k.logger.WarnContext(ctx, "cannot go on with background jobs; tried again soon", "error", err)
		return
	}
	k.since = time.Now()
	k.resting.Store(false)
}

// stop leaves the client as it is, running or not.
func (k *keeper) stop() {
	k.quit()
	<-k.ended
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
