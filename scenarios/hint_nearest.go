package scenarios

import (
	"fmt"
	"strings"
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
		if d := distance(folded, foldWord(candidate)); d < bestDistance && d < len(candidate) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

func foldWord(word string) string {
	return strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(word))
}

// distance counts the letters to insert, delete, replace or swap to get from a to b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, above := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			same := 1
			if s[i-1] == t[j-1] {
				same = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+same)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(t)]
}
