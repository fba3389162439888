package engine

import (
	"slices"
	"testing"
	"time"
)

// Each end of an import is told once, though the store runs every change twice and others look at it, too.
func TestEndsOfImportsAreObserved(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	var ended []ImportStatus
	b.audience.importEnded = func(status ImportStatus) { ended = append(ended, status) }
	c := b.connect(b.login("success").ID)
	b.advance(c.ID, 1)
	if len(ended) != 0 {
		t.Errorf("%v ended at once", ended)
	}
	b.wait(time.Hour)
	for range 3 {
		b.advance(c.ID, 1)
		b.shown(c.ID)
	}
	if !slices.Equal(ended, []ImportStatus{Success}) {
		t.Errorf("%v ended, want one SUCCESS", ended)
	}
}
