package engine

import (
	"cmp"
	"sync"
	"sync/atomic"
	"time"
)

// Bank is the domain: it plays the live rule set over a store. Its methods are safe for concurrent
// use. Each loads the rule set once, so that one request sees one set of rules.
type Bank struct {
	rules atomic.Pointer[RuleSet]
	store Store
	now   func() time.Time
	after func(d time.Duration) <-chan time.Time
	newID func() string
	flows flowCache
	own   sessionRules

	maxSessions int
	// crowded says that reportCrowded was told of too many sessions.
	crowded       atomic.Bool
	reportCrowded func(sessions, most int)
	born          time.Time
	clockWaiters  clockWaiters
	audience      audience
	courier       Courier
	messageWriter WebhookMessageWriter
	atOnce        int
	camelCase     bool

	using sync.Mutex // serialises Use
}

// BankConfig holds what a [Bank] needs from outside.
type BankConfig struct {
	Store Store
	// Now is the clock. The Bank truncates its times to UTC milliseconds.
	Now func() time.Time
	// After is as [time.After], by the same clock; nil where time passes only as sessions' clocks are
	// turned.
	After func(d time.Duration) <-chan time.Time
	// NewID returns identifiers that are unique and grow with time (UUIDv7).
	NewID func() string
	// Born is when the database was made, which is when the session `default` began. Default: now.
	Born time.Time
	// MaxSessions bounds the number of sessions. Default: 10,000.
	MaxSessions int
	// Crowded is told when four fifths of the sessions that are allowed are there; nil is nobody. The request
	// that makes the session waits for it.
	Crowded func(sessions, most int)
	// Observer is told of what the Bank does; nil is nobody.
	Observer Observer
	// ImportEnded is told of each end of an import that a change wrote, after its commit; by many goroutines at the same
	// time. Default: nobody is told.
	ImportEnded func(status ImportStatus)
	// Courier sends deliveries of webhooks that a turn of the clock has made due; nil leaves them to
	// background jobs.
	Courier Courier
	// MessageWriter writes what webhooks of declared apis send; nil lets those send nothing.
	MessageWriter WebhookMessageWriter
	// AtOnce is how many records are written side by side where many are due. Default: one by one, in their
	// order.
	AtOnce int
	// CamelCase says that webhooks, as the bank's API, name their members in camelCase.
	CamelCase bool
}

// NewBank returns a Bank without rules: [Bank.Use] must be called before any request.
func NewBank(config BankConfig) *Bank {
	if config.Born.IsZero() {
		config.Born = config.Now()
	}
	return &Bank{
		born:  config.Born.UTC().Truncate(time.Millisecond),
		store: config.Store, now: config.Now, after: config.After, newID: config.NewID,
		maxSessions: cmp.Or(config.MaxSessions, 10_000), reportCrowded: config.Crowded,
		audience: audience{config.Observer, config.ImportEnded},
		courier:  config.Courier, messageWriter: config.MessageWriter, atOnce: config.AtOnce, camelCase: config.CamelCase,
	}
}

// Within is run inside the transaction that makes a change, with the state that it leads to. An
// error from it undoes the change. It may be run more than once.
type Within[State any] func(tx Tx, state State) error

// Rules returns the live rule set.
func (b *Bank) Rules() *RuleSet { return b.rules.Load() }

// Use makes rs the live rule set and gives it the next generation. Requests that are under way
// go on with the set they loaded. It cannot fail. A rule set belongs to one Bank; using the live one
// again changes nothing.
func (b *Bank) Use(rs *RuleSet) {
	b.using.Lock()
	defer b.using.Unlock()
	old, generation := b.rules.Load(), int64(1)
	if old == rs {
		return
	}
	if old != nil {
		generation = old.Generation + 1
		rs.keepHits(old)
	}
	rs.number(generation)
	b.rules.Store(rs)
}

// ProcessState is a process as a client sees it at one moment.
type ProcessState struct {
	// Process is the record, brought up to that moment.
	Process
	Status    Status
	Challenge *ChallengeState
	Error     *Failure
	// Shape says how the answer is shaped on the wire; nil: it is sent as it is.
	Shape *ResponseShape
	// ExpiresAt is when the step ends by itself, nil where it does not.
	ExpiresAt *time.Time
	// RedirectURL is what the step has clients get in place of the bank's page, nil where it says nothing, and
	// NoRedirectURL says that they get null.
	RedirectURL   *string
	NoRedirectURL bool
	// Decisions are further buttons on the bank's page.
	Decisions []Decision
	// Returns is how the browser comes back, where a decision has just been made and says so.
	Returns *Returns

	flow   *Flow
	step   *Step
	values Values
}

// Refused reports whether the bank did not carry the request out, so that the state is that of before; of
// a login there is none.
func (s *ProcessState) Refused() bool { return s.Shape != nil && s.Shape.Refused }

// Takes reports whether the process, as it is, has a way on for inputs of the kind.
func (s *ProcessState) Takes(kind EventKind) bool { return s.step != nil && s.step.takes(kind) }

// Refused reports whether the bank did not carry the request out, so that the state is that of before; of
// a connection that was to be made there is none.
func (s *ConnectionState) Refused() bool { return s.Shape != nil && s.Shape.Refused }

// ChallengeState is a challenge as a client sees it.
type ChallengeState struct {
	Kind             ChallengeKind
	Message          LocalizedText
	AnswerFieldLabel LocalizedText
	// Verbatim holds the texts that are written as "", by their names in answers: others that are empty are null.
	Verbatim map[string]string
	// Image stands in place of the picture that is drawn, nil where none does; Images and Fields are nil where there
	// are none, and may be empty.
	Image  *Image
	Images []Image
	Fields []ChallengeField
	// Procedures are nil where there is no list of them; a list may be empty.
	Procedures []Procedure
	// Shows is what a PHOTO, QR or FLICKER_CODE is about, and Turn numbers the pictures of one that
	// changes as time passes, from 1; it is 0 for one that stays.
	Shows  string
	Number int
	// AttemptsLeft is nil where the challenge takes any number of wrong answers.
	AttemptsLeft *int
}

// ConnectionState is a connection as a client sees it at one moment: Status, Progress, Message,
// Error, UpdatedAt and FinishedAt of the record are those of that moment.
type ConnectionState struct {
	Connection
	// AuthenticationStatus is the process's status while the import awaits the user, else "".
	AuthenticationStatus Status
	// Shape says how the answer is shaped on the wire; nil: it is sent as it is.
	Shape *ResponseShape
	// ImportMessage is the record's Message, with its languages.
	ImportMessage LocalizedText
}
