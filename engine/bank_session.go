package engine

import (
	"context"
	"errors"
	"time"
)

// useInterval is how exactly it is known when a session was last used.
const useInterval = time.Second

// Sessions are the sessions of a [Bank], with what a test gives to one and expects of it.
type Sessions struct{ bank *Bank }

// Sessions returns the bank's sessions.
func (b *Bank) Sessions() Sessions { return Sessions{b} }

// Now returns the time of a session: UTC, in milliseconds.
func (b *Bank) Now(ctx context.Context, session string) (time.Time, error) {
	s, err := b.session(ctx, session)
	if err != nil {
		return time.Time{}, err
	}
	return b.at(s.Clock), nil
}

// NowAsSeen is as [Bank.Now], by the clock as the context's request saw it last, where it did: the session is not read again.
func (b *Bank) NowAsSeen(ctx context.Context, session string) (time.Time, error) {
	if r := requestOf(ctx); r != nil && r.session != nil && r.session.ID == session {
		return b.at(r.session.Clock), nil
	}
	return b.Now(ctx, session)
}

// at returns the time that a clock shows now.
func (b *Bank) at(clock Clock) time.Time { return clock.At(b.now()) }

// session returns a session; one that nobody made yet is as a new one.
func (b *Bank) session(ctx context.Context, id string) (Session, error) {
	s, err := b.store.Session(ctx, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return s, err
	}
	return b.asked(ctx, id, s), nil
}

// sessionLately is as session, by what is lately known: see [SessionStore.SessionLately].
func (b *Bank) sessionLately(ctx context.Context, id string) (Session, bool, error) {
	s, sure, err := b.store.SessionLately(ctx, id)
	if err != nil {
		return s, sure, err
	}
	return b.asked(ctx, id, s), sure, nil
}

// asked is a session as the store has it, the zero one where nobody made it, as the one that a request is about.
func (b *Bank) asked(ctx context.Context, id string, s Session) Session {
	if s.Version == 0 {
		s = b.Sessions().unmade(id)
	}
	if s.BeganAt.IsZero() { // `default`, kept since its clock was turned
		s.BeganAt = b.born
	}
	if r := requestOf(ctx); r != nil {
		seen := s
		r.session = &seen
		if r.first == nil {
			r.first = &seen
		}
	}
	return s
}

// sessionWithin is as session, within a transaction.
func (b *Bank) sessionWithin(tx Tx, id string) (*Session, error) {
	s, err := tx.Session(id)
	if errors.Is(err, ErrNotFound) {
		s, err = b.Sessions().unmade(id), nil
	}
	if s.BeganAt.IsZero() {
		s.BeganAt = b.born
	}
	return &s, err
}

// unmade is a session that nobody made yet: one that begins now, or `default`, which began with its database.
func (ss Sessions) unmade(id string) Session {
	s := Session{ID: id, BeganAt: ss.bank.now().UTC().Truncate(time.Millisecond)}
	if id == DefaultSession {
		s.BeganAt = ss.bank.born
	}
	return s
}

// Begin keeps a session that a request names for the first time, whatever becomes of the request,
// where some live rule asks how old the session is. It refuses with [CodeTooManySessions].
func (ss Sessions) Begin(ctx context.Context, id string) error {
	if id == DefaultSession || !ss.bank.rules.Load().keeps.age {
		return nil
	}
	s, err := ss.bank.session(ctx, id)
	if err != nil || s.Version > 0 {
		return err
	}
	if err := ss.admit(ctx, id); err != nil {
		return err
	}
	return ss.bank.change(ctx, func(tx Tx) error { return ss.keep(tx, s) })
}

// seed is what the session's random choices are derived from.
func (s *Session) seed(rs *RuleSet) uint64 {
	if s.Seed != 0 {
		return s.Seed
	}
	return rs.Seed
}

// keep stores a session on its first use, and now and then that it is used. The session
// `default` is kept only once its clock is turned: it does not age.
func (ss Sessions) keep(tx Tx, s Session) error {
	wall := ss.bank.now().UTC().Truncate(time.Millisecond)
	if s.ID == DefaultSession && s.Version == 0 || s.Version > 0 && wall.Sub(s.UsedAt) < useInterval {
		return nil
	}
	// Another request, or node, may have stored it meanwhile.
	current, err := tx.Session(s.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		current = Session{ID: s.ID, CreatedAt: wall, BeganAt: s.BeganAt}
	case err != nil:
		return err
	case wall.Sub(current.UsedAt) < useInterval:
		return nil
	}
	current.UsedAt = later(wall, current.UsedAt)
	return tx.SaveSession(current)
}

// SessionState is a session as its user sees it at one moment.
type SessionState struct {
	Session
	// Now is the session's time.
	Now time.Time
}

// NewSession is a session that is to be made.
type NewSession struct {
	ID string
	// Seed of its own; 0: the configuration's.
	Seed uint64
	// StartsAt is what its clock shows at first; zero: the wall clock's time.
	StartsAt time.Time
	// Frozen says that its clock stands, at the very time at which it begins.
	Frozen bool
}

// Create makes a session. It refuses with [CodeSessionExists] and [CodeTooManySessions].
func (ss Sessions) Create(ctx context.Context, wanted NewSession) (SessionState, error) {
	id := wanted.ID
	if err := ss.admit(ctx, id); err != nil {
		return SessionState{}, err
	}
	wall := ss.bank.now().UTC().Truncate(time.Millisecond)
	s := Session{ID: id, Seed: wanted.Seed, CreatedAt: wall, UsedAt: wall, BeganAt: wall}
	if !wanted.StartsAt.IsZero() {
		s.BeganAt = wanted.StartsAt.UTC().Truncate(time.Millisecond)
		s.Clock.Offset = s.BeganAt.Sub(wall)
	}
	if wanted.Frozen {
		s.Clock = s.Clock.Freeze(wall)
	}
	err := ss.bank.store.Update(ctx, func(tx Tx) error { return tx.SaveSession(s) })
	if errors.Is(err, ErrStale) {
		return SessionState{}, &Error{Code: CodeSessionExists,
			Message: "a session of this name is there already; DELETE it first to begin anew", Related: id}
	}
	if err != nil {
		return SessionState{}, err
	}
	s.Version = 1
	return ss.state(s), nil
}

// Get returns a session, or refuses with [CodeNotFound].
func (ss Sessions) Get(ctx context.Context, id string) (SessionState, error) {
	s, err := ss.bank.store.Session(ctx, id)
	if errors.Is(err, ErrNotFound) && id == DefaultSession {
		s, err = ss.unmade(id), nil
	}
	if err != nil {
		return SessionState{}, missing(err, sessionNoun, id)
	}
	return ss.state(s), nil
}

// Page returns stored sessions whose IDs begin with prefix and come after another, in the order of their IDs,
// and at most limit.
func (ss Sessions) Page(ctx context.Context, prefix, after string, limit int) ([]SessionState, error) {
	page, err := ss.bank.store.SessionPage(ctx, prefix, after, limit)
	states := make([]SessionState, len(page))
	for i, s := range page {
		states[i] = ss.state(s)
	}
	return states, err
}

func (ss Sessions) state(s Session) SessionState {
	return SessionState{Session: s, Now: ss.bank.at(s.Clock)}
}

// Delete removes a session with all its records, or refuses with [CodeNotFound]. It returns left where there
// are so many that a background job removes the last of them, and the session with them.
func (ss Sessions) Delete(ctx context.Context, id string) (left bool, err error) {
	return ss.forget(ctx, id, true)
}

// Reset forgets all records of a session, also of one that was never stored. Its clock and seed stay. It
// returns left where a background job forgets the last of them.
func (ss Sessions) Reset(ctx context.Context, id string) (left bool, err error) {
	return ss.forget(ctx, id, false)
}

// beginAnew sets the session's age to 0 and its switches to off, and ends its faults. One that nobody made is as new anyway.
func (ss Sessions) beginAnew(tx Tx, id string) error {
	s, err := tx.Session(id)
	if errors.Is(err, ErrNotFound) && id != DefaultSession {
		return nil
	}
	if errors.Is(err, ErrNotFound) {
		wall := ss.bank.now().UTC().Truncate(time.Millisecond)
		s, err = Session{ID: id, CreatedAt: wall, UsedAt: wall}, nil
	}
	if err != nil {
		return err
	}
	s.BeganAt, s.Switches, s.LoginsMove, s.Faults = ss.bank.at(s.Clock), nil, false, ""
	return tx.SaveSession(s)
}

// ResetAll forgets the records of every session.
func (ss Sessions) ResetAll(ctx context.Context) (left bool, err error) {
	all, err := ss.bank.store.Sessions(ctx)
	if err != nil {
		return false, err
	}
	for _, s := range append(all, Session{ID: DefaultSession}) {
		more, err := ss.Reset(ctx, s.ID)
		if err != nil {
			return left, err
		}
		left = left || more
	}
	return left, nil
}

const sessionNoun = "session"
