package engine

import (
	"context"
	"sync"
	"time"
)

// turnCheck is how often a waiting answer looks whether another node turned its session's clock.
const turnCheck = time.Second

// turns tells those who wait for a session's time that a clock was turned.
type turns struct {
	mu     sync.Mutex
	turned chan struct{}
}

// next returns a channel that is closed at the next turn.
func (t *turns) next() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.turned == nil {
		t.turned = make(chan struct{})
	}
	return t.turned
}

func (t *turns) tell() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.turned != nil {
		close(t.turned)
		t.turned = nil
	}
}

// Wait returns once d has passed by the session's clock, or with ctx's error when ctx ends first. A
// clock that stands keeps it waiting, a clock that is set forward past its time ends it at once.
func (b *Bank) Wait(ctx context.Context, session string, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	now, err := b.Now(ctx, session)
	if err != nil {
		return err
	}
	until := now.Add(d)
	for {
		turned := b.turns.next()
		s, err := b.session(ctx, session)
		if err != nil {
			return err
		}
		left, runs := s.Clock.Until(until, b.now())
		if left == 0 {
			return nil
		}
		if !runs || left > turnCheck {
			left = turnCheck
		}
		if err := b.pause(ctx, left, turned); err != nil {
			return err
		}
	}
}

// pause waits for a while, or until a clock is turned.
func (b *Bank) pause(ctx context.Context, d time.Duration, turned <-chan struct{}) error {
	var passed <-chan time.Time
	if b.after != nil {
		passed = b.after(d)
	}
	select {
	case <-passed:
	case <-turned:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
