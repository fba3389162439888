package engine

import "time"

// userHistory reads, within a login's transaction, what its user did before. The first question
// makes other transactions about the same user wait, so that counts are exact under any load.
type userHistory struct {
	tx     Tx
	login  *Login
	now    time.Time
	locked bool
	// attempts by trigger: a login raises each count once, however many scenarios ask.
	attempts map[string]int
}

// fulfil reports whether the user's history fulfils the facts of a scenario with this trigger.
func (h *userHistory) fulfil(facts *Facts, trigger string) (bool, error) {
	if err := h.lock(); err != nil {
		return false, err
	}
	checks := []struct {
		want *Range
		read func(trigger string) (int, error)
	}{
		{facts.Attempt, h.attempt},
		{facts.Connections, h.connections},
		{facts.OpenProcesses, h.openProcesses},
	}
	if facts.counted {
		if _, err := h.attempt(trigger); err != nil {
			return false, err
		}
	}
	holds := true
	for _, check := range checks {
		if check.want == nil {
			continue
		}
		n, err := check.read(trigger)
		if err != nil {
			return false, err
		}
		holds = holds && check.want.Contains(n)
	}
	if !holds {
		return false, nil
	}
	return h.countersHold(facts.Counters)
}

func (h *userHistory) countersHold(want map[string]Range) (bool, error) {
	for name, allowed := range want {
		n, err := h.tx.Counter(h.key(CountNamed, name))
		if err != nil || !allowed.Contains(n) {
			return false, err
		}
	}
	return true, nil
}

func (h *userHistory) lock() error {
	if h.locked {
		return nil
	}
	h.locked = true
	return h.tx.LockUser(h.login.Session, h.login.Bank, h.login.Username)
}

func (h *userHistory) attempt(trigger string) (int, error) {
	if n, ok := h.attempts[trigger]; ok {
		return n, nil
	}
	n, err := h.tx.AddCounter(h.key(CountAttempts, trigger), 1)
	if err != nil {
		return 0, err
	}
	if h.attempts == nil {
		h.attempts = make(map[string]int)
	}
	h.attempts[trigger] = n
	return n, nil
}

func (h *userHistory) connections(trigger string) (int, error) {
	return h.tx.CountConnections(h.login.Session, h.login.Bank, h.login.Username, trigger)
}

func (h *userHistory) openProcesses(trigger string) (int, error) {
	return h.tx.CountOpenProcesses(h.login.Session, h.login.Bank, h.login.Username, trigger, h.now)
}

func (h *userHistory) key(kind CounterKind, name string) CounterKey {
	return CounterKey{Session: h.login.Session, Bank: h.login.Bank, Username: h.login.Username, Kind: kind, Name: name}
}

// keepCounters applies the `count` and `reset` of a step that a login or an input entered.
func (f *Flow) keepCounters(tx Tx, p *Process, step int) error {
	s := &f.Steps[step]
	if len(s.Count)+len(s.Reset) == 0 {
		return nil
	}
	if err := tx.LockUser(p.Session, p.Bank, p.Username); err != nil {
		return err
	}
	key := CounterKey{Session: p.Session, Bank: p.Bank, Username: p.Username, Kind: CountNamed}
	for _, key.Name = range s.Reset {
		if err := tx.ResetCounter(key); err != nil {
			return err
		}
	}
	for _, key.Name = range s.Count {
		if _, err := tx.AddCounter(key, 1); err != nil {
			return err
		}
	}
	return nil
}
