package edit

import (
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// emptyLineMarker returns a comment that the text does not contain. The YAML library keeps comments
// but no empty lines, so each of those becomes such a comment for the while.
func emptyLineMarker(text string) string {
	marker := "#empty"
	for strings.Contains(text, marker) {
		marker += "-"
	}
	return marker
}

// markEmptyLines puts the marker in place of empty lines, apart from those within texts, and indents
// it like the line that follows.
func markEmptyLines(text string, document *yaml.Node, marker string) string {
	inside := textLines(text, document)
	lines := strings.Split(text, "\n")
	indent, follows := "", false
	for i := len(lines) - 1; i >= 0; i-- {
		switch {
		case inside[i+1]:
			follows = true
		case strings.TrimSpace(lines[i]) != "":
			indent, follows = leading(lines[i]), true
		case follows: // a text may end with an empty line that follows it
			lines[i] = indent + marker
		}
	}
	return strings.Join(lines, "\n")
}

func leading(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " "))]
}

// unmarkEmptyLines turns markers into empty lines, at most one at a time and none at either end.
func unmarkEmptyLines(text string, document *yaml.Node, marker string) string {
	inside := textLines(text, document)
	var out []string
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if inside[i+1] {
			out = append(out, line)
			continue
		}
		content, marked := strings.CutSuffix(line, marker)
		if content = strings.TrimRight(content, " "); content != "" {
			out = append(out, content)
		}
		if (marked || content == "") && len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, "")
		}
	}
	if inside[len(lines)] {
		return strings.Join(out, "\n") // its empty lines count
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

// scanner goes through a text beside the nodes that it was parsed into, and tells comments and texts
// over several lines apart from the rest.
type scanner struct {
	lines [][]rune
	// starts holds the places at which texts in quotes and blocks start.
	starts map[[2]int]*yaml.Node
	// inside holds the lines that are part of a text which started on a line before.
	inside   map[int]bool
	comments []string
	// commentLines are the lines of the comments.
	commentLines []int
}

// textLines returns the lines, counted from 1, that lie within a text.
func textLines(text string, document *yaml.Node) map[int]bool { return scan(text, document).inside }

func scan(text string, document *yaml.Node) *scanner {
	s := &scanner{starts: make(map[[2]int]*yaml.Node), inside: make(map[int]bool)}
	for line := range strings.SplitSeq(text, "\n") {
		s.lines = append(s.lines, []rune(line))
	}
	s.recordStarts(document)
	for line := 1; line <= len(s.lines); {
		line = s.scanLine(line, 0)
	}
	return s
}

func (s *scanner) recordStarts(node *yaml.Node) {
	const texts = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if node.Kind == yaml.ScalarNode && node.Style&texts != 0 {
		s.starts[[2]int{node.Line, node.Column}] = node
	}
	for _, child := range node.Content {
		s.recordStarts(child)
	}
}

// scanLine goes through a line from a column on, counted from 0, and returns the line to go on with.
func (s *scanner) scanLine(line, column int) int {
	for runes := s.lines[line-1]; column < len(runes); column++ {
		switch r := runes[column]; {
		case r == '#' && (column == 0 || unicode.IsSpace(runes[column-1])):
			s.comments = append(s.comments, strings.TrimRight(string(runes[column:]), " \t"))
			s.commentLines = append(s.commentLines, line)
			return line + 1
		case r == '"' || r == '\'':
			if s.startsAt(line, column) {
				return s.scanQuoted(line, column)
			}
		case r == '|' || r == '>':
			if s.startsAt(line, column) {
				return s.scanBlock(line, column)
			}
		}
	}
	return line + 1
}

// startsAt reports whether a text starts here. The place of a text with an anchor or a tag is that.
func (s *scanner) startsAt(line, column int) bool {
	for at := column; at >= 0; at-- {
		if node := s.starts[[2]int{line, at + 1}]; node != nil {
			between := strings.TrimSpace(string(s.lines[line-1][at:column]))
			return between == "" || between[0] == '&' || between[0] == '!'
		}
	}
	return false
}

// scanQuoted goes on behind a text in quotes.
func (s *scanner) scanQuoted(line, column int) int {
	quote := s.lines[line-1][column]
	column++
	for {
		for runes := s.lines[line-1]; column < len(runes); column++ {
			switch {
			case runes[column] == '\\' && quote == '"':
				column++
			case runes[column] == quote && quote == '\'' && column+1 < len(runes) && runes[column+1] == quote:
				column++
			case runes[column] == quote:
				return s.scanLine(line, column+1)
			}
		}
		if line == len(s.lines) {
			return line + 1
		}
		line, column = line+1, 0
		s.inside[line] = true
	}
}

// scanBlock goes on behind a text that | or > starts: it lasts as long as lines are indented like its
// first one.
func (s *scanner) scanBlock(line, column int) int {
	next := s.scanLine(line, column+1) // its first line may bear a comment
	indent := -1
	for ; next <= len(s.lines); next++ {
		text := string(s.lines[next-1])
		if strings.TrimSpace(text) == "" {
			s.inside[next] = true
			continue
		}
		if indent < 0 {
			indent = len(leading(text))
		}
		if len(leading(text)) < indent || indent == 0 {
			break
		}
		s.inside[next] = true
	}
	if strings.ContainsRune(string(s.lines[line-1][column:]), '+') {
		return next // which keeps the empty lines at its end
	}
	for last := next - 1; last > line && strings.TrimSpace(string(s.lines[last-1])) == ""; last-- {
		delete(s.inside, last) // empty lines at the end are not part of most texts
	}
	return next
}
