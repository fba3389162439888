package engine

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// literals are texts that every match of an expression has: at its start, at its end, and somewhere.
type literals struct {
	prefix, suffix, inner string
	whole                 bool // the expression is this prefix and nothing else
}

// literalsOf finds the literals of an expression, which matches a whole value.
func literalsOf(expression string) literals {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return literals{}
	}
	return scanLiterals(parsed)
}

func scanLiterals(re *syntax.Regexp) literals {
	switch re.Op {
	case syntax.OpLiteral:
		text := string(re.Rune)
		// A byte that is no UTF-8 matches U+FFFD, and is not it.
		if re.Flags&syntax.FoldCase != 0 || strings.ContainsRune(text, utf8.RuneError) {
			return literals{}
		}
		return literals{prefix: text, suffix: text, inner: text, whole: true}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return literals{whole: true}
	case syntax.OpCapture:
		return scanLiterals(re.Sub[0])
	case syntax.OpPlus:
		return repeated(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return repeated(re.Sub[0])
		}
	case syntax.OpConcat:
		all := literals{whole: true}
		for _, sub := range re.Sub {
			all = all.followedBy(scanLiterals(sub))
		}
		return all
	}
	return literals{}
}

func repeated(re *syntax.Regexp) literals {
	once := scanLiterals(re)
	once.whole = false
	return once
}

func (l literals) followedBy(next literals) literals {
	both := literals{prefix: l.prefix, suffix: next.suffix, whole: l.whole && next.whole}
	if l.whole {
		both.prefix += next.prefix
	}
	if next.whole {
		both.suffix = l.suffix + next.suffix
	}
	both.inner = longest(longest(l.inner, next.inner), l.suffix+next.prefix)
	return both
}

func longest(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}
