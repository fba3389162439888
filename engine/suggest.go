package engine

import (
	"fmt"
	"slices"
	"strings"
)

// unknownName says that no thing has the name, and which names are nearest.
func unknownName(thing, name string, known []string) string {
	near := Nearest(name, known, 3)
	if len(near) == 0 {
		return fmt.Sprintf("no %s is named %q", thing, name)
	}
	return fmt.Sprintf("no %s is named %q; the nearest are %s", thing, name, strings.Join(near, ", "))
}

// Nearest returns up to n of the known names that look like name, the likest first.
func Nearest(name string, known []string, n int) []string {
	type scored struct {
		name     string
		distance int
	}
	var near []scored
	limit := max(2, len([]rune(name))/3)
	for _, candidate := range known {
		d := EditDistance(strings.ToLower(name), strings.ToLower(candidate))
		if d <= limit || len(name) >= 3 && strings.Contains(strings.ToLower(candidate), strings.ToLower(name)) {
			near = append(near, scored{candidate, d})
		}
	}
	slices.SortFunc(near, func(a, b scored) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.name, b.name)
	})
	var names []string
	for _, s := range near[:min(n, len(near))] {
		names = append(names, s.name)
	}
	return names
}

// EditDistance counts the insertions, deletions and replacements between two texts (Levenshtein),
// where swapping two neighbours counts as one. Texts over 64 runes are not compared.
func EditDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 64 || len(y) > 64 {
		return len(x) + len(y)
	}
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
