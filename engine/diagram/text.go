package diagram

import (
	"strings"
	"unicode"
)

// longest is how many characters of a line of text are drawn.
const longest = 60

// line returns a text on one line, without what cannot be seen, cut where it is long.
func line(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return text
}

func lines(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = line(text)
	}
	return out
}
