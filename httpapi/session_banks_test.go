package httpapi

import (
	"context"

	"github.com/mockbank/mockbank/engine"
)

// full is a bank that takes no further session.
type full struct {
	Sessions
	err error
}

func (b *full) Create(context.Context, engine.NewSession) (engine.SessionState, error) {
	return engine.SessionState{}, b.err
}
