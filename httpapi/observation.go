package httpapi

import (
	"context"

	"github.com/mockbank/mockbank/engine"
)

// Observe takes note of what a call of the bank did. It is an [engine.Observer].
func (o *Observer) Observe(ctx context.Context, did engine.Observation) {
	o.observe(ctx, did.Process, did.Connection, did.Flow, did.Moves, did.Started)
}
