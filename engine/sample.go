package engine

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// Sample returns a text that the matcher takes, the same one each time, and false where none was found. It is
// for those who play a case that is only known by its condition; what a matcher of any text takes is chosen by
// the caller.
func (m *Matcher) Sample() (string, bool) {
	texts := m.Samples(nil)
	if len(texts) == 0 {
		return "", false
	}
	return texts[0], true
}

// Samples returns texts that the matcher takes, the likeliest first: those of which its named groups take what the
// captures say come before others. There are none where none was found.
func (m *Matcher) Samples(captures Captures) []string {
	texts := m.samples(captures)
	if len(captures) > 0 {
		texts = append(texts, m.samples(nil)...)
	}
	texts = slices.DeleteFunc(texts, func(text string) bool { return !m.Match(text) })
	slices.SortStableFunc(texts, func(a, b string) int { // the empty text is the last that anybody would send
		return cmp.Compare(emptiness(a), emptiness(b))
	})
	return texts
}

func emptiness(text string) int {
	if text == "" {
		return 1
	}
	return 0
}

// samples returns texts that the matcher may take, the likeliest first.
func (m *Matcher) samples(captures Captures) []string {
	var texts []string
	if m.Equals != nil {
		texts = append(texts, *m.Equals)
	}
	for i := range m.OneOf {
		texts = append(texts, m.OneOf[i].samples(captures)...)
	}
	if m.Matches != "" {
		if tree, err := syntax.Parse(m.Matches, syntax.Perl); err == nil {
			var out strings.Builder
			writeSample(&out, tree.Simplify(), captures)
			texts = append(texts, out.String())
		}
	}
	texts = append(texts, m.Prefix+m.Contains+m.Suffix)
	if m.Not != nil {
		for _, text := range []string{"another", "something-else", "1", "x", ""} {
			texts = append(texts, m.Prefix+m.Contains+text+m.Suffix)
		}
	}
	return texts
}

// maxSample bounds the length of a pattern's sample, in bytes: {1000}{1000} is a million.
const maxSample = 4096

// writeSample writes a shortest text of the pattern, in which a group is what it captured, where that is known.
func writeSample(out *strings.Builder, tree *syntax.Regexp, captures Captures) {
	if out.Len() > maxSample {
		return
	}
	switch tree.Op {
	case syntax.OpLiteral:
		for _, r := range tree.Rune {
			out.WriteRune(r)
		}
	case syntax.OpCharClass:
		out.WriteRune(sampleRune(tree.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		out.WriteByte('x')
	case syntax.OpCapture:
		if captured, known := captures[tree.Name]; known && tree.Name != "" {
			out.WriteString(captured)
			return
		}
		writeSample(out, tree.Sub[0], captures)
	case syntax.OpPlus:
		writeSample(out, tree.Sub[0], captures)
	case syntax.OpRepeat:
		for range tree.Min {
			writeSample(out, tree.Sub[0], captures)
		}
	case syntax.OpConcat:
		for _, sub := range tree.Sub {
			writeSample(out, sub, captures)
		}
	case syntax.OpAlternate:
		writeSample(out, tree.Sub[0], captures)
	}
}

// sampleRune returns a character of a class given as pairs of first and last: a digit, a letter or another
// that can be seen, where there is one.
func sampleRune(class []rune) rune {
	for _, wanted := range []string{"1234567890", "xabcdefghijklmnopqrstuvwyz", "XABCDEFGHIJKLMNOPQRSTUVWYZ", "-_.!#%+=@*/ "} {
		for _, r := range wanted {
			for i := 0; i+1 < len(class); i += 2 {
				if class[i] <= r && r <= class[i+1] {
					return r
				}
			}
		}
	}
	for i := 0; i+1 < len(class); i += 2 {
		for r := class[i]; r <= class[i+1] && r < class[i]+256; r++ {
			if unicode.IsPrint(r) {
				return r
			}
		}
	}
	if len(class) == 0 {
		return 'x'
	}
	return class[0]
}
