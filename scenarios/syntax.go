package scenarios

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var parserLine = regexp.MustCompile(`line (\d+): `)

// position says which line of a complaint helps.
type position int

const (
	// atNamed is the line that the parser names.
	atNamed position = iota
	// atOpening is the line where the bracket opens, unless the parser gives up on that line.
	atOpening
	// atEnd is the line at which the parser gives up.
	atEnd
)

// A parser's complaint and what it means, in words of our own.
var complaints = []struct {
	says, message, hint string
	code                Code
	at                  position
	// spaces says that a missing space may be behind it.
	spaces bool
}{
	{"found a tab character", "a tab is used to indent", "indent with spaces", CodeTab, atNamed, false},
	{"cannot start any token", "a value starts with a character that YAML keeps for itself", "put the value in quotes", CodeSyntax,
		atNamed, false},
	{"mapping values are not allowed", "there is a second colon, or a key that is indented too far",
		"put a value that contains \": \" in quotes, and line keys up below each other", CodeSyntax, atNamed, true},
	{"block sequence entries are not allowed", "a list item (-) stands where none can be",
		"put the list on lines of its own below its key", CodeSyntax, atNamed, false},
	{"expected ',' or ']'", "a list in [ ] is not closed, or a comma is missing",
		"close it with ], or put a value that contains brackets in quotes", CodeSyntax, atOpening, false},
	{"expected ',' or '}'", "a mapping in { } is not closed, or a comma is missing",
		"close it with }, or put a value that contains braces in quotes", CodeSyntax, atOpening, false},
	{"could not find expected ':'", "a key has no colon",
		"write `key: value`, with a space after the colon, and line it up with the keys around it", CodeSyntax, atNamed, true},
	{"expected '-' indicator", "a line of a list does not start with - or is indented differently",
		"line the list's items up below each other", CodeSyntax, atEnd, true},
	{"did not find expected key", "a line is indented differently from those around it, or a value is not finished",
		"line the keys up below each other", CodeSyntax, atEnd, true},
	{"unexpected end of stream", "a quoted text is not closed", "close it with the quote it starts with", CodeSyntax, atNamed, false},
	{"unexpected document indicator", "a quoted text is not closed before ---", "close it with the quote it starts with", CodeSyntax,
		atNamed, false},
	{"unknown escape character", "there is an unknown escape (\\) in a double-quoted text",
		"write \\\\ for a backslash, or use single quotes", CodeSyntax, atNamed, false},
	{"hexdecimal number", "there is an unfinished escape (\\x or \\u) in a double-quoted text",
		"write \\\\ for a backslash, or use single quotes", CodeSyntax, atNamed, false},
	{"Unicode character escape", "there is an escape (\\u) in a double-quoted text that is no character", "write the character itself",
		CodeSyntax, atNamed, false},
	{"exceeded max depth", "values lie far too deep in each other", "", CodeTooDeep, atEnd, false},
	{"alphabetic or numeric character", "an anchor (&) or alias (*) has no name", "quote the value if the & or * belongs to it",
		CodeSyntax, atNamed, false},
	{"indentation indicator", "a text block (| or >) starts with an indentation of 0", "take the 0 out", CodeSyntax, atNamed, false},
	{"expected comment or line break", "something follows | or > on the same line", "start the text on the next line", CodeSyntax, atNamed,
		false},
	{"undefined tag handle", "a tag (!) is not declared", "quote the value if the ! belongs to it", CodeYAMLTag, atEnd, false},
	{"tag", "a tag (!) cannot be read", "quote the value if the ! belongs to it", CodeYAMLTag, atNamed, false},
	{"directive", "a line starts with %, which YAML keeps for itself", "put the value in quotes", CodeSyntax, atNamed, false},
	{"YAML document", "the file asks for another version of YAML", "take the %YAML line out", CodeSyntax, atEnd, false},
	{"control characters", "the file contains control characters", "save the file as plain text in UTF-8", CodeNotText, atEnd, false},
	{"expected <document start>", "the file goes on after its end", "line the keys up below each other", CodeSyntax, atEnd, false},
	{"expected node content", "a value is missing", "write a value", CodeSyntax, atEnd, false},
}

// reportSyntax says in our own words what the YAML parser could not read.
func reportSyntax(file *source, err error, report *Report) {
	text := err.Error()
	named, end := 0, locate(file.text)
	if found := parserLine.FindStringSubmatch(text); found != nil {
		named, _ = strconv.Atoi(found[1]) // digits
	}
	if at, ok := unquotedPlaceholder(file, end); ok {
		report.add(at, CodeUnquoted, `put it in quotes: "${name}"`, "a ${name} within { } or [ ] is not in quotes")
		return
	}
	if at, ok := tabIndent(file); ok {
		report.add(at, CodeTab, "indent with spaces", "a tab is used to indent")
		return
	}
	if at, ok := unknownAnchor(file, text); ok {
		report.add(at, CodeUnknownAnchor, "quote the value if the * belongs to it",
			"no value before this one is marked with the anchor (&) that it refers to")
		return
	}
	if at, hint, message, ok := foreignSign(file, end); ok {
		report.add(at, CodeSyntax, hint, "%s", message)
		return
	}
	if at, hint, message, ok := missingDash(file, text, end); ok {
		report.add(at, CodeSyntax, hint, "%s", message)
		return
	}
	if found := firstMistake(file.text); found != nil && found.line <= end+1 && !strings.Contains(text, "max depth") {
		report.add(found.span(file), CodeSyntax, found.hint, "%s", found.message)
		return
	}
	for _, known := range complaints {
		if strings.Contains(text, known.says) {
			if at, hint, message, ok := reservedSign(file, text, known.at.line(named, end)); ok {
				report.add(at, CodeSyntax, hint, "%s", message)
				return
			}
			if at, hint, message, ok := missingSpace(file, known.at.line(named, end)); ok && known.spaces {
				report.add(at, CodeSyntax, hint, "%s", message)
				return
			}
			report.add(lineSpan(file, known.at.line(named, end)), known.code, known.hint, "%s", known.message)
			return
		}
	}
	report.add(lineSpan(file, end), CodeSyntax, "", "this cannot be read as YAML")
}

// line picks the line: named is that of the parser, 0 where it names none; end is where it gives up.
func (p position) line(named, end int) int {
	switch {
	case p == atEnd:
		return end
	case p == atOpening:
		return min(named+1, end) // the parser counts these from 0
	case named == 0:
		return 1
	default:
		return named
	}
}

// lineSpan is a line from its first character to its last.
func lineSpan(file *source, line int) span {
	line = max(1, min(line, 1+strings.Count(file.text, "\n")))
	for line > 1 && strings.TrimSpace(file.line(line)) == "" {
		line--
	}
	text := file.line(line)
	start := utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " \t"))
	end := utf8.RuneCountInString(strings.TrimRight(text, " \t"))
	return span{file: file, line: line, column: start + 1, end: max(start+2, end+1)}
}

var flowPlaceholder = regexp.MustCompile(`[{\[][^"'#]*[:,\[]\s*[^\s"',{}\[\]]*(\$\{\w*\}?)`)

// unquotedPlaceholder looks for ${name} without quotes in a line of flow style: the brace ends the
// value there, which puzzles people and makes the parser complain of a comma.
func unquotedPlaceholder(file *source, line int) (span, bool) {
	for near := max(1, line-1); near <= line; near++ {
		text := file.line(near)
		if found := flowPlaceholder.FindStringSubmatchIndex(text); found != nil {
			start := utf8.RuneCountInString(text[:found[2]])
			width := utf8.RuneCountInString(text[found[2]:found[3]])
			return span{file: file, line: near, column: start + 1, end: start + width + 1}, true
		}
	}
	return span{}, false
}

var tabbed = regexp.MustCompile(`(?m)^ *(\t+)[^\s#]`)

// tabIndent looks for the first line that a tab indents.
func tabIndent(file *source) (span, bool) {
	found := tabbed.FindStringSubmatchIndex(file.text)
	if found == nil {
		return span{}, false
	}
	line := 1 + strings.Count(file.text[:found[2]], "\n")
	start := found[2] - found[0]
	return span{file: file, line: line, column: start + 1, end: start + 1 + found[3] - found[2]}, true
}

var anchorName = regexp.MustCompile(`unknown anchor '([^']+)'`)

// unknownAnchor looks for the alias that the parser does not know.
func unknownAnchor(file *source, complaint string) (span, bool) {
	found := anchorName.FindStringSubmatch(complaint)
	if found == nil {
		return span{}, false
	}
	alias := regexp.MustCompile(`(?m)(?:^|[\s,\[{:-])(\*` + regexp.QuoteMeta(found[1]) + `)(?:[\s,\]}:]|$)`)
	at := alias.FindStringSubmatchIndex(file.text)
	if at == nil {
		return span{}, false
	}
	line := 1 + strings.Count(file.text[:at[2]], "\n")
	start := utf8.RuneCountInString(file.text[strings.LastIndexByte(file.text[:at[2]], '\n')+1 : at[2]])
	return span{file: file, line: line, column: start + 1, end: start + 2 + utf8.RuneCountInString(found[1])}, true
}
