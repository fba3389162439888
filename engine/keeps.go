package engine

import "slices"

// keeps is what the live rules need to be kept of what happens, beside plain counts.
type keeps struct {
	// attempts and counters are how many times are kept, 0 for none.
	attempts int
	counters map[string]int
	// authenticated says that some condition asks when a user was last AUTHENTICATED.
	authenticated bool
	// age says that some condition asks for the session's age.
	age bool
	// ofUser are the conditions that count all logins of a user.
	ofUser []*Condition
	// cases are those whose attempts are asked for, and records the conditions that ask for the attempts of
	// whatever case their record has.
	cases   map[string]bool
	records []*Condition
}

// keepFor works out what the conditions of the rules need.
func (rs *RuleSet) keepFor() {
	rs.keeps = keeps{counters: make(map[string]int), cases: make(map[string]bool)}
	for _, s := range rs.Scenarios {
		ofCase := func(*Condition) { rs.keeps.cases[s.Trigger] = true }
		rs.keepForCondition(&s.When, &s.When, ofCase)
		s.Flow.eachCondition(func(w *Condition) {
			rs.keepForCondition(w, &s.When, ofCase)
		})
	}
	ofRecord := func(root *Condition) { rs.keeps.records = append(rs.keeps.records, root) }
	for i := range rs.Faults {
		rs.keepForCondition(&rs.Faults[i].When, &rs.Faults[i].When, ofRecord)
	}
	for i := range rs.Webhooks {
		rs.keepForCondition(&rs.Webhooks[i].When, &rs.Webhooks[i].When, ofRecord)
	}
	for _, w := range rs.asked {
		rs.keepForCondition(w, w, ofRecord)
	}
}

// keepForCondition adds what one condition needs, whose requests are those that among takes. It calls asked
// where the condition asks for the attempts of a case.
func (rs *RuleSet) keepForCondition(root, among *Condition, asked func(root *Condition)) {
	root.Walk(func(w *Condition) {
		f := &w.Facts
		rs.keeps.age = rs.keeps.age || f.SessionAge != nil
		rs.keeps.authenticated = rs.keeps.authenticated || f.LastAuthenticated != nil
		for name, count := range f.Counters {
			if !count.Within.IsZero() {
				rs.keeps.counters[name] = max(rs.keeps.counters[name], count.most())
			}
		}
		if f.Attempt == nil {
			return
		}
		if !f.Attempt.Within.IsZero() {
			rs.keeps.attempts = max(rs.keeps.attempts, f.Attempt.most())
		}
		if f.Attempt.OfUser {
			rs.keeps.ofUser = append(rs.keeps.ofUser, among)
		} else {
			asked(root)
		}
	})
}

// countAttempts marks the scenarios whose logins are attempts: those of a case whose attempts are asked for.
func (rs *RuleSet) countAttempts() {
	for i, s := range rs.Scenarios {
		counted := rs.keeps.cases[s.Trigger] ||
			slices.ContainsFunc(rs.keeps.records, func(w *Condition) bool { return w.Scenario.Match(s.Name) })
		if counted == s.counted {
			continue
		}
		if s.ready { // it may play in another rule set
			own := *s
			s, rs.Scenarios[i] = &own, &own
		}
		s.counted = counted
	}
}

// countsUser reports whether some condition may ask for all of the user's logins.
func (rs *RuleSet) countsUser(login *Login) bool {
	for _, w := range rs.keeps.ofUser {
		if seen := w.under(login.rule); seen.Bank.Match(login.Bank) && seen.Username.Match(login.Username) {
			return true
		}
	}
	return false
}
