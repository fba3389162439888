package engine

import "time"

// ConnectionFilter selects connections; zero fields select all.
type ConnectionFilter struct {
	Session string
	Bank    string
	// Status selects by the status at the time Now.
	Status ImportStatus
	Now    time.Time
	// After is the identifier after which the page starts; Limit is the page's size.
	After string
	Limit int
	// Latest lists the youngest first.
	Latest bool
}

// ProcessFilter selects processes of a session.
type ProcessFilter struct {
	Session string
	// Open selects those that have not ended at the time Now, by the session's clock: the user, or time, still decides.
	Open bool
	Now  time.Time
	// After is the identifier after which the page starts; Limit is the page's size, 0 for no bound.
	After string
	Limit int
}

// CounterKind says what a counter counts.
type CounterKind string

// The kinds of counter.
const (
	// CountAttempts counts logins by trigger (the counter's name).
	CountAttempts CounterKind = "attempts"
	// CountUserAttempts counts all logins of a user.
	CountUserAttempts CounterKind = "user_attempts"
	// CountAuthenticated keeps when the user was last AUTHENTICATED.
	CountAuthenticated CounterKind = "authenticated"
	// CountRuns keeps when a connection (the counter's name) was updated.
	CountRuns CounterKind = "runs"
	// CountDraws numbers the draws of a condition's owner; it has neither bank nor username.
	CountDraws CounterKind = "draws"
	// CountNth counts the requests that a fault with an `nth` is for.
	CountNth CounterKind = "nth"
	// CountNamed counts what steps' `count:` name.
	CountNamed CounterKind = "named"
	// CountLogins counts a session's logins by scenario, for its random choices; it has neither
	// bank nor username.
	CountLogins CounterKind = "logins"
	// CountFaults counts the requests of a session that a fault was considered for, and CountAnswers
	// the answers that a step or a point was; neither has bank or username.
	CountFaults  CounterKind = "faults"
	CountAnswers CounterKind = "answers"
)

// CounterKey identifies a counter.
type CounterKey struct {
	Session, Bank, Username string
	Kind                    CounterKind
	Name                    string
}

// RequestKey identifies a request by the Idempotency-Key that its client chose.
type RequestKey struct {
	Session, Route, Key string
}

// Claim is the outcome of [Store.ClaimRequest].
type Claim struct {
	// First says that the caller is to do the work: nobody claimed the key, or the claim's lease
	// ran out before its answer was kept.
	First bool
	// Fingerprint is that of the first request's body.
	Fingerprint string
	// Answer is the first request's; nil while it runs.
	Answer []byte
}
