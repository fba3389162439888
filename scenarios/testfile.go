package scenarios

import (
	"maps"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// TestFile is a file of tests of scenarios, NAME_test.yaml.
type TestFile struct {
	Position `yaml:"-"`

	// Version of the scenario language that the file is written in.
	Version *int `yaml:"version" default:"1" enum:"1"`
	// Defaults are what the steps of all tests of the file start from.
	Defaults TestDefaults `yaml:"defaults"`
	// Tests are played each for itself, in a bank where nothing has happened yet.
	Tests []Test `yaml:"tests" required:"true"`
	// Allow names the codes of warnings that are not told about this file.
	Allow Allowed `yaml:"allow" example:"[unknown-code]"`

	// Name is the file's name as the user knows it.
	Name string `yaml:"-"`
}

// TestDefaults are what the steps of a file's tests start from.
type TestDefaults struct {
	Position `yaml:"-"`

	// Authenticate holds the keys of a login that a test's own lacks.
	Authenticate *TestLogin `yaml:"authenticate" example:"{username: tester}"`
}

// Test is what a client does, and what it expects of the bank.
type Test struct {
	Position `yaml:"-"`

	// Name says what holds if the test passes. It is unique within the file.
	Name string `yaml:"name" required:"true" example:"an app approval takes two seconds"`
	// Description tells people more.
	Description string `yaml:"description"`
	// For makes a test for each combination of the values, in place: `${code}` in any text, the name
	// included, is the value.
	For Variables `yaml:"for" example:"{code: [A, B]}"`
	// StartsAt is what the clock shows as the test begins, a moment or a day; else the first of January 2026, UTC, or
	// against a server that server's time.
	StartsAt *TestMoment `yaml:"starts_at" example:"2026-12-24T23:00:00+01:00"`
	// Seed is what the session's random choices are derived from; else that of the scenarios.
	Seed *int `yaml:"seed" example:"7"`
	// Steps are taken one after the other; the first that fails ends the test.
	Steps []TestStep `yaml:"steps" required:"true"`

	choice *choice
}

// TestStep is one thing that happens, and what is then expected. It has one action at most; one that
// has none only looks. An action that needs no more words may be the whole step: `- connect`.
type TestStep struct {
	Position `yaml:"-"`

	// Authenticate logs in.
	Authenticate *TestLogin `yaml:"authenticate" example:"{username: tester, password: success}"`
	// ChallengeResponse answers the challenge: with a text, an object where the challenge has fields, or the one-time
	// code of that moment ({totp: {secret: …}}).
	ChallengeResponse *TestAnswer `yaml:"challenge_response" example:"\"123456\""`
	// TwoStepProcedure chooses a method by its id.
	TwoStepProcedure *string `yaml:"two_step_procedure" example:"sms"`
	// Password sends a further password for the same process.
	Password *TestSecret `yaml:"password" example:"decoupledAuthRequiredSuccess"`
	// Approve is the user's consent on the phone.
	Approve *NoMore `yaml:"approve"`
	// Decline is the user's refusal on the phone.
	Decline *NoMore `yaml:"decline"`
	// Approval is approve or decline, in the word of the scenarios.
	Approval string `yaml:"approval" enum:"approved,declined"`
	// Redirect is what the user decides on the bank's own page: approved, declined, or one of the scenario's own
	// `decisions`. Its answer has the `location` that the browser is sent back to.
	Redirect TestDecision `yaml:"redirect" example:"{decision: declined}"`
	// Poll reads the process as a client does that waits for it: a scenario may count these.
	Poll *NoMore `yaml:"poll"`
	// Connect makes a connection from the process.
	Connect *NoMore `yaml:"connect"`
	// Connection reads the connection.
	Connection *NoMore `yaml:"connection"`
	// Update imports again.
	Update *NoMore `yaml:"update"`
	// Delete removes the connection.
	Delete *NoMore `yaml:"delete"`
	// Request asks an endpoint of a declared api.
	Request *TestRequest `yaml:"request" example:"{endpoint: POST /shop/v1/logins, body: {user: tester}}"`
	// Switch flips switches of the scenarios, and then reads what the step before was about.
	Switch map[string]OnOff `yaml:"switch" example:"{bank-down: on}"`
	// Faults gives the test's sessions faults of their own, in place of those that a step before gave them, and then
	// reads what the step before was about. An empty list ends them.
	Faults *TestFaults `yaml:"faults" example:"[{endpoint: connect, http_status: 503, lasts: 30s}]"`
	// Wait lets the bank's time pass, and then reads what the step before was about. `next` goes exactly to the next
	// thing that time brings; where nothing is due the test fails.
	Wait *TestWait `yaml:"wait" example:"2s"`
	// Advance is another word for wait.
	Advance *TestWait `yaml:"advance" example:"2s"`

	// Times takes the step that many times; each time the expectation must hold.
	Times *int `yaml:"times" default:"1"`
	// As gives the process, or the connection, a name for later steps.
	As string `yaml:"as" example:"first"`
	// Of says which process, or connection, the step is about, where it is not the latest.
	Of string `yaml:"of" example:"first"`

	// Expect is what the answer must be. What it does not name may be anything.
	Expect *Expected `yaml:"expect"`

	// action is the key of the action, "" where there is none.
	action TestAction
}

// TestLogin is a request to authenticate.
type TestLogin struct {
	Position `yaml:"-"`

	// Bank is the slug of the bank; the default bank where it is not written.
	Bank string `yaml:"bank" example:"MockBank"`
	// Username of the login.
	Username string `yaml:"username" example:"tester"`
	// Password of the login: a text, or the one-time code of that moment ({totp: {secret: …}}).
	Password TestSecret `yaml:"password" example:"success"`
	// Fields are further members of the request, for scenarios that ask for them.
	Fields map[string]TestSecret `yaml:"fields" example:"{customer_number: \"1\"}"`
	// Headers of the request by name.
	Headers map[string]string `yaml:"headers" example:"{X-Device: iPhone}"`
	// Session is the name of the test session, for scenarios that ask for it.
	Session string `yaml:"session"`
	// Scenario is played whatever the credentials.
	Scenario string `yaml:"scenario"`
	// RedirectURI is where the bank's own page sends the browser back.
	RedirectURI string `yaml:"redirect_uri"`
	// State is what the browser brings along then.
	State string `yaml:"state"`
}

// TestSecret is what a login gives: a text, or a one-time code.
type TestSecret struct {
	Position `yaml:"-"`

	// Text is what is given, unless TOTP says which one-time code.
	Text string       `yaml:"-"`
	TOTP *engine.TOTP `yaml:"-"`
}

// at returns what is given at a moment.
func (s TestSecret) at(now time.Time) TestSecret {
	if s.TOTP != nil {
		s.Text = s.TOTP.Code(now)
	}
	return s
}

// TestAnswer is an answer to a challenge.
type TestAnswer struct {
	Position `yaml:"-"`

	// Text is the answer, or Fields are those to the challenge's fields, or TOTP says which one-time code.
	Text   string            `yaml:"-"`
	Fields map[string]string `yaml:"-"`
	TOTP   *engine.TOTP      `yaml:"-"`
}

// TestWait is how long a step waits.
type TestWait struct {
	// Length is the time, or Next says that it is that to the next thing due.
	Length time.Duration
	Next   bool
}

// TestMoment is a moment, or a day, which begins at its midnight in UTC.
type TestMoment struct{ At time.Time }

// TestDecision is a decision of the user: its word, or a mapping that has it under `decision`.
type TestDecision string

// NoMore is the value of an action that needs no more words: {}.
type NoMore struct {
	Position `yaml:"-"`
}

// TestAction names what a step of a test does, by its key.
type TestAction string

// The actions of a step. The empty one only looks.
const (
	TestLook              TestAction = ""
	TestAuthenticate      TestAction = "authenticate"
	TestChallengeResponse TestAction = "challenge_response"
	TestTwoStepProcedure  TestAction = "two_step_procedure"
	TestPassword          TestAction = "password"
	TestApproval          TestAction = "approval"
	TestRedirect          TestAction = "redirect"
	TestPoll              TestAction = "poll"
	TestConnect           TestAction = "connect"
	TestConnection        TestAction = "connection"
	TestUpdate            TestAction = "update"
	TestDelete            TestAction = "delete"
	TestWaits             TestAction = "wait"
	TestSwitch            TestAction = "switch"
)

// Action returns what the step does: approve and decline are an approval, advance is a wait.
func (s *TestStep) Action() TestAction { return s.action }

// Value is what the action says, where it is a text: an answer, or a decision.
func (s *TestStep) Value() string {
	switch {
	case s.ChallengeResponse != nil:
		return s.ChallengeResponse.Text
	case s.TwoStepProcedure != nil:
		return *s.TwoStepProcedure
	case s.Password != nil:
		return s.Password.Text
	case s.Approve != nil:
		return engine.Approved
	case s.Decline != nil:
		return engine.Declined
	default:
		return s.Approval + string(s.Redirect)
	}
}

// Waits is how long the step waits.
func (s *TestStep) Waits() TestWait {
	switch {
	case s.Wait != nil:
		return *s.Wait
	case s.Advance != nil:
		return *s.Advance
	default:
		return TestWait{}
	}
}

// Repetitions is how often the step is taken.
func (s *TestStep) Repetitions() int {
	if s.Times == nil {
		return 1
	}
	return *s.Times
}

// Over returns the login with the keys that it lacks taken from defaults.
func (l TestLogin) Over(defaults *TestLogin) TestLogin {
	if defaults == nil {
		return l
	}
	for _, key := range []struct{ to, from *string }{
		{&l.Bank, &defaults.Bank}, {&l.Username, &defaults.Username}, {&l.Password.Text, &defaults.Password.Text},
		{&l.Session, &defaults.Session}, {&l.Scenario, &defaults.Scenario},
		{&l.RedirectURI, &defaults.RedirectURI}, {&l.State, &defaults.State},
	} {
		if *key.to == "" {
			*key.to = *key.from
		}
	}
	if l.Password.node == nil {
		l.Password.TOTP = defaults.Password.TOTP
	}
	l.Headers, l.Fields = overlaid(defaults.Headers, l.Headers), overlaid(defaults.Fields, l.Fields)
	return l
}

// At returns the login as it is at a moment: one-time codes are those of it.
func (l TestLogin) At(now time.Time) TestLogin {
	l.Password = l.Password.at(now)
	fields := make(map[string]TestSecret, len(l.Fields))
	for name, field := range l.Fields {
		fields[name] = field.at(now)
	}
	l.Fields = fields
	return l
}

// FieldTexts are the further members, as they are sent.
func (l *TestLogin) FieldTexts() map[string]string {
	texts := make(map[string]string, len(l.Fields))
	for name, field := range l.Fields {
		texts[name] = field.Text
	}
	return texts
}

// overlaid returns the values of both, by their names; those of over win.
func overlaid[Value any](under, over map[string]Value) map[string]Value {
	all := make(map[string]Value, len(under)+len(over))
	maps.Copy(all, under)
	maps.Copy(all, over)
	return all
}

// Source returns where the part is written. It may be called from several goroutines.
func (p Position) Source() engine.Source {
	node := p.node
	for blockOf(node) && len(node.Content) > 0 {
		node = node.Content[0]
	}
	return engine.Source{File: p.file.name, Line: node.Line, Column: node.Column}
}
