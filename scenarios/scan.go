package scenarios

import (
	"fmt"
	"regexp"
	"strings"
)

// scan walks a text roughly as YAML does, line by line. The parser says where it gave up, which is often lines
// after the mistake; the scan knows what is open, and so where it was opened.
type scan struct {
	text string
	// plain, where set, is told each character outside of quotes and comments, with its byte in the text.
	plain func(at int, c rune, next byte)

	// open are the brackets that are open, the innermost last.
	open []bracket
	// quote is the text in quotes that the scan is in; its sign is 0 outside of one.
	quote bracket
	// block is the indentation of the key whose block text (| or >) the scan is in, -1 outside of one.
	block int
	found *mistake

	// Of the line at hand: its number, its indentation, whether a token may start, how many keys this entry has
	// had, and whether a bracket was closed just before.
	line, indent, keys int
	start, closed      bool
	// property says that the scan is in an anchor or a tag, after which a value still begins.
	property bool
}

// bracket is an opened bracket or quote.
type bracket struct {
	sign         rune
	line, column int
	indent       int
}

// mistake is what a scan has found: a place, and what is wrong there.
type mistake struct {
	line, column, width int
	message, hint       string
}

// span returns where the mistake is.
func (m *mistake) span(file *source) span {
	return span{file: file, line: m.line, column: m.column, end: m.column + max(1, m.width)}
}

// firstMistake finds what was left open or out in a text that the parser cannot read.
func firstMistake(text string) *mistake {
	s := &scan{text: text, block: -1}
	s.run()
	return s.found
}

func (s *scan) run() {
	offset := 0
	for line := range strings.SplitAfterSeq(s.text, "\n") {
		s.line++
		s.scanLine(strings.TrimRight(line, "\r\n"), offset)
		if s.found != nil {
			return
		}
		offset += len(line)
	}
	switch {
	case s.quote.sign != 0:
		s.notClosed(s.quote)
	case len(s.open) > 0:
		s.notClosed(s.open[len(s.open)-1])
	}
}

// keyLine is a line that begins with a key of the language.
var keyLine = regexp.MustCompile(`^\s*(?:- +)*[a-z][a-z_]*:(?:\s|$)`)

func (s *scan) scanLine(line string, offset int) {
	trimmed := strings.TrimLeft(line, " ")
	s.indent = len(line) - len(trimmed)
	if s.inBlock(trimmed) || s.quote.sign == 0 && strings.HasPrefix(trimmed, "#") {
		return
	}
	if keyLine.MatchString(line) {
		switch {
		case s.quote.sign != 0 && s.indent <= s.quote.indent:
			s.notClosed(s.quote)
			return
		case s.quote.sign == 0 && len(s.open) > 0 && s.indent <= s.open[0].indent:
			s.notClosed(s.open[len(s.open)-1])
			return
		}
	}
	s.start, s.closed, s.property = true, false, false
	if len(s.open) == 0 {
		s.keys = 0
	}
	s.characters(line, offset)
	if blockText.MatchString(line) && s.quote.sign == 0 && len(s.open) == 0 {
		s.block = s.indent
	}
}

// blockText is a line that ends in | or >, so that a text follows.
var blockText = regexp.MustCompile(`(?:^|[:\-]\s+)[|>][-+0-9]*\s*(?:\s#.*)?$`)

// inBlock reports whether the line belongs to a block text.
func (s *scan) inBlock(trimmed string) bool {
	if s.block >= 0 && trimmed != "" && s.indent <= s.block {
		s.block = -1
	}
	return s.block >= 0
}

func (s *scan) characters(line string, offset int) {
	column := 0
	skip := false
	for i, c := range line {
		column++
		if skip {
			skip = false
			continue
		}
		next := byte(0)
		if at := i + len(string(c)); at < len(line) {
			next = line[at]
		}
		switch {
		case s.quote.sign != 0:
			skip = s.quoted(c, next, column, line[i+len(string(c)):])
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return
		default:
			s.character(c, next, column, line, i)
			if s.plain != nil && s.quote.sign == 0 {
				s.plain(offset+i, c, next)
			}
		}
		if s.found != nil {
			return
		}
		s.property = s.quote.sign == 0 && c != ' ' && c != '\t' && (s.property || s.start && (c == '&' || c == '!'))
		if c != ' ' && c != '\t' && !s.property {
			s.start = s.quote.sign == 0 && s.starts(c, next)
		}
	}
}

// starts reports whether a new token may start after the character.
func (s *scan) starts(c rune, next byte) bool {
	blank := next == ' ' || next == '\t' || next == 0
	switch c {
	case '[', '{', ',':
		return len(s.open) > 0
	case ':', '?':
		return blank || len(s.open) > 0 && strings.IndexByte(",[]{}\"'", next) >= 0
	case '-':
		return s.start && blank
	default:
		return false
	}
}

// quoted takes a character within quotes, and reports whether the next one belongs to it.
func (s *scan) quoted(c rune, next byte, column int, rest string) (skip bool) {
	switch {
	case c == '\\' && s.quote.sign == '"':
		return true
	case c != s.quote.sign:
		return false
	case c == '\'' && next == '\'':
		return true
	}
	opened := s.quote
	s.quote = bracket{}
	after := strings.TrimLeft(rest, " \t")
	switch {
	case after == "" || after[0] == ':' || after[0] == '#' && after != rest:
	case len(s.open) > 0 && strings.IndexByte(",]}", after[0]) >= 0:
	default:
		s.afterQuote(opened, column, next)
	}
	return false
}

// afterQuote reports what follows a text in quotes.
func (s *scan) afterQuote(opened bracket, column int, next byte) {
	letter := next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z'
	switch {
	case opened.line != s.line:
		s.notClosed(opened)
	case opened.sign == '\'' && letter:
		s.fail(s.line, column, 1, "an apostrophe ends the text in quotes",
			"write '' for an apostrophe within, or put the text in double quotes")
	case opened.sign == '\'':
		s.fail(s.line, column, 1, "the text in quotes ends here, and something follows it",
			"write '' for a quote within, or put the text in double quotes")
	default:
		s.fail(s.line, column, 1, "the text in quotes ends here, and something follows it",
			`write \" for a quote within, or put the text in single quotes`)
	}
}

// character takes a character outside of quotes.
func (s *scan) character(c rune, next byte, column int, line string, at int) {
	inFlow := len(s.open) > 0
	switch {
	case (c == '"' || c == '\'') && s.start:
		s.quote = bracket{c, s.line, column, s.indent}
	case (c == '[' || c == '{') && (s.start || inFlow):
		s.open = append(s.open, bracket{c, s.line, column, s.indent})
		s.keys, s.closed = 0, false
		return
	case c == ']' || c == '}':
		s.close(c, column)
		return
	case c == ',' && inFlow:
		s.keys = 0
	case c == ':' && (next == ' ' || next == 0):
		s.colon(column, line, at)
	}
	if c != ' ' && c != '\t' {
		s.closed = false
	}
}

func (s *scan) close(c rune, column int) {
	if len(s.open) == 0 {
		if s.closed {
			s.fail(s.line, column, 1, fmt.Sprintf("there is one %c too many", c), "take it out, or put the value in quotes")
		}
		return
	}
	last := s.open[len(s.open)-1]
	if pairOf(last.sign) != c {
		s.notClosed(last)
		return
	}
	s.open = s.open[:len(s.open)-1]
	s.keys, s.closed = 1, len(s.open) == 0
}

// colon takes a colon that ends a key: an entry has one.
func (s *scan) colon(column int, line string, at int) {
	if s.keys++; s.keys < 2 || s.closed {
		return
	}
	key, value := secondKey(line[:at]), strings.TrimSpace(line[at+1:])
	if found := keyBefore.FindStringSubmatch(line[:at]); found != nil && keyNames()[found[2]] && !strings.ContainsAny(value, ",{}") {
		s.fail(s.line, column, 1, "there is a second colon in the value of "+found[1],
			fmt.Sprintf("write `%s: {%s: %s}`", found[1], found[2], value))
		return
	}
	s.fail(s.line, column, 1, "there is a second colon in the value of "+key,
		`put a value that contains ": " in quotes, or begin a new line or a { } for what it holds`)
}

var keyBefore = regexp.MustCompile(`([A-Za-z_][\w-]*):\s+([a-z_]+)$`)

// secondKey is the first key of the entry whose value has a colon.
func secondKey(before string) string {
	if i := strings.LastIndexAny(before, "{[,"); i >= 0 {
		before = before[i+1:]
	}
	key, _, _ := strings.Cut(strings.TrimLeft(before, "- "), ":")
	return key
}

func pairOf(sign rune) rune {
	if sign == '[' {
		return ']'
	}
	return '}'
}

// notClosed reports a bracket or a quote that nothing closes.
func (s *scan) notClosed(opened bracket) {
	switch opened.sign {
	case '[':
		s.fail(opened.line, opened.column, 1, "a list in [ ] is not closed",
			"close it with ], or put a value that contains brackets in quotes")
	case '{':
		s.fail(opened.line, opened.column, 1, "a mapping in { } is not closed",
			"close it with }, or put a value that contains braces in quotes")
	default:
		s.fail(opened.line, opened.column, 1, "a quoted text is not closed", "close it with the quote it starts with")
	}
}

func (s *scan) fail(line, column, width int, message, hint string) {
	if s.plain != nil {
		return // only its characters are asked for
	}
	s.found = &mistake{line, column, width, message, hint}
}
