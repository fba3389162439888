package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	// removedAtOnce is how many sessions one transaction removes at most, and removedPortion how many records of
	// a kind of each.
	removedAtOnce  = 20
	removedPortion = forgetPortion / removedAtOnce
)

// SessionFilter says which sessions [Sessions.DeleteMatching] removes: those to which all of it applies.
type SessionFilter struct {
	// Prefix is what their names begin with; "" is every name.
	Prefix string
	// IdleFor is how long they have not been used, at least.
	IdleFor time.Duration
}

// matches reports whether the filter applies to a session while the wall clock shows wall. It never does to the
// session `default`.
func (f SessionFilter) matches(s *Session, wall time.Time) bool {
	return s.ID != DefaultSession && strings.HasPrefix(s.ID, f.Prefix) && wall.Sub(s.UsedAt) >= f.IdleFor
}

// DeleteMatching removes sessions with all their records, and returns the names of those that it removed or began
// to remove; left says that background jobs remove the last of their records, and the sessions with them. Where it
// fails, what was removed by then stays removed.
func (ss Sessions) DeleteMatching(ctx context.Context, filter SessionFilter) (removed []string, left bool, err error) {
	all, err := ss.bank.store.Sessions(ctx)
	if err != nil {
		return nil, false, err
	}
	all = slices.DeleteFunc(all, func(s Session) bool { return !filter.matches(&s, ss.bank.now()) })
	begun := ss.bank.now()
	var rest []Forgetting
	for some := range slices.Chunk(all, removedAtOnce) {
		names, more, err := ss.deleteSome(ctx, some, filter)
		removed, rest = append(removed, names...), append(rest, more...)
		if err != nil {
			return removed, len(rest) > 0, err
		}
	}
	for _, f := range rest {
		more := true
		for more && ss.bank.now().Sub(begun) < forgetPatience {
			if more, err = ss.forgetPortion(ctx, f.ID); err != nil {
				return removed, true, err
			}
		}
		left = left || more
	}
	return removed, left, nil
}

// deleteSome removes those of some sessions to which the filter still applies, in one transaction. It returns their
// names, and what is left of them to be removed.
func (ss Sessions) deleteSome(ctx context.Context, some []Session, filter SessionFilter) (names []string, rest []Forgetting, err error) {
	err = ss.bank.change(ctx, func(tx Tx) error {
		names, rest = nil, nil
		for _, s := range some {
			held, err := deferSession(tx, s.ID, ss.applies(filter))
			if err != nil {
				return err
			}
			if !held {
				continue
			}
			names = append(names, s.ID)
			f := Forgetting{ID: ss.bank.newID(), Session: s.ID, Remove: true}
			left, err := tx.ForgetSession(s.ID, removedPortion)
			switch {
			case err != nil:
				return err
			case left:
				rest = append(rest, f)
				err = tx.SaveForgetting(f)
			default:
				err = f.end(tx)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return names, rest, nil
}

// removable says, within the transaction that removes a session, whether it is still to be removed.
type removable func(tx Tx, s *Session) (bool, error)

// applies makes a filter the condition of a removal.
func (ss Sessions) applies(filter SessionFilter) removable {
	return func(_ Tx, s *Session) (bool, error) { return filter.matches(s, ss.bank.now()), nil }
}

// deferSession reports whether a session is to be removed as it is within the transaction: it may have been used since
// it was read. If so the transaction has written it, so that whoever uses it at the same time waits, and finds it
// gone, or comes first.
func deferSession(tx Tx, id string, still removable) (bool, error) {
	s, err := tx.Session(id)
	if err != nil {
		return false, ignoreMissing(err)
	}
	if ok, err := still(tx, &s); err != nil || !ok {
		return false, err
	}
	return true, tx.SaveSession(s)
}

// DeleteIdle removes the sessions that were not used for the time idle, with all their
// records, and returns how many. The session `default` stays.
func (ss Sessions) DeleteIdle(ctx context.Context, idle time.Duration) (int, error) {
	all, err := ss.bank.store.Sessions(ctx)
	if err != nil {
		return 0, err
	}
	filter := SessionFilter{IdleFor: idle + useInterval}
	removed, failed := 0, error(nil)
	for _, s := range all {
		if !filter.matches(&s, ss.bank.now()) {
			continue
		}
		if ctx.Err() != nil {
			return removed, errors.Join(failed, ctx.Err())
		}
		gone, err := ss.deleteWhile(ctx, s.ID, ss.applies(filter)) // one that cannot be removed does not hold up the others
		failed = errors.Join(failed, err)
		if gone {
			removed++
		}
	}
	return removed, failed
}

// deleteWhile removes a session while it is to be removed, which each of its transactions decides. One that is
// used meanwhile keeps what it has by then; one that takes too long is gone on with at the next time.
func (ss Sessions) deleteWhile(ctx context.Context, id string, still removable) (gone bool, err error) {
	left := true
	for begun := ss.bank.now(); err == nil && left && ss.bank.now().Sub(begun) < forgetPatience; {
		err = ss.bank.change(ctx, func(tx Tx) error {
			gone, left = false, false
			held, err := deferSession(tx, id, still)
			if err != nil || !held {
				return err
			}
			if left, err = tx.ForgetSession(id, forgetPortion); err != nil || left {
				return err
			}
			gone = true
			return tx.DeleteSession(id)
		})
	}
	return gone && err == nil, err
}
