package engine

import "slices"

// Status is the state of a bank authentication process, as wealthAPI's Mock Bank names it.
type Status string

// The states of a process.
const (
	// Authenticated: the login succeeded, and a connection can be made from it.
	Authenticated Status = "AUTHENTICATED"
	// AuthenticationFailed: the login was refused; the error says why.
	AuthenticationFailed Status = "AUTHENTICATION_FAILED"
	// ChallengeResponseRequired: the user has to answer a challenge, such as a TAN.
	ChallengeResponseRequired Status = "CHALLENGE_RESPONSE_REQUIRED"
	// TwoStepProcedureRequired: the user has to choose one of several methods.
	TwoStepProcedureRequired Status = "TWO_STEP_PROCEDURE_REQUIRED"
	// DecoupledAuthRequired: the user has to confirm on another device, such as the bank's app.
	DecoupledAuthRequired Status = "DECOUPLED_AUTH_REQUIRED"
	// DecoupledAuthInProgress: the user has begun to confirm on the other device.
	DecoupledAuthInProgress Status = "DECOUPLED_AUTH_IN_PROGRESS"
	// RedirectRequired: the user has to log in on the bank's own page, at `redirect_url`.
	RedirectRequired Status = "REDIRECT_REQUIRED"
)

// Statuses lists every process status, in the order in which documentation shows them.
func Statuses() []Status {
	return []Status{
		Authenticated, AuthenticationFailed, ChallengeResponseRequired, TwoStepProcedureRequired,
		DecoupledAuthRequired, DecoupledAuthInProgress, RedirectRequired,
	}
}

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Ended reports whether the status is an answer rather than a question to the user.
func (s Status) Ended() bool { return s == Authenticated || s == AuthenticationFailed }

// ImportStatus is the state of a bank connection's import.
type ImportStatus string

// The states of an import.
const (
	// InProgress: the import runs.
	InProgress ImportStatus = "IN_PROGRESS"
	// Success: the import is complete, at 100 %.
	Success ImportStatus = "SUCCESS"
	// FailedWithError: the import has ended before its time; the error says why.
	FailedWithError ImportStatus = "FAILED_WITH_ERROR"
)

// ImportStatuses lists every import status.
func ImportStatuses() []ImportStatus { return []ImportStatus{InProgress, Success, FailedWithError} }

// Valid reports whether s is one of [ImportStatuses].
func (s ImportStatus) Valid() bool { return slices.Contains(ImportStatuses(), s) }

// Ended reports whether the import is over.
func (s ImportStatus) Ended() bool { return s == Success || s == FailedWithError }

// Actor says who can mend a failure.
type Actor string

// The actors of a failure.
const (
	// ActorUser: the user, who may for instance have mistyped.
	ActorUser Actor = "USER"
	// ActorBank: the bank, whose systems refuse or fail.
	ActorBank Actor = "BANK"
	// ActorProvider: the provider of the banking API.
	ActorProvider Actor = "PROVIDER"
)

// Actors lists every actor.
func Actors() []Actor { return []Actor{ActorUser, ActorBank, ActorProvider} }

// ChallengeKind says what the user is shown, or asked to choose.
type ChallengeKind string

// The kinds of challenge.
const (
	// ChallengeText: a message to read and to answer.
	ChallengeText ChallengeKind = "TEXT"
	// ChallengePhoto: an image to photograph with the bank's app.
	ChallengePhoto ChallengeKind = "PHOTO"
	// ChallengeQR: a QR code to scan with the bank's app.
	ChallengeQR ChallengeKind = "QR"
	// ChallengeFlicker: a flicker code to hold a TAN generator to.
	ChallengeFlicker ChallengeKind = "FLICKER_CODE"
	// ChallengeChoice: a choice between two-step procedures.
	ChallengeChoice ChallengeKind = "CHOICE"
)

// ChallengeKinds lists every kind of challenge.
func ChallengeKinds() []ChallengeKind {
	return []ChallengeKind{ChallengeText, ChallengePhoto, ChallengeQR, ChallengeFlicker, ChallengeChoice}
}
