package httpapi

import (
	"context"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// Bank is what the handlers ask of the bank itself. The comments of [engine.Bank] say which code comes
// back when; whatever the code, [codes] says which status it is.
type Bank interface {
	Logins
	Connections
	// Rules returns the live rule set.
	Rules() *engine.RuleSet
	// Now returns a session's time.
	Now(ctx context.Context, session string) (time.Time, error)
	NowAsSeen(ctx context.Context, session string) (time.Time, error)
	// Fault says how faults shape the answer to a request that changes nothing, nil for not at all.
	Fault(ctx context.Context, r *engine.Request, about engine.Subject) (*engine.ResponseShape, error)
}

// Logins are logins, and the processes that they start.
type Logins interface {
	// Authenticate refuses with [engine.CodeUnknownBank], [engine.CodeUnknownScenario] or [engine.CodeScenarioValue].
	Authenticate(ctx context.Context, login engine.Login, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
	// BeginOnPage refuses with [engine.CodeUnknownBank].
	BeginOnPage(ctx context.Context, login engine.Login, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
	// Identify refuses with [engine.CodeNotFound] and [engine.CodeNoChallengeOpen].
	Identify(ctx context.Context, processID string, login engine.Login) (engine.ProcessState, error)
	// Continue refuses with [engine.CodeNotFound] and [engine.CodeNoChallengeOpen].
	Continue(ctx context.Context, id string, in engine.Input, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
	// Process, Poll and ViewProcess refuse with [engine.CodeNotFound].
	Process(ctx context.Context, id string) (engine.ProcessState, error)
	Poll(ctx context.Context, id string) (engine.ProcessState, error)
	ViewProcess(ctx context.Context, id string) (engine.ProcessView, error)
	// Processes returns a page of a session's processes, as they are now.
	Processes(ctx context.Context, filter engine.ProcessFilter) ([]engine.ProcessState, error)
	// Explain refuses with [engine.CodeUnknownBank] and [engine.CodeUnknownScenario].
	Explain(ctx context.Context, login engine.Login, assumed engine.AssumedFacts) (engine.Explanation, error)
}

// Connections are bank connections and their imports.
type Connections interface {
	// Connect refuses with [engine.CodeNotFound], [engine.CodeNotAuthenticated] and [engine.CodeAlreadyUsed].
	Connect(ctx context.Context, processID string, within ...engine.Within[engine.ConnectionState]) (engine.ConnectionState, error)
	// ConnectIfDue refuses with [engine.CodeNotFound].
	ConnectIfDue(ctx context.Context, processID string) (engine.ProcessState, error)
	// Connection, PeekConnection and ViewConnection refuse with [engine.CodeNotFound].
	Connection(ctx context.Context, id string) (engine.ConnectionState, error)
	PeekConnection(ctx context.Context, id string) (engine.ConnectionState, error)
	ViewConnection(ctx context.Context, id string) (engine.ConnectionView, error)
	// Connections returns a page of a session's connections, as they are now.
	Connections(ctx context.Context, filter engine.ConnectionFilter) ([]engine.ConnectionState, error)
	// UpdateConnection refuses with [engine.CodeNotFound] and [engine.CodeImportRunning].
	UpdateConnection(ctx context.Context, id string, within ...engine.Within[engine.ConnectionState]) (engine.ConnectionState, error)
	// DeleteConnection refuses with [engine.CodeNotFound].
	DeleteConnection(ctx context.Context, id string) error
}

// Sessions are the bank's sessions, with what a test gives to one and expects of it; [engine.Sessions] are.
type Sessions interface {
	// Begin refuses with [engine.CodeTooManySessions].
	Begin(ctx context.Context, id string) error
	// Create refuses with [engine.CodeSessionExists] and [engine.CodeTooManySessions].
	Create(ctx context.Context, wanted engine.NewSession) (engine.SessionState, error)
	// Get refuses with [engine.CodeNotFound].
	Get(ctx context.Context, id string) (engine.SessionState, error)
	Page(ctx context.Context, prefix, after string, limit int) ([]engine.SessionState, error)
	Count(ctx context.Context) (int, error)
	// Delete refuses with [engine.CodeNotFound]. left says that background jobs remove the last records.
	Delete(ctx context.Context, id string) (left bool, err error)
	DeleteMatching(ctx context.Context, filter engine.SessionFilter) (removed []string, left bool, err error)
	Reset(ctx context.Context, id string) (left bool, err error)
	ResetAll(ctx context.Context) (left bool, err error)
	// Verify refuses with [engine.CodeUnknownScenario].
	Verify(ctx context.Context, expected engine.Expected) ([]engine.Discrepancy, error)
	// FlipSwitch refuses with [engine.CodeNotFound] and [engine.CodeTooManySessions].
	FlipSwitch(ctx context.Context, session, name string, on bool) (engine.SessionState, error)
	// SetFaults refuses with [engine.CodeTooManySessions].
	SetFaults(ctx context.Context, session string, faults []engine.SessionFault) (engine.SessionState, error)
	Faults(ctx context.Context, session string) ([]engine.SessionFault, error)
}

// Clocks are the sessions' clocks; [engine.Clocks] are.
type Clocks interface {
	// Change refuses with [engine.CodeTooManySessions].
	Change(ctx context.Context, id string, change engine.ClockChange) (engine.ClockOutcome, error)
	NextDue(ctx context.Context, session string) ([]engine.DueEvent, error)
	// Wait returns ctx's error where ctx ends first.
	Wait(ctx context.Context, session string, d time.Duration) error
}

// Webhooks are the deliveries of webhooks; [engine.Webhooks] are.
type Webhooks interface {
	Deliveries(ctx context.Context, filter engine.DeliveryFilter) ([]engine.Delivery, error)
	// Delivery and Replay refuse with [engine.CodeNotFound].
	Delivery(ctx context.Context, id string) (engine.Delivery, error)
	Replay(ctx context.Context, id string) (engine.Delivery, error)
}

// APIs are what the bank does for declared apis alone; [engine.APIs] are.
type APIs interface {
	surface.APIs
	// ShapeAnswer says how a declared answer of this name is shaped, nil for not at all.
	ShapeAnswer(ctx context.Context, session, name string, response *engine.Response) (*engine.ResponseShape, error)
}
