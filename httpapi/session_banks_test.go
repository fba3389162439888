package httpapi

import (
	"context"

	"github.com/mockbank/mockbank/engine"
)

// stuckClock is a bank whose clocks cannot be turned.
type stuckClock struct{ Bank }

func (stuckClock) TurnClock(context.Context, string, engine.Turn) (engine.TurnOutcome, error) {
	return engine.TurnOutcome{}, &engine.Error{Code: engine.CodeUnavailable, Message: "no database"}
}

// full is a bank that takes no further session.
type full struct {
	Bank
	err error
}

func (b *full) CreateSession(context.Context, engine.NewSession) (engine.SessionState, error) {
	return engine.SessionState{}, b.err
}
