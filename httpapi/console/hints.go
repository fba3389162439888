package console

import (
	"fmt"
	"slices"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// hintText is the text that says one of the engine's hints, by its place in [engine.Hints].
var hintTexts = []string{"hint.empty", "hint.case", "hint.space", "hint.distance", "hint.differs", "hint.fact"}

// hint says in a language how near a value came to a condition that it missed. What is not known is said as it is.
func hint(l *locale.Language, text string) (string, error) {
	all := engine.Hints()
	if i := slices.Index(all, text); i >= 0 {
		return l.Say(hintTexts[i])
	}
	for i, known := range all {
		var n int
		if _, err := fmt.Sscanf(text, known, &n); err == nil {
			return l.Say(hintTexts[i], n)
		}
	}
	return text, nil
}
