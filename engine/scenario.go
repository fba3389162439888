package engine

import (
	"fmt"
	"sync/atomic"
	"time"
)

// Scenario is a compiled case: the condition it answers to, and the flow it starts.
type Scenario struct {
	Name        string
	Description string
	Tags        []string
	Source      Source
	When        Condition
	Flow        *Flow
	// Trigger is the case: it identifies the condition without its facts. Scenarios whose `when` differs
	// only in facts share one, and count together.
	Trigger string
	// counted says that some live rule asks for the attempts of this case: each login of the case is
	// one, whichever of its scenarios answers.
	counted bool

	hits *atomic.Int64
	// ready says that the scenario is compiled: it may play in several rule sets, one after the other, and never
	// changes again. rules are those by which banks read usernames that its conditions are ready for.
	ready bool
	rules []UsernameRule
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

// String writes the place as editors take it.
func (s Source) String() string { return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column) }

// Institution is a bank that clients can choose.
type Institution struct {
	Slug                    string
	Name                    string
	IsMockBank              bool
	MultibankingAPIProvider string
	// Countries in which the bank is, as two letters; none is everywhere.
	Countries []string
	// Usernames says which texts name the same user.
	Usernames UsernameRule
}

// AnsweredBy notes which scenario answered the login, and its case, for conditions that ask.
func (l *Login) AnsweredBy(scenario, caseID string) { l.answered, l.caseID = scenario, caseID }

// Login is a request to authenticate.
type Login struct {
	Session  string
	Bank     string
	Username string
	Password string
	// Header returns the value of a request header, "" where it is absent.
	Header func(name string) string
	// Fields are the further members of the body that some condition asks for; one that is absent has
	// the value "".
	Fields map[string]string
	// Scenario, where not empty, is played whatever the credentials.
	Scenario string
	// API is the declared api that the login comes by, "" for the bank's own.
	API string
	// AsBank says that the scenario was chosen as if it were a bank: its slug is Bank, and facts count, and
	// decide among the scenarios of its case.
	AsBank bool
	// RedirectURI and State are where the bank's page sends the browser back, and what it brings.
	RedirectURI string
	State       string

	// at is the moment of the login or the request, by the session's clock: one-time codes are those of it.
	at time.Time
	// rule is how the bank reads the username, which is written as that rule writes it.
	rule UsernameRule
	// sent is the username as it was sent, where the rule writes it otherwise.
	sent string
	// answered is the scenario that was chosen, where a condition may ask for it.
	answered string
	// caseID is that scenario's case.
	caseID string
}
