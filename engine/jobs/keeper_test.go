package jobs

import (
	"context"
	"errors"
	"testing"
	"time"
)

// client tells what is done with it.
type client struct {
	did    chan string
	broken bool
}

func (c *client) Start(context.Context) error {
	if c.broken {
		c.did <- "failed"
		return errors.New("no database")
	}
	c.did <- "started"
	return nil
}

func (c *client) Stop(context.Context) error { c.did <- "stopped"; return nil }

// next is what a look finds.
type next struct {
	wait  time.Duration
	found bool
	err   error
}

// keep has a keeper go by looks that are sent to it.
func keep(t *testing.T) (k *keeper, c *client, look func(next)) {
	t.Helper()
	c = &client{did: make(chan string, 1)}
	found, ticks := make(chan next), make(chan time.Time)
	recent := &cleanUps{every: time.Hour, last: time.Now()}
	k = newKeeper(c, Config{PollInterval: 5 * time.Second}.withDefaults("sqlite"), recent,
		func(context.Context) (time.Duration, bool, error) { n := <-found; return n.wait, n.found, n.err })
	k.looks = ticks
	go k.run(t.Context())
	t.Cleanup(k.stop)
	return k, c, func(n next) {
		ticks <- time.Now()
		select {
		case found <- n:
		case did := <-c.did: // it did not need to look
			c.did <- did
		}
	}
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

func TestClientThatDoesNotStartIsTriedAgain(t *testing.T) {
	k, c, look := keep(t)
	look(next{})
	expect(t, c, "stopped")
	c.broken = true
	k.heard(time.Now())
	expect(t, c, "failed")
	look(next{found: true})
	expect(t, c, "failed")
	c.broken = false
	look(next{found: true})
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
