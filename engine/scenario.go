package engine

import "sync/atomic"

// Scenario is a compiled case: the condition it answers to, and the flow it starts.
type Scenario struct {
	Name        string
	Description string
	Tags        []string
	Source      Source
	When        Condition
	Flow        *Flow
	// Trigger identifies the condition without its facts: scenarios whose `when` differs only in
	// facts share one, and count together.
	Trigger string

	hits *atomic.Int64
}

// Hits is how many logins this node has answered with the scenario of this name since it started.
func (s *Scenario) Hits() int64 {
	if s.hits == nil {
		return 0
	}
	return s.hits.Load()
}

// Source is a place in a configuration file. Lines and columns count from 1.
type Source struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Condition is a scenario's `when`: all of it must hold.
type Condition struct {
	Bank, Username, Password, Session Matcher
	// Headers by canonical name. A header that is absent has the value "".
	Headers map[string]Matcher
	Facts   Facts
}

// Facts are conditions on what happened before, within the session.
type Facts struct {
	// Attempt counts the logins with this bank, username and trigger, this one included.
	Attempt *Range
	// Connections counts the user's connections made through this trigger.
	Connections *Range
	// OpenProcesses counts the user's processes of this trigger that have not ended.
	OpenProcesses *Range
	// Counters are those that steps keep for the user, whatever the trigger.
	Counters map[string]Range

	// counted says that a scenario of the same trigger asks for attempts: each login of the trigger
	// is one, whichever of its scenarios answers.
	counted bool
}

// None reports whether there is no condition on facts.
func (f *Facts) None() bool {
	return f.Attempt == nil && f.Connections == nil && f.OpenProcesses == nil && len(f.Counters) == 0
}

// Institution is a bank that clients can choose.
type Institution struct {
	Slug                    string
	Name                    string
	IsMockBank              bool
	MultibankingAPIProvider string
	// Countries in which the bank is, as two letters; none is everywhere.
	Countries []string
}

// Login is a request to authenticate.
type Login struct {
	Session  string
	Bank     string
	Username string
	Password string
	// Header returns the value of a request header, "" where it is absent.
	Header func(name string) string
	// Scenario, where not empty, is played whatever the credentials.
	Scenario string
	// AsBank says that the scenario was chosen as if it were a bank: its slug is Bank, and facts count, and
	// decide among the scenarios of its case.
	AsBank bool
	// RedirectURI and State are where the bank's page sends the browser back, and what it brings.
	RedirectURI string
	State       string
}
