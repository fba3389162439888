package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// SessionFault is a fault that a test gives to one session, beside those of the rules. It is asked before them.
type SessionFault struct {
	Name string `json:"name"`
	// Written is the fault as the test wrote it, in JSON.
	Written json.RawMessage `json:"written"`
	// Rules are what it is to the rules: one for each of its endpoints.
	Rules []Fault `json:"rules"`
	// Lasts is how long it does, 0 for until the session is reset or the fault taken away.
	Lasts time.Duration `json:"lasts,omitempty"`
	// Until is when it ends by the session's clock, nil for not by itself.
	Until *time.Time `json:"until,omitempty"`
}

// SetFaults gives a session these faults in place of those that it had; the session begins where it is not there.
// Those that [Sessions.Faults] returned go on as they are where their Lasts is 0. All hold on every node once this returns, until
// they end or the session is reset. It refuses with
// [CodeTooManySessions].
func (ss Sessions) SetFaults(ctx context.Context, session string, faults []SessionFault) (SessionState, error) {
	if err := ss.admit(ctx, session); err != nil {
		return SessionState{}, err
	}
	generation := ss.bank.newID()
	s, err := ss.alter(ctx, session, func(s *Session) error {
		now := ss.bank.at(s.Clock)
		s.Faults = ""
		if len(faults) == 0 {
			return nil
		}
		given := make([]SessionFault, len(faults))
		for i, one := range faults {
			one.Rules = slices.Clone(one.Rules)
			if one.Lasts > 0 {
				until := now.Add(one.Lasts)
				one.Until = &until
			}
			for j := range one.Rules { // what was compiled anew counts anew, too
				one.Rules[j].Name, one.Rules[j].Until = one.Name, one.Until
				one.Rules[j].Counted = cmp.Or(one.Rules[j].Counted, generation+" "+one.Name)
			}
			given[i] = one
		}
		text, err := json.Marshal(given)
		s.Faults = string(text)
		return err
	})
	return ss.state(s), err
}

// Faults returns the faults of a session that have not ended.
func (ss Sessions) Faults(ctx context.Context, session string) ([]SessionFault, error) {
	s, err := ss.bank.session(ctx, session)
	if err != nil {
		return nil, err
	}
	return s.faultsAt(ss.bank.at(s.Clock))
}

// faultsAt returns the session's faults that have not ended by now.
func (s *Session) faultsAt(now time.Time) ([]SessionFault, error) {
	all, err := decodeSessionFaults(s.Faults)
	return slices.DeleteFunc(all, func(f SessionFault) bool { return ended(f.Until, now) }), err
}

func decodeSessionFaults(text string) (all []SessionFault, err error) {
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("the faults of a session: %w", err)
	}
	return all, nil
}

func ended(until *time.Time, now time.Time) bool { return until != nil && !now.Before(*until) }

// faultEnds says which of the session's faults end next after now.
func (s *Session) faultEnds(now time.Time) (ends []DueEvent, err error) {
	all, err := s.faultsAt(now)
	for _, one := range all {
		if one.Until != nil {
			ends = append(ends, DueEvent{Kind: DueFaultEnd, At: *one.Until, Name: one.Name})
		}
	}
	return earliest(ends), err
}

// alter changes a session, which begins where it is not there, and returns it.
func (ss Sessions) alter(ctx context.Context, id string, alter func(s *Session) error) (s Session, err error) {
	err = ss.bank.change(ctx, func(tx Tx) (err error) {
		wall := ss.bank.now().UTC().Truncate(time.Millisecond)
		if s, err = tx.Session(id); errors.Is(err, ErrNotFound) {
			s, err = ss.unmade(id), nil
			s.CreatedAt = wall
		}
		if err != nil {
			return err
		}
		s.UsedAt = later(wall, s.UsedAt)
		if err := alter(&s); err != nil {
			return err
		}
		if err := tx.SaveSession(s); err != nil {
			return err
		}
		s.Version++
		return nil
	})
	return s, err
}

// rulesFor returns the rules as a session has them: with its own faults before theirs.
func (k *sessionRules) rulesFor(rs *RuleSet, s *Session) (*RuleSet, error) {
	if s == nil || s.Faults == "" {
		return rs, nil
	}
	return k.get(rs, s.Faults)
}

// sessionRules keeps rule sets with sessions' faults, so that a request need not make one.
type sessionRules struct {
	mu   sync.Mutex
	of   *RuleSet
	made map[string]*RuleSet
}

// maxSessionRules bounds how many are kept.
const maxSessionRules = 256

func (k *sessionRules) get(rs *RuleSet, faults string) (*RuleSet, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != rs {
		k.of, k.made = rs, nil
	}
	if own, found := k.made[faults]; found {
		return own, nil
	}
	own, err := rs.with(faults)
	if err != nil {
		return nil, err
	}
	if k.made == nil || len(k.made) >= maxSessionRules {
		k.made = make(map[string]*RuleSet)
	}
	k.made[faults] = own
	return own, nil
}

// with returns the rules with a session's faults.
func (rs *RuleSet) with(faults string) (*RuleSet, error) {
	given, err := decodeSessionFaults(faults)
	if err != nil {
		return nil, err
	}
	own := *rs
	own.Faults, own.faults, own.ofSession = nil, make(map[Endpoint][]*Fault), true
	for _, one := range given {
		own.Faults = append(own.Faults, one.Rules...)
	}
	fresh := len(own.Faults)
	own.Faults = append(own.Faults, rs.Faults...)
	if err := own.indexFaults(fresh); err != nil {
		return nil, err
	}
	rules := own.usernameRules()
	for i := range fresh {
		if err := own.Faults[i].When.prepareFor(rules); err != nil {
			return nil, err
		}
	}
	own.keepFor()
	return &own, nil
}

// countsAttempts reports whether logins of a scenario are attempts: where a fault of the session asks, too.
func (rs *RuleSet) countsAttempts(s *Scenario) bool {
	return s.counted || rs.ofSession && slices.ContainsFunc(rs.keeps.records, func(w *Condition) bool { return w.Scenario.Match(s.Name) })
}

// counted is the name by which the fault's requests are counted.
func (f *Fault) counted() string { return cmp.Or(f.Counted, f.Name) }
