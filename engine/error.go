package engine

import (
	"errors"
	"fmt"
)

// Code names why a request was refused. Codes are stable: clients switch on them.
type Code string

// The codes that this package returns.
const (
	// CodeNotFound: no record has this identifier.
	CodeNotFound Code = "not_found"
	// CodeUnknownBank: no bank has this slug.
	CodeUnknownBank Code = "unknown_bank"
	// CodeUnknownScenario: no enabled scenario has the name that the request forces.
	CodeUnknownScenario Code = "unknown_scenario"
	// CodeScenarioValue: what a login's named groups captured makes no valid duration, percent or picture.
	CodeScenarioValue Code = "scenario_value"
	// CodeNoChallengeOpen: the process's step takes no such input (any more).
	CodeNoChallengeOpen Code = "no_challenge_open"
	// CodeNotAuthenticated: the process is not AUTHENTICATED, so it can't be connected.
	CodeNotAuthenticated Code = "authentication_not_completed"
	// CodeAlreadyUsed: the process has a connection already.
	CodeAlreadyUsed Code = "authentication_already_used"
	// CodeImportRunning: an update was asked for while an import runs.
	CodeImportRunning Code = "import_running"
	// CodeSessionExists: a session of this name is there already.
	CodeSessionExists Code = "session_exists"
	// CodeTooManySessions: the bound on the number of sessions is reached.
	CodeTooManySessions Code = "too_many_sessions"
	// CodeConflict: the record changed too often while the request was applied.
	CodeConflict Code = "conflict"
	// CodeUnavailable: the store cannot answer now; the request may be sent again.
	CodeUnavailable Code = "unavailable"
)

// Error is a refused request: a code and a message for the client, and a private cause for the log.
type Error struct {
	Code    Code
	Message string
	// Related identifies the record that the refusal is about, where there is one.
	Related string
	Cause   error
}

// Error implements the error interface; it includes the private cause.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of the [Error] in err's chain, or "" where there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Sentinels that a [Store] returns; [Bank] turns them into an [Error].
var (
	// ErrNotFound: no such record.
	ErrNotFound = errors.New("not found")
	// ErrStale: the record's version is no longer the one that was read; nothing was written.
	ErrStale = errors.New("record changed meanwhile")
	// ErrSessionChanged: a session is no longer as a transaction expected it; nothing was written.
	ErrSessionChanged = errors.New("session changed meanwhile")
)

func refuse(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}
