package scenarios

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var parserLine = regexp.MustCompile(`line (\d+): `)

// A parser's complaint and what it means, in words of our own.
var complaints = []struct {
	says, message, hint string
	code                Code
}{
	{"unknown anchor", "an alias (*) refers to an anchor (&) that is not there", "quote the value if the * belongs to it", CodeUnknownAnchor},
	{"found a tab character", "a tab is used to indent", "indent with spaces", CodeTab},
	{"cannot start any token", "a value starts with a character that YAML keeps for itself", "put the value in quotes", CodeSyntax},
	{"mapping values are not allowed", "there is a second colon, or a key that is indented too far", "put a value that contains \": \" in quotes, and line keys up below each other", CodeSyntax},
	{"block sequence entries are not allowed", "a list item (-) stands where none can be", "put the list on lines of its own below its key", CodeSyntax},
	{"expected ',' or ']'", "a list in [ ] is not closed, or a comma is missing", "close it with ], or put a value that contains brackets in quotes", CodeSyntax},
	{"expected ',' or '}'", "a mapping in { } is not closed, or a comma is missing", "close it with }, or put a value that contains braces in quotes", CodeSyntax},
	{"could not find expected ':'", "a key has no colon", "write `key: value`, with a space after the colon, and line it up with the keys around it", CodeSyntax},
	{"expected '-' indicator", "a line of a list does not start with - or is indented differently", "line the list's items up below each other", CodeSyntax},
	{"did not find expected key", "a line is indented differently from those around it, or a value is not finished", "line the keys up below each other", CodeSyntax},
	{"unexpected end of stream", "a quoted text is not closed", "close it with the quote it starts with", CodeSyntax},
	{"unexpected document indicator", "a quoted text is not closed before ---", "close it with the quote it starts with", CodeSyntax},
	{"unknown escape character", "there is an unknown escape (\\) in a double-quoted text", "write \\\\ for a backslash, or use single quotes", CodeSyntax},
	{"hexdecimal number", "there is an unfinished escape (\\x or \\u) in a double-quoted text", "write \\\\ for a backslash, or use single quotes", CodeSyntax},
	{"Unicode character escape", "there is an escape (\\u) in a double-quoted text that is no character", "write the character itself", CodeSyntax},
	{"exceeded max depth", "values lie far too deep in each other", "", CodeTooDeep},
	{"alphabetic or numeric character", "an anchor (&) or alias (*) has no name", "quote the value if the & or * belongs to it", CodeSyntax},
	{"indentation indicator", "a text block (| or >) starts with an indentation of 0", "take the 0 out", CodeSyntax},
	{"expected comment or line break", "something follows | or > on the same line", "start the text on the next line", CodeSyntax},
	{"undefined tag handle", "a tag (!) is not declared", "quote the value if the ! belongs to it", CodeYAMLTag},
	{"tag", "a tag (!) cannot be read", "quote the value if the ! belongs to it", CodeYAMLTag},
	{"directive", "a line starts with %, which YAML keeps for itself", "put the value in quotes", CodeSyntax},
	{"YAML document", "the file asks for another version of YAML", "take the %YAML line out", CodeSyntax},
	{"control characters", "the file contains control characters", "save the file as plain text in UTF-8", CodeNotText},
	{"expected <document start>", "the file goes on after its end", "line the keys up below each other", CodeSyntax},
	{"expected node content", "a value is missing", "write a value", CodeSyntax},
}

// reportSyntax says in our own words what the YAML parser could not read.
func reportSyntax(file *source, err error, report *Report) {
	text := err.Error()
	line := 1
	if found := parserLine.FindStringSubmatch(text); found != nil {
		line, _ = strconv.Atoi(found[1]) // digits
	}
	if at, ok := unquotedPlaceholder(file, line); ok {
		report.add(at, CodeUnquoted, `put it in quotes: "${name}"`, "a ${name} within { } or [ ] is not in quotes")
		return
	}
	if at, ok := tabIndent(file); ok {
		report.add(at, CodeTab, "indent with spaces", "a tab is used to indent")
		return
	}
	for _, known := range complaints {
		if strings.Contains(text, known.says) {
			report.add(lineSpan(file, line), known.code, known.hint, "%s", known.message)
			return
		}
	}
	report.add(lineSpan(file, line), CodeSyntax, "", "this cannot be read as YAML")
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
	for near := line; near <= line+1; near++ {
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
