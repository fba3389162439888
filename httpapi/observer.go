package httpapi

import (
	"context"
	"sync"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/coverage"
)

// Bounds of what an observer remembers.
const (
	// maxCoveredSessions is of how many sessions a node keeps what they exercised.
	maxCoveredSessions = 1000
	// maxSeen is of how many processes, at least, a node knows which steps it was told of.
	maxSeen = 20_000
)

// exchangeKey finds the exchange in the context of what the bank does for it.
type exchangeKey struct{}

// Observer follows what a bank does, for the journal and the coverage of the handler that it is
// given to: its Observe is the bank's [engine.BankConfig.Observer].
type Observer struct {
	coverage *coverage.Collector
	seen     seen
}

// NewObserver returns an observer for one bank and its handler.
func NewObserver() *Observer {
	return &Observer{coverage: coverage.New(maxCoveredSessions)}
}

// seen knows how many steps of a process were told of: a read that stores nothing tells of those that
// time took each time again. Of two halves the older is dropped as the younger gets full.
type seen struct {
	mu             sync.Mutex
	younger, older map[string]int
}

// fresh returns the moves that were not told of before.
func (s *seen) fresh(p *engine.Process, moves []engine.Move) []engine.Move {
	if len(moves) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known, found := s.younger[p.ID]
	if !found {
		known = s.older[p.ID]
	}
	if s.younger == nil || len(s.younger) >= maxSeen {
		s.younger, s.older = map[string]int{}, s.younger
	}
	s.younger[p.ID] = max(known, p.Visits)
	before := p.Visits - len(moves)
	return moves[min(max(0, known-before), len(moves)):]
}

// Observe is the bank's [engine.Observer]. An exchange that the bank works for is in ctx.
func (o *Observer) Observe(ctx context.Context, seen engine.Observation) {
	moves := seen.Moves
	if seen.Process != nil {
		moves = o.seen.fresh(seen.Process, moves)
		o.coverage.Observe(seen.Process, moves, seen.Started && seen.Connection == nil)
	}
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	if x == nil || seen.Flow == nil || len(moves) == 0 {
		return
	}
	if x.about.flow != seen.Flow {
		x.about.flow, x.about.moves = seen.Flow, nil
	}
	x.about.moves = append(x.about.moves, moves...)
}
