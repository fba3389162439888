package engine

import (
	"context"
	"errors"
)

// admitAttempts bounds how often room is made for one session while others take it.
const admitAttempts = 10

// admitSession makes room for a session that may be a new one: where there are as many as are allowed, the one that
// has been idle longest and has nothing under way makes way. It refuses with [CodeTooManySessions] where there is
// none. The session `default` needs no room.
func (b *Bank) admitSession(ctx context.Context, id string) error {
	if id == DefaultSession {
		return nil // it is always there
	}
	if _, err := b.store.Session(ctx, id); !errors.Is(err, ErrNotFound) {
		return err
	}
	for range admitAttempts {
		count, err := b.store.CountSessions(ctx)
		if err != nil {
			return err
		}
		b.reportSessions(count + 1)
		if count < b.maxSessions {
			return nil
		}
		found, err := b.evictIdle(ctx)
		if err != nil {
			return err
		}
		if !found {
			return refuse(CodeTooManySessions, "there are %d sessions, as many as are allowed, and something is under way in each; "+
				"delete some, or wait until it is over", count)
		}
	}
	return refuse(CodeTooManySessions, "there are %d sessions, as many as are allowed, and others take the room that is made; "+
		"send the request again", b.maxSessions)
}

// evictIdle removes the session that has been idle longest and has nothing under way, unless it is used at this
// moment. It reports whether one was found.
func (b *Bank) evictIdle(ctx context.Context) (found bool, err error) {
	idle, err := b.store.IdleSessions(ctx, b.now(), 1)
	if err != nil || len(idle) == 0 {
		return false, err
	}
	_, err = b.deleteWhile(ctx, idle[0].ID, func(tx Tx, s *Session) (bool, error) {
		if !s.UsedAt.Equal(idle[0].UsedAt) {
			return false, nil
		}
		busy, err := tx.SessionUnderWay(s.ID, b.at(s.Clock))
		return !busy, err
	})
	return true, err
}

// reportSessions tells when four fifths of the sessions that are allowed are there, once until they are fewer than
// three quarters again.
func (b *Bank) reportSessions(count int) {
	switch {
	case 5*count >= 4*b.maxSessions:
		if b.crowded.CompareAndSwap(false, true) && b.reportCrowded != nil {
			b.reportCrowded(count, b.maxSessions)
		}
	case 4*count < 3*b.maxSessions:
		b.crowded.Store(false)
	}
}

// CountSessions returns how many sessions there are, without `default`. It may lack what other nodes did within the
// last second.
func (b *Bank) CountSessions(ctx context.Context) (int, error) { return b.store.CountSessions(ctx) }

// MaxSessions is the bound of the number of sessions, without the default one.
func (b *Bank) MaxSessions() int { return b.maxSessions }
