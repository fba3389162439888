package httpapi

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
)

// maxCoveredSessions is of how many sessions a node keeps what they exercised.
const maxCoveredSessions = 1000

// exchangeKey finds the exchange in the context of what the bank does for it.
type exchangeKey struct{}

// Observer follows what a bank does, for the journal and the coverage of the handler that it is
// given to: its Observe is the bank's [engine.BankConfig.Observer].
type Observer struct {
	coverage *coverage.Collector
	seen     coverage.Seen
	imports  *prometheus.CounterVec // that ended, by status
}

// NewObserver returns an observer for one bank and its handler.
func NewObserver() *Observer {
	o := &Observer{coverage: coverage.New(maxCoveredSessions), imports: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mockbank_imports_total", Help: "Imports that ended, by their status; counted by the node that wrote the end.",
	}, []string{"status"})}
	for _, status := range engine.ImportStatuses() {
		if status != engine.InProgress {
			o.imports.WithLabelValues(string(status))
		}
	}
	return o
}

// Observe is the bank's [engine.Observer]. An exchange that the bank works for is in ctx.
func (o *Observer) Observe(ctx context.Context, seen engine.Observation) {
	if seen.Process != nil {
		seen.Moves = o.seen.Fresh(seen.Process, seen.Moves)
		o.coverage.Observe(seen)
	}
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	if x == nil || engine.Swept(ctx) { // many records at once, none of which is the exchange's
		return
	}
	if x.about.at.IsZero() {
		x.about.at = seen.At
	}
	if seen.Flow == nil || len(seen.Moves) == 0 {
		return
	}
	if x.about.flow != seen.Flow {
		x.about.flow, x.about.moves = seen.Flow, nil
	}
	x.about.moves = append(x.about.moves, seen.Moves...)
}

// ImportEnded counts an import that ended: it is the bank's [engine.BankConfig.ImportEnded].
func (o *Observer) ImportEnded(status engine.ImportStatus) {
	o.imports.WithLabelValues(string(status)).Inc()
}
