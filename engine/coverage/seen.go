package coverage

import (
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// maxSeen is of how many processes, at least, a [Seen] knows which steps it was told of.
const maxSeen = 20_000

// Seen knows how many steps of each process of a bank were told of: a read that stores nothing tells
// of those that time took each time again. The zero value has seen nothing; it is safe for concurrent
// use. Of two halves the older is dropped as the younger gets full.
type Seen struct {
	mu             sync.Mutex
	younger, older map[string]int
}

// Fresh returns those of the process's moves that were not told of before.
func (s *Seen) Fresh(p *engine.Process, moves []engine.Move) []engine.Move {
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
