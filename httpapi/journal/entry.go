package journal

import (
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Entry is one exchange: a request, what the bank decided, and the answer.
type Entry struct {
	// ID grows from entry to entry, also from one start of the node to the next.
	ID int64
	// At is the wall clock's time at which the request came, SessionTime that of its session's clock
	// when it was answered; zero where it could not be read.
	At          time.Time
	SessionTime time.Time
	// DecidedAt is the session's time at which the bank did what the request asks for, zero where it did nothing.
	DecidedAt time.Time
	// Took is the time from the request's header to the answer.
	Took time.Duration

	// Session is the one that the process or connection belongs to, else the request's own, or "".
	Session   string
	Route     string
	RequestID string
	// TraceID is that of the distributed trace that the client says the request is a part of, or "".
	TraceID string
	// Process and Connection identify the records that the exchange is about, "" where there is none.
	Process    string
	Connection string
	// State is the process's status, or the connection's, after the exchange.
	State string

	Request  Request
	Response Response
	Decision *Decision
	// Near are the scenarios that a login missed by the fewest conditions, where only a catch-all answered
	// it, or none did.
	Near []engine.ExplainedScenario
	// Moves are the steps of Flow that the exchange took, or found that time had taken.
	Flow  *engine.Flow
	Moves []engine.Move
}

// Redacted stands for a value that an entry never holds.
const Redacted = "[redacted]"

// Field is a name with its value.
type Field struct{ Name, Value string }

// Request is what a journal keeps of a request.
type Request struct {
	Method string
	Path   string
	Query  []Field
	Header []Field
	// Body holds the fields that may be shown; secrets are in it by name only.
	Body []Field
	// Hidden counts the query's parameters and the body's fields that are not shown at all.
	Hidden int
	// Bytes is the length of the body.
	Bytes int
}

// Response is what a journal keeps of an answer.
type Response struct {
	// Status is 0 where there was no answer.
	Status int
	Header []Field
	// Body is JSON, or nil where it is a page, empty, or too long.
	Body []byte
	// Bytes is the length of the body, also where it is not kept.
	Bytes    int
	Scenario string
	Rules    string
	// Code is that of a problem, else "".
	Code string
	// WireFault is how the answer was broken on its way, "" where it was not, and Delayed how long it
	// was held back.
	WireFault string
	Delayed   time.Duration
	// Shaped says that a scenario or a fault made another answer of what the bank had to say, Replaced that its body is
	// another one, and Refused that the bank did nothing of what was asked.
	Shaped, Replaced, Refused bool
}

// Decision says why a login was answered by its scenario.
type Decision struct {
	// Forced says that the request named the scenario, so that no condition was asked.
	Forced bool
	// Scenario is the one that matched: every condition of it held. It is nil where none did.
	Scenario *engine.Scenario
}
