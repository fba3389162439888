package engine

import "fmt"

// Condition is a `when`: all of it must hold. What is not set holds always. Matchers are about the
// request and the record that it concerns, Facts about all else; AnyOf and Not combine conditions.
type Condition struct {
	Bank     Matcher `json:"bank,omitzero"`
	Username Matcher `json:"username,omitzero"`
	Password Matcher `json:"password,omitzero"`
	Session  Matcher `json:"session,omitzero"`
	// Scenario is the name of the scenario that was chosen.
	Scenario Matcher `json:"scenario,omitzero"`
	// Headers by canonical name. A header that is absent has the value "".
	Headers map[string]Matcher `json:"headers,omitempty"`
	// Fields are further members of a login's body, by name. One that is absent has the value "".
	Fields map[string]Matcher `json:"fields,omitempty"`
	Facts  Facts              `json:"facts,omitzero"`
	// AnyOf are conditions of which one must hold.
	AnyOf []Condition `json:"any_of,omitempty"`
	// Not is a condition that must not hold.
	Not *Condition `json:"not,omitempty"`

	// folded are the condition as banks see it that read usernames by a rule.
	folded map[UsernameRule]*Condition
	// captured says that a matcher, also of a condition within, is completed by captures.
	captured bool
	// draws is how many probabilities the whole condition has; set at its root only.
	draws int
}

// Facts are conditions on what happened, on time and on chance.
type Facts struct {
	// Attempt counts the user's logins, this one included.
	Attempt *Count `json:"attempt,omitempty"`
	// Connections counts the connections that the user made.
	Connections *Range `json:"connections,omitempty"`
	// OpenProcesses counts the user's processes that have not ended.
	OpenProcesses *Range `json:"open_processes,omitempty"`
	// Counters are those that steps keep for the user, whatever the case.
	Counters map[string]Count `json:"counters,omitempty"`
	// Time is when it may be, by the session's clock.
	Time *TimeWindow `json:"time,omitempty"`
	// SessionAge is the time since the session began, or was reset.
	SessionAge *Span `json:"session_age,omitempty"`
	// Probability is drawn anew for each login, update or request.
	Probability *Chance `json:"probability,omitempty"`
	// LastAuthenticated is how long ago the user was last AUTHENTICATED at the bank.
	LastAuthenticated *Span `json:"last_authenticated,omitempty"`
	// OlderThan is the least age of the authentication.
	OlderThan *Duration `json:"older_than,omitempty"`
	// Runs numbers the updates of the connection; the first is 1.
	Runs *Count `json:"runs,omitempty"`
	// Switches by name, as a test must have set them.
	Switches map[string]bool `json:"switches,omitempty"`

	// position tells the condition's probabilities apart.
	position int
}

// None reports whether there is no condition on facts.
func (f *Facts) None() bool {
	return f.Attempt == nil && f.Connections == nil && f.OpenProcesses == nil && len(f.Counters) == 0 &&
		f.Time == nil && f.SessionAge == nil && f.Probability == nil && f.LastAuthenticated == nil &&
		f.OlderThan == nil && f.Runs == nil && len(f.Switches) == 0
}

// Count is a condition on how often something happened.
type Count struct {
	Range
	// Within, where it is not 0, counts what happened less than so long ago.
	Within Duration `json:"within,omitzero"`
	// OfUser counts whatever the case.
	OfUser bool `json:"of_user,omitempty"`
}

// String returns the count as a scenario writes it.
func (c Count) String() string {
	text := c.Range.String()
	if !c.Within.IsZero() {
		text += " within " + c.Within.String()
	}
	if c.OfUser {
		text += " of user"
	}
	return text
}

// most is how many times are kept at the least for the count to be told from the next.
func (c *Count) most() int { return max(c.From, c.To) + 1 }

// Walk visits the condition and those within it.
func (w *Condition) Walk(visit func(*Condition)) {
	visit(w)
	for i := range w.AnyOf {
		w.AnyOf[i].Walk(visit)
	}
	if w.Not != nil {
		w.Not.Walk(visit)
	}
}

// Factual reports whether the condition, or one within it, asks for a fact.
func (w *Condition) Factual() (asks bool) {
	w.Walk(func(one *Condition) { asks = asks || !one.Facts.None() })
	return asks
}

// Empty reports whether nothing is asked.
func (w *Condition) Empty() bool {
	for i := range conditionKinds {
		if conditionKinds[i].asks(w) {
			return false
		}
	}
	return true
}

// compile prepares the condition's patterns and numbers its draws.
func (w *Condition) compile() (err error) {
	w.draws, w.captured = 0, false
	w.Walk(func(one *Condition) {
		if one.Facts.Probability != nil {
			one.Facts.position = w.draws
			w.draws++
		}
		for _, matcher := range one.matchers() {
			w.captured = w.captured || matcher.Captured()
			if failed := matcher.Compile(); failed != nil && err == nil {
				err = failed
			}
		}
		for _, named := range []map[string]Matcher{one.Headers, one.Fields} {
			for name, matcher := range named {
				w.captured = w.captured || matcher.Captured()
				if failed := matcher.Compile(); failed != nil && err == nil {
					err = failed
				}
				named[name] = matcher
			}
		}
		if failed := one.Facts.compile(); failed != nil && err == nil {
			err = failed
		}
	})
	return err
}

func (f *Facts) compile() error {
	if f.Time == nil {
		return nil
	}
	if err := f.Time.compile(); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	return nil
}

// matchers lists the condition's matchers that every condition has.
func (w *Condition) matchers() []*Matcher {
	return []*Matcher{&w.Bank, &w.Username, &w.Password, &w.Session, &w.Scenario}
}

// verdict is what the matchers of a condition say of a request before any fact is known.
type verdict int8

const (
	never verdict = iota
	perhaps
	always
)

// verdict holds the condition's matchers, and those within it, against a request.
func (w *Condition) verdict(login *Login) verdict {
	if !w.credentials(login) || !w.surroundings(login) {
		return never
	}
	return w.combined(login)
}

// combined is verdict for what AnyOf, Not and the facts say.
func (w *Condition) combined(login *Login) verdict {
	said := always
	if !w.Facts.None() {
		said = perhaps
	}
	if len(w.AnyOf) > 0 {
		best := never
		for i := range w.AnyOf {
			best = max(best, w.AnyOf[i].verdict(login))
		}
		said = min(said, best)
	}
	if w.Not != nil {
		said = min(said, always-w.Not.verdict(login))
	}
	return said
}
