package engine

import "slices"

// Status is the state of a bank authentication process, as wealthAPI's Mock Bank names it.
type Status string

// The states of a process.
const (
	Authenticated             Status = "AUTHENTICATED"
	AuthenticationFailed      Status = "AUTHENTICATION_FAILED"
	ChallengeResponseRequired Status = "CHALLENGE_RESPONSE_REQUIRED"
	TwoStepProcedureRequired  Status = "TWO_STEP_PROCEDURE_REQUIRED"
	DecoupledAuthRequired     Status = "DECOUPLED_AUTH_REQUIRED"
	DecoupledAuthInProgress   Status = "DECOUPLED_AUTH_IN_PROGRESS"
	RedirectRequired          Status = "REDIRECT_REQUIRED"
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
	InProgress      ImportStatus = "IN_PROGRESS"
	Success         ImportStatus = "SUCCESS"
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
	ActorUser     Actor = "USER"
	ActorBank     Actor = "BANK"
	ActorProvider Actor = "PROVIDER"
)

// Actors lists every actor.
func Actors() []Actor { return []Actor{ActorUser, ActorBank, ActorProvider} }

// ChallengeKind says what the user is shown, or asked to choose.
type ChallengeKind string

// The kinds of challenge.
const (
	ChallengeText    ChallengeKind = "TEXT"
	ChallengePhoto   ChallengeKind = "PHOTO"
	ChallengeQR      ChallengeKind = "QR"
	ChallengeFlicker ChallengeKind = "FLICKER_CODE"
	ChallengeChoice  ChallengeKind = "CHOICE"
)

// ChallengeKinds lists every kind of challenge.
func ChallengeKinds() []ChallengeKind {
	return []ChallengeKind{ChallengeText, ChallengePhoto, ChallengeQR, ChallengeFlicker, ChallengeChoice}
}
