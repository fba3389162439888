package coverage

import (
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// A step that time took is told of once, however often it is read.
func TestMovesAreFreshOnce(t *testing.T) {
	t.Parallel()
	var known Seen
	moves := func(n int) []engine.Move { return make([]engine.Move, n) }
	for i, test := range []struct{ visits, moves, fresh int }{{1, 0, 0}, {2, 1, 1}, {2, 1, 0}, {4, 3, 2}, {4, 3, 0}, {4, 0, 0}, {5, 1, 1}, {9, 2, 2}} {
		if got := len(known.Fresh(&engine.Process{ID: "p", Visits: test.visits}, moves(test.moves))); got != test.fresh {
			t.Errorf("observation %d: %d fresh moves, want %d", i, got, test.fresh)
		}
	}
	for i := range 3 * maxSeen {
		known.Fresh(&engine.Process{ID: string(rune(i)), Visits: 1}, moves(1))
	}
	if n := len(known.younger) + len(known.older); n > 2*maxSeen {
		t.Errorf("%d processes are remembered", n)
	}
}
