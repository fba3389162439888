package jobs

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// client tells what is done with it.
type client struct {
	did    chan string
	broken atomic.Bool
	mute   atomic.Bool // it waits for an answer that does not come, when started
	busy   atomic.Bool // it waits for a job, when stopped
}

func (c *client) tell(ctx context.Context, what string) {
	select {
	case c.did <- what:
	case <-ctx.Done():
	}
}

func (c *client) Start(ctx context.Context) error {
	switch {
	case c.mute.Load():
		c.tell(ctx, "starting")
		<-ctx.Done()
		return ctx.Err()
	case c.broken.Load():
		c.tell(ctx, "failed")
		return errors.New("no database")
	}
	c.tell(ctx, "started")
	return nil
}

func (c *client) Stop(ctx context.Context) error {
	if c.busy.Load() {
		return context.DeadlineExceeded
	}
	c.tell(ctx, "stopped")
	return nil
}

func (c *client) StopAndCancel(ctx context.Context) error {
	c.tell(ctx, "cancelled")
	if c.busy.Load() {
		return context.DeadlineExceeded
	}
	return nil
}

// next is what a look finds.
type next struct {
	wait  time.Duration
	found bool
	err   error
}

// keep has a keeper go by looks that are sent to it.
func keep(t *testing.T) (k *keeper, c *client, look func(next)) {
	k, c, look, _ = keepTicking(t)
	return k, c, look
}

func keepTicking(t *testing.T) (k *keeper, c *client, look func(next), turns chan<- time.Time) {
	t.Helper()
	c = &client{did: make(chan string, 1)}
	found, ticks := make(chan next), make(chan time.Time)
	recent := &cleanUps{every: time.Hour, last: time.Now()}
	k = newKeeper(c, Config{PollInterval: 5 * time.Second}.withDefaults("sqlite"), recent,
		func(context.Context) (time.Duration, bool, error) { n := <-found; return n.wait, n.found, n.err })
	k.looks = ticks
	go k.run(t.Context())
	t.Cleanup(func() {
		if err := k.stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return k, c, func(n next) {
		ticks <- time.Now()
		select {
		case found <- n:
		case did := <-c.did: // it did not need to look
			c.did <- did
		}
	}, ticks
}

func expect(t *testing.T, c *client, want string) {
	t.Helper()
	if got := <-c.did; got != want {
		t.Fatalf("the client was %s, want %s", got, want)
	}
}

// nothing expects that a look changes nothing: the next one is not taken before the one before is through.
func nothing(t *testing.T, c *client, look func(next), n next) {
	t.Helper()
	look(n)
	look(n)
	select {
	case did := <-c.did:
		t.Fatalf("the client was %s at %+v", did, n)
	default:
	}
}

func TestClientRestsWhileNothingIsDue(t *testing.T) {
	k, c, look := keep(t)
	nothing(t, c, look, next{wait: -time.Second, found: true})
	nothing(t, c, look, next{wait: 6 * time.Second, found: true}) // due soon after the next look
	nothing(t, c, look, next{err: errors.New("no database")})
	look(next{wait: time.Minute, found: true})
	expect(t, c, "stopped")
	nothing(t, c, look, next{wait: time.Minute, found: true})
	nothing(t, c, look, next{err: errors.New("no database")})
	look(next{wait: 6 * time.Second, found: true}) // another node's, or put off
	expect(t, c, "started")
	look(next{})
	expect(t, c, "stopped")
	k.heard(time.Now().Add(time.Minute))
	nothing(t, c, look, next{})
	k.heard(time.Now())
	expect(t, c, "started")
}

// Nobody looks here: what a job asked for does not wait for the next look.
func TestClientThatDoesNotStartIsTriedAgain(t *testing.T) {
	k, c, look := keep(t)
	look(next{})
	expect(t, c, "stopped")
	c.broken.Store(true)
	k.heard(time.Now())
	for range 3 {
		expect(t, c, "failed")
	}
	c.broken.Store(false)
	for did := range c.did {
		if did == "started" {
			break
		}
	}
	look(next{})
	expect(t, c, "stopped")
}

// A database may take connections and not answer: the end of the server does not wait for it.
func TestStopDoesNotWaitForAStart(t *testing.T) {
	k, c, look := keep(t)
	look(next{})
	expect(t, c, "stopped")
	c.mute.Store(true)
	k.heard(time.Now())
	expect(t, c, "starting")
	if err := k.stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A client that ignores its context must not hold up the end for longer than that is given.
func TestStopHeedsItsContext(t *testing.T) {
	k := newKeeper(&client{}, Config{}.withDefaults("sqlite"), &cleanUps{}, nil)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := k.stop(over); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want that the context ended", err)
	}
}

// A client that is not through with its stop can neither work nor start: its job is cancelled, and it starts when it is through.
func TestClientThatDoesNotStopIsCancelled(t *testing.T) {
	k, c, look, turns := keepTicking(t)
	c.busy.Store(true)
	look(next{})
	expect(t, c, "cancelled")
	k.heard(time.Now()) // it has to stop first, though something is due
	turns <- time.Now()
	expect(t, c, "cancelled")
	c.busy.Store(false)
	turns <- time.Now()
	expect(t, c, "stopped")
	expect(t, c, "started")
}

func TestClientRunsForCleanUps(t *testing.T) {
	k, c, look := keep(t)
	look(next{})
	expect(t, c, "stopped")
	k.cleanUps.mu.Lock()
	k.cleanUps.last = time.Now().Add(-2 * time.Hour)
	k.cleanUps.every = 0
	k.cleanUps.mu.Unlock()
	look(next{})
	expect(t, c, "started")
}

func TestCleanUpsGoByTheLastOne(t *testing.T) {
	c := &cleanUps{every: time.Hour}
	now := time.Now()
	if next := c.Next(now); !next.Equal(now) {
		t.Errorf("the first clean-up comes at %v, want at once", next)
	}
	c.last = now.Add(-20 * time.Minute)
	if next, want := c.Next(now), now.Add(40*time.Minute); !next.Equal(want) {
		t.Errorf("after a rest the next comes at %v, want %v", next, want)
	}
}
