package engine

import (
	"context"
	"maps"
)

// FlipSwitch sets a switch of a session, which begins where it is not there. It holds on every node once this
// returns, and until the session is reset. It refuses with [CodeNotFound], where no rule declares the switch,
// and with [CodeTooManySessions].
func (ss Sessions) FlipSwitch(ctx context.Context, session, name string, on bool) (SessionState, error) {
	known := ss.bank.rules.Load().switchNames()
	if !known[name] {
		return SessionState{}, &Error{Code: CodeNotFound, Message: unknownName("switch", name, sortedNames(known)), Related: name}
	}
	if err := ss.admit(ctx, session); err != nil {
		return SessionState{}, err
	}
	s, err := ss.alter(ctx, session, func(s *Session) error {
		s.Switches = maps.Clone(s.Switches)
		if delete(s.Switches, name); on {
			if s.Switches == nil {
				s.Switches = make(map[string]bool)
			}
			s.Switches[name] = true
		}
		return nil
	})
	return ss.state(s), err
}

func (rs *RuleSet) switchNames() map[string]bool {
	names := make(map[string]bool, len(rs.Switches))
	for _, one := range rs.Switches {
		names[one.Name] = true
	}
	return names
}
