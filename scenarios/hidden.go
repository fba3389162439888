package scenarios

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// lookalike tells what a character looks like that is easily taken for another one, "" for one that is not.
func lookalike(c rune) string {
	switch {
	case c < utf8.RuneSelf:
		return ""
	case strings.ContainsRune("“”„‟«»″＂", c):
		return `a quote (")`
	case strings.ContainsRune("‘’‚‛‹›′｀´＇", c):
		return "an apostrophe (')"
	case strings.ContainsRune("‐‑‒–—―−﹣－", c):
		return "a dash (-)"
	case c >= '！' && c <= '～':
		return fmt.Sprintf("%q", string(c-'！'+'!'))
	case strings.ContainsRune("꞉∶﹕", c):
		return "a colon"
	case unicode.Is(unicode.Zs, c):
		return "a space"
	case unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Zl, c) || unicode.Is(unicode.Zp, c) || unicode.Is(unicode.Variation_Selector, c) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c):
		return "nothing"
	}
	return ""
}

// Letters of other scripts that look like Latin ones.
const (
	foreignLetters = "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝьАΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοιυνκρ"
	latinLetters   = "ABESIJKMHOPCTYXaesijopcyxhdqwbAABEZHIKMNOPTYXaoiuvkp"
)

// likeLatin returns the Latin letter that a letter looks like, 0 for none.
func likeLatin(c rune) rune {
	at := 0
	for _, one := range foreignLetters {
		if one == c {
			return rune(latinLetters[at])
		}
		at++
	}
	return 0
}

// hidden is a character that a reader does not see, or takes for another one.
type hidden struct {
	// at counts the characters before it.
	at   int
	c    rune
	like string
}

// hiddenCharacter finds the first such character of a text. Letters of another script count where Latin ones
// stand beside them.
func hiddenCharacter(text string) (hidden, bool) {
	if isPlainASCII(text) {
		return hidden{}, false
	}
	latin := strings.ContainsFunc(text, func(c rune) bool { return c < utf8.RuneSelf && unicode.IsLetter(c) })
	at := 0
	previous := rune(0)
	for _, c := range text {
		like := lookalike(c)
		if letter := likeLatin(c); letter != 0 && latin {
			like = fmt.Sprintf("the letter %c", letter)
		}
		if like != "" && !inEmoji(previous, c) {
			return hidden{at, c, like}, true
		}
		previous = c
		at++
	}
	return hidden{}, false
}

// inEmoji reports whether a character without a look of its own joins two pictures.
func inEmoji(previous, c rune) bool {
	return (c == 0x200d || c == 0xfe0f) && previous > 0x2000
}

func isPlainASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (h hidden) String() string { return fmt.Sprintf("U+%04X", h.c) }

// hint says what to do about the character.
func (h hidden) hint() string {
	if h.like == "nothing" {
		return "take it out: it cannot be seen"
	}
	return "type it anew: it looks like " + h.like
}

// spanIn is the place of a character of a node's text.
func spanIn(file *source, node *yaml.Node, at int) span {
	position := spanOf(file, node)
	if node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || strings.Contains(node.Value, "\n") {
		return position
	}
	if node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		at++
	}
	if position.column+at < position.end {
		position.column += at
		position.end = position.column + 1
	}
	return position
}

// hiddenIn warns of characters of a text to compare with, or to send, that people do not see; spaces says that those
// around it count as well. It reports whether there are any.
func (d *decoder) hiddenIn(node *yaml.Node, what string, spaces bool) bool {
	if found, is := hiddenCharacter(node.Value); is {
		d.report.add(spanIn(d.file, node, found.at), CodeHidden, found.hint(), "%s has the character %s", what, found)
		return true
	}
	if !spaces {
		return false
	}
	trimmed := strings.TrimSpace(node.Value)
	if trimmed == node.Value || trimmed == "" {
		return false
	}
	width := utf8.RuneCountInString(strings.TrimRightFunc(node.Value, unicode.IsSpace))
	switch {
	case strings.HasSuffix(node.Value, "\n"):
		d.report.add(spanOf(d.file, node), CodeHidden, "write it on the line of the key, or |- in place of | for a text without it",
			"%s ends in a new line", what)
	case strings.TrimLeftFunc(node.Value, unicode.IsSpace) != node.Value:
		d.report.add(spanIn(d.file, node, 0), CodeHidden, "take it out, unless people type it", "%s begins with a space", what)
	default:
		d.report.add(spanIn(d.file, node, width), CodeHidden, "take it out, unless people type it", "%s ends in a space", what)
	}
	return true
}

// unseen are characters without width that no text has a use for.
const unseen = "\u200b\u2060\ufeff"

// unseenIn warns of characters of a text for people that nobody sees.
func (d *decoder) unseenIn(node *yaml.Node, what string) {
	if i := strings.IndexAny(node.Value, unseen); i >= 0 {
		c, _ := utf8.DecodeRuneInString(node.Value[i:])
		found := hidden{utf8.RuneCountInString(node.Value[:i]), c, "nothing"}
		d.report.add(spanIn(d.file, node, found.at), CodeHidden, found.hint(), "%s has the character %s", what, found)
	}
}

// tricks are characters that end a line, or turn its direction, where an editor shows neither.
const tricks = "\u0085\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

// checkTricks warns of characters that make a file look unlike what it says, wherever they stand.
func checkTricks(file *source, report *Report) {
	if isPlainASCII(file.text) || !strings.ContainsAny(file.text, tricks) {
		return
	}
	for line := 1; line <= strings.Count(file.text, "\n")+1; line++ {
		text := file.line(line)
		i := strings.IndexAny(text, tricks)
		if i < 0 {
			continue
		}
		c, _ := utf8.DecodeRuneInString(text[i:])
		column := utf8.RuneCountInString(text[:i]) + 1
		report.add(span{file: file, line: line, column: column, end: column + 1}, CodeHidden,
			`take it out; in a text in double quotes it is written "\uXXXX"`,
			"the line has the character U+%04X, which changes how it reads and cannot be seen", c)
	}
}
