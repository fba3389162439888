package engine

import (
	"context"
	"errors"
)

// admitAttempts bounds how often room is made for one session while others take it.
const admitAttempts = 10

// admit makes room for a session that may be a new one: where there are as many as are allowed, the one that
// has been idle longest and has nothing under way makes way. It refuses with [CodeTooManySessions] where there is
// none. The session `default` needs no room.
func (ss Sessions) admit(ctx context.Context, id string) error {
	if id == DefaultSession {
		return nil // it is always there
	}
	if _, err := ss.bank.store.Session(ctx, id); !errors.Is(err, ErrNotFound) {
		return err
	}
	for range admitAttempts {
		count, err := ss.bank.store.CountSessions(ctx)
		if err != nil {
			return err
		}
		ss.report(count + 1)
		if count < ss.bank.maxSessions {
			return nil
		}
		found, err := ss.evictIdle(ctx)
		if err != nil {
			return err
		}
		if !found {
			return refuse(CodeTooManySessions, "there are %d sessions, as many as are allowed, and something is under way in each; "+
				"delete some, or wait until it is over", count)
		}
	}
	return refuse(CodeTooManySessions, "there are %d sessions, as many as are allowed, and others take the room that is made; "+
		"send the request again", ss.bank.maxSessions)
}

// evictIdle removes the session that has been idle longest and has nothing under way, unless it is used at this
// moment. It reports whether one was found.
func (ss Sessions) evictIdle(ctx context.Context) (found bool, err error) {
	idle, err := ss.bank.store.IdleSessions(ctx, ss.bank.now(), 1)
	if err != nil || len(idle) == 0 {
		return false, err
	}
	_, err = ss.deleteWhile(ctx, idle[0].ID, func(tx Tx, s *Session) (bool, error) {
		if !s.UsedAt.Equal(idle[0].UsedAt) {
			return false, nil
		}
		busy, err := tx.SessionUnderWay(s.ID, ss.bank.at(s.Clock))
		return !busy, err
	})
	return true, err
}

// report tells when four fifths of the sessions that are allowed are there, once until they are fewer than
// three quarters again.
func (ss Sessions) report(count int) {
	switch {
	case 5*count >= 4*ss.bank.maxSessions:
		if ss.bank.crowded.CompareAndSwap(false, true) && ss.bank.reportCrowded != nil {
			ss.bank.reportCrowded(count, ss.bank.maxSessions)
		}
	case 4*count < 3*ss.bank.maxSessions:
		ss.bank.crowded.Store(false)
	}
}

// Count returns how many sessions there are, without `default`. It may lack what other nodes did within the
// last second.
func (ss Sessions) Count(ctx context.Context) (int, error) { return ss.bank.store.CountSessions(ctx) }

// Max is the bound of the number of sessions, without the default one.
func (ss Sessions) Max() int { return ss.bank.maxSessions }
