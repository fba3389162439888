package scenarios

import (
	"slices"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// TestTheLanguageHasAKeyForEachEvent: an event that the engine declares can be written.
func TestTheLanguageHasAKeyForEachEvent(t *testing.T) {
	t.Parallel()
	for _, kind := range engine.EventKinds() {
		if !slices.Contains(EventKinds(), kind) {
			t.Errorf("no key of a transition is called %q", kind)
			continue
		}
		switch value := new(Transition).event(string(kind)).(type) {
		case *engine.Duration, *engine.Matcher, *Answer, string, *int, *bool:
		default:
			t.Errorf("%s is written as %T, which no event is compiled from", kind, value)
		}
	}
}
