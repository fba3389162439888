package engine

import (
	"slices"
	"time"
)

// userHistory reads, within a transaction, what a user did before. The first question makes other
// transactions about the same user wait, so that counts are exact under any load. The login that is under
// way is counted by what is read, and written only once it is processed; see [userHistory.keep].
type userHistory struct {
	tx     Tx
	login  *Login
	rules  *RuleSet
	flow   func(hash string) (*Flow, error)
	now    time.Time
	locked bool
	// underWay says that the login itself is an attempt.
	underWay bool
	// raised are the attempts that the login is: each once, however many scenarios ask.
	raised []CounterKey
}

// lock makes transactions about the same user wait.
func (h *userHistory) lock() error {
	if h.locked {
		return nil
	}
	h.locked = true
	return h.tx.LockUser(h.login.Session, h.login.Bank, h.login.Username)
}

// raise counts the login as an attempt under a name, once it is processed.
func (h *userHistory) raise(kind CounterKind, name string) {
	if key := h.key(kind, name); h.underWay && !slices.Contains(h.raised, key) {
		h.raised = append(h.raised, key)
	}
}

// keep writes the attempts that the login is.
func (h *userHistory) keep() error {
	for _, key := range h.raised {
		if err := h.lock(); err != nil {
			return err
		}
		if err := addTimed(h.tx, key, h.now, h.rules.keeps.attempts); err != nil {
			return err
		}
	}
	h.raised = nil
	return nil
}

// attempts counts the user's logins under a name, the one under way included: all of them, or those that
// were less than within ago.
func (h *userHistory) attempts(kind CounterKind, name string, within time.Duration) (int, error) {
	if err := h.lock(); err != nil {
		return 0, err
	}
	n, err := countTimed(h.tx, h.key(kind, name), h.now, within)
	if h.underWay {
		h.raise(kind, name)
		n++
	}
	return n, err
}

func (h *userHistory) connections(caseID string) (int, error) {
	if err := h.lock(); err != nil {
		return 0, err
	}
	return h.tx.CountConnections(h.login.Session, h.login.Bank, h.login.Username, caseID)
}

func (h *userHistory) openProcesses(caseID string) (int, error) {
	if err := h.lock(); err != nil {
		return 0, err
	}
	n, err := h.tx.CountOpenProcesses(h.login.Session, h.login.Bank, h.login.Username, caseID, h.now)
	if err != nil {
		return 0, err
	}
	err = h.observe(func(before *Process, status Status) {
		if before.Trigger != caseID {
			return
		}
		if before.EndsAt == nil || before.EndsAt.After(h.now) { // as it was counted
			n--
		}
		if !status.Ended() {
			n++
		}
	})
	return n, err
}

// observe brings those of the user's processes up to now whose rows alone do not tell what they are. They are not
// written: what is asked for is told by what they are now.
func (h *userHistory) observe(each func(before *Process, status Status)) error {
	found, err := h.tx.UserProcesses(h.login.Session, h.login.Bank, h.login.Username, h.now)
	if err != nil {
		return err
	}
	for i := range found {
		flow, err := h.flow(found[i].FlowHash)
		if err != nil {
			return err
		}
		current, _ := flow.Resolve(found[i], h.now)
		each(&found[i], flow.Steps[current.Step].Status)
	}
	return nil
}

// counted returns the count of a name that steps keep, as attempts does.
func (h *userHistory) counted(name string, within time.Duration) (int, error) {
	if err := h.lock(); err != nil {
		return 0, err
	}
	return countTimed(h.tx, h.key(CountNamed, name), h.now, within)
}

// lastAuthenticated is when the user was last AUTHENTICATED at the bank, the zero time for never. What time
// alone has brought counts, though nobody has looked since.
func (h *userHistory) lastAuthenticated() (time.Time, error) {
	if err := h.lock(); err != nil {
		return time.Time{}, err
	}
	times, err := h.tx.Times(h.key(CountAuthenticated, ""))
	if err != nil {
		return time.Time{}, err
	}
	last, err := h.tx.LastAuthenticated(h.login.Session, h.login.Bank, h.login.Username, h.now)
	for _, at := range times {
		last = later(last, at)
	}
	return last, err
}

func (h *userHistory) key(kind CounterKind, name string) CounterKey {
	return CounterKey{Session: h.login.Session, Bank: h.login.Bank, Username: h.login.Username, Kind: kind, Name: name}
}

// addTimed adds one to a count, and keeps the time of it where some range asks for it: the newest times, as
// many as most.
func addTimed(tx Tx, key CounterKey, now time.Time, most int) error {
	if _, err := tx.AddCounter(key, 1); err != nil || most == 0 {
		return err
	}
	times, err := tx.Times(key)
	if err != nil {
		return err
	}
	times = append(times, now)
	return tx.SaveTimes(key, times[max(0, len(times)-most):])
}

// countTimed returns a count, or, where within is not 0, how much of it was less than so long ago.
func countTimed(tx Tx, key CounterKey, now time.Time, within time.Duration) (int, error) {
	if within == 0 {
		return tx.Counter(key)
	}
	times, err := tx.Times(key)
	return countSince(times, now.Add(-within)), err
}

// countSince counts the times after then.
func countSince(times []time.Time, then time.Time) int {
	n := 0
	for _, at := range times {
		if at.After(then) {
			n++
		}
	}
	return n
}

// keepCounters applies the `count` and `reset` of a step that a login or an input entered.
func (f *Flow) keepCounters(c *change, p *Process, step int) error {
	s, tx := &f.Steps[step], c.tx
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
		if err := addTimed(tx, key, c.now, c.rs.keeps.counters[key.Name]); err != nil {
			return err
		}
	}
	return nil
}

// firstStep is the step in which a process that has made all of its moves began.
func firstStep(p *Process, moves []Move) int {
	if len(moves) > 0 {
		return moves[0].From
	}
	return p.Step
}

// keepAuthenticated notes when the user became AUTHENTICATED, where a live condition asks for it.
func (f *Flow) keepAuthenticated(tx Tx, rs *RuleSet, p *Process, moves []Move, begun bool) error {
	if !rs.keeps.authenticated {
		return nil
	}
	var last time.Time
	if begun && f.Steps[firstStep(p, moves)].Status == Authenticated {
		last = p.CreatedAt
	}
	for _, move := range moves {
		if f.Steps[move.To].Status == Authenticated {
			last = later(last, move.At)
		}
	}
	if last.IsZero() {
		return nil
	}
	if err := tx.LockUser(p.Session, p.Bank, p.Username); err != nil {
		return err
	}
	key := CounterKey{Session: p.Session, Bank: p.Bank, Username: p.Username, Kind: CountAuthenticated}
	times, err := tx.Times(key)
	if err != nil || len(times) > 0 && !times[0].Before(last) {
		return err
	}
	return tx.SaveTimes(key, []time.Time{last})
}
