package scenarios

import "github.com/mockbank/mockbank/engine"

// When is a condition: every key that is written must hold. It means the same wherever it stands; what a
// place cannot know is an error there.
type When struct {
	Position `yaml:"-"`

	// Bank is the slug of the bank.
	Bank *engine.Matcher `yaml:"bank" example:"MockBank"`
	// Username of the login.
	Username *engine.Matcher `yaml:"username" example:"tester"`
	// Password of the login.
	Password *engine.Matcher `yaml:"password" example:"challengeRequired"`
	// Fields are further members of the login's body, by name; one that is absent has the value "".
	Fields map[string]engine.Matcher `yaml:"fields" example:"{customer_number: \"1\"}"`
	// Headers of the request by name; a header that is absent has the value "".
	Headers map[string]engine.Matcher `yaml:"headers" example:"{X-Device: {prefix: iPhone}}"`
	// Session is the name of the test session.
	Session *engine.Matcher `yaml:"session"`
	// Scenario is the name of the scenario that answered the login, where one has been chosen.
	Scenario *engine.Matcher `yaml:"scenario" example:"success"`
	FactKeys `yaml:",inline"`
	// OlderThan is the age of the authentication from which on the condition holds.
	OlderThan *engine.Duration `yaml:"older_than" example:"90d"`
	// AnyOf are conditions of which at least one must hold.
	AnyOf []When `yaml:"any_of" example:"[{attempt: 3..}, {switches: {locked: on}}]"`
	// Not is a condition that must not hold.
	Not *When `yaml:"not" example:"{time: {days: [sat, sun]}}"`
}

// FactKeys are what a condition may ask of the bank, wherever it stands.
type FactKeys struct {
	// Attempt counts the logins of this user with this case, this one included. The case is what is left of
	// a scenario's `when` without its facts: scenarios that differ only in facts count together.
	Attempt *engine.Count `yaml:"attempt" example:"3.."`
	// Connections counts the connections that this user made with this case, and has not deleted.
	Connections *engine.Range `yaml:"connections" example:"1.."`
	// OpenProcesses counts this user's processes of this case that have not ended.
	OpenProcesses *engine.Range `yaml:"open_processes" example:"1.."`
	// Counters are those that steps keep for the user with `count` and `reset`, whatever the case.
	Counters map[string]engine.Count `yaml:"counters" example:"{burnt: 1..}"`
	// Time is when it may be, by the session's clock.
	Time *engine.TimeWindow `yaml:"time" example:"{between: [\"23:30\", \"05:00\"], zone: Europe/Berlin}"`
	// SessionAge is the time since the session began or was reset: from the first bound on, and before the second.
	SessionAge *engine.Span `yaml:"session_age" example:"0s..10m"`
	// Probability that the condition holds: drawn anew for each login, update or request, from the session's seed.
	Probability *engine.Chance `yaml:"probability" example:"0.1"`
	// LastAuthenticated is how long ago this user was last AUTHENTICATED at this bank; who never was is longer
	// ago than anything.
	LastAuthenticated *engine.Span `yaml:"last_authenticated" example:"90d.."`
	// Runs is which update of the connection this is; the first is 1.
	Runs *engine.Count `yaml:"runs" example:"1..2"`
	// Switches are those that a test must have flipped, or not.
	Switches map[string]OnOff `yaml:"switches" example:"{bank-down: on}"`
}

// OnOff is how a switch stands: on or off.
type OnOff bool

// CountKeys is a count that is written as a mapping.
type CountKeys struct {
	Position `yaml:"-"`

	// Count is how often, as a number or a range.
	Count *engine.Range `yaml:"count" required:"true" example:"3.."`
	// Within counts only what happened less than so long ago.
	Within *engine.Duration `yaml:"within" example:"24h"`
	// Of says whose count it is: `user` is all of the user's logins at the bank, whatever the case.
	Of string `yaml:"of" default:"case" enum:"case,user"`
}

// TimeKeys is when it may be.
type TimeKeys struct {
	Position `yaml:"-"`

	// Between holds two times of day, the second excluded. Where the second is the earlier one, it is that of
	// the next day.
	Between Words `yaml:"between" example:"[\"23:30\", \"05:00\"]"`
	// Days of the week; over midnight those on which it begins.
	Days Words `yaml:"days" example:"[sat, sun]"`
	// Zone is the time zone of the times and days, by its name in the IANA's database.
	Zone string `yaml:"zone" default:"UTC" example:"Europe/Berlin"`
	// From is the first moment, or day.
	From string `yaml:"from" example:"2026-12-24"`
	// Until is the moment before which it is, or the last day.
	Until string `yaml:"until" example:"2026-12-26"`
}
