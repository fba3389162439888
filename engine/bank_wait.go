package engine

import (
	"context"
	"sync"
	"time"
)

// clockCheck is how often a waiting answer looks whether another node turned its session's clock.
const clockCheck = time.Second

// clockWaiters tells those who wait for a session's time that a clock was turned.
type clockWaiters struct {
	mu      sync.Mutex
	changed chan struct{}
}

// next returns a channel that is closed at the next turn.
func (t *clockWaiters) next() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.changed == nil {
		t.changed = make(chan struct{})
	}
	return t.changed
}

func (t *clockWaiters) notify() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

// Wait returns once d has passed by the session's clock since the context's request saw it first, or with ctx's error
// when ctx ends first. A clock that stands keeps it waiting, a clock that is set forward past its time ends it at once.
func (cs Clocks) Wait(ctx context.Context, session string, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	s, err := cs.begun(ctx, session)
	if err != nil {
		return err
	}
	until := s.Clock.exact(cs.bank.now()).Add(d)
	for {
		changed := cs.bank.clockWaiters.next()
		if s, err = cs.bank.session(ctx, session); err != nil {
			return err
		}
		left := s.Clock.left(until, cs.bank.now())
		if left <= 0 {
			return nil
		}
		if s.Clock.Frozen() || left > clockCheck {
			left = clockCheck
		}
		if err := cs.pause(ctx, left, changed); err != nil {
			return err
		}
	}
}

// begun returns a session as the context's request saw it first; as it is now where it did not.
func (cs Clocks) begun(ctx context.Context, session string) (Session, error) {
	if r := requestOf(ctx); r != nil && r.first != nil && r.first.ID == session {
		return *r.first, nil
	}
	return cs.bank.session(ctx, session)
}

// exact is as [Clock.At], but not truncated to milliseconds: whoever measures a delay finds it no
// shorter than it was meant to be.
func (c Clock) exact(wall time.Time) time.Time {
	if c.FrozenAt != nil {
		return *c.FrozenAt
	}
	return wall.Add(c.Offset)
}

// left is how long the clock has to run until the exact time t. One that stands, at a whole
// millisecond, need not be set forward by the part of one.
func (c Clock) left(t, wall time.Time) time.Duration {
	if c.FrozenAt != nil {
		t = t.UTC().Truncate(time.Millisecond)
	}
	return t.Sub(c.exact(wall))
}

// pause waits for a while, or until a clock is turned.
func (cs Clocks) pause(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	var passed <-chan time.Time
	if cs.bank.after != nil {
		passed = cs.bank.after(d)
	}
	select {
	case <-passed:
	case <-changed:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
