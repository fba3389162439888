package scenarios

import (
	"fmt"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// didYouMean returns a hint that names the candidate nearest to word, or all of them where they are
// few, or nothing.
func didYouMean(word string, candidates []string) string {
	if near := nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(candidates) > 0 && len(candidates) <= 12 {
		return "one of " + strings.Join(candidates, ", ")
	}
	return ""
}

// nearest returns the candidate that word was most likely meant to be, or "".
func nearest(word string, candidates []string) string {
	best, bestDistance := "", len(word)/3+1
	folded := foldWord(word)
	if len(folded) > 100 {
		return ""
	}
	for _, candidate := range candidates {
		if len(folded) >= 4 && strings.HasPrefix(foldWord(candidate), folded) {
			return candidate
		}
		if d := engine.EditDistance(folded, foldWord(candidate)); d < bestDistance && d < len(candidate) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

func foldWord(word string) string {
	return strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(word))
}
