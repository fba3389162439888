package engine

import (
	"context"
	"errors"
	"maps"
	"time"
)

// FlipSwitch sets a switch of a session, which begins where it is not there. It holds on every node once this
// returns, and until the session is reset. It refuses with [CodeNotFound], where no rule declares the switch,
// and with [CodeTooManySessions].
func (b *Bank) FlipSwitch(ctx context.Context, session, name string, on bool) (SessionState, error) {
	known := b.rules.Load().switchNames()
	if !known[name] {
		return SessionState{}, &Error{Code: CodeNotFound, Message: unknownName("switch", name, sortedNames(known)), Related: name}
	}
	if err := b.roomForSession(ctx, session); err != nil {
		return SessionState{}, err
	}
	var s Session
	err := b.change(ctx, func(tx Tx) (err error) {
		wall := b.now().UTC().Truncate(time.Millisecond)
		if s, err = tx.Session(session); errors.Is(err, ErrNotFound) {
			s, err = b.unmade(session), nil
			s.CreatedAt = wall
		}
		if err != nil {
			return err
		}
		s.UsedAt = later(wall, s.UsedAt)
		s.Switches = maps.Clone(s.Switches)
		if delete(s.Switches, name); on {
			if s.Switches == nil {
				s.Switches = make(map[string]bool)
			}
			s.Switches[name] = true
		}
		if err := tx.SaveSession(s); err != nil {
			return err
		}
		s.Version++
		return nil
	})
	return b.sessionState(s), err
}

func (rs *RuleSet) switchNames() map[string]bool {
	names := make(map[string]bool, len(rs.Switches))
	for _, one := range rs.Switches {
		names[one.Name] = true
	}
	return names
}
