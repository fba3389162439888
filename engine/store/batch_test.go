package store

import (
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func TestEveryPlaceOfARowHasItsValue(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		text   string
		values []any
	}{
		"a new process":    {insertShapes[freshRow][0], freshRow.values(lite{}, &engine.Process{})},
		"any process":      {insertShapes[wholeRow][0], wholeRow.values(lite{}, &engine.Process{})},
		"an import's step": {insertSteps[0], stepRow(lite{}, &engine.ImportStep{}, "")},
	} {
		if places := strings.Count(row.text, "?"); places != len(row.values) {
			t.Errorf("%s: %d places, %d values", name, places, len(row.values))
		}
	}
}
