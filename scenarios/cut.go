package scenarios

import (
	"bytes"
	"crypto/sha256"
	"strings"

	"gopkg.in/yaml.v3"
)

// cut is a file's text cut at its scenarios: what lies between two lines that begin an item of `scenarios`. It is a
// guess until the parser has found the same items at the same lines; see [cut.confirm].
type cut struct {
	// keyLine is the line of the key `scenarios`, indent how far its items are indented.
	keyLine, indent int
	pieces          []piece
	// endLine is the line at which the list is over, 0 where nothing but space and comments follows.
	endLine int
	// list is the list's node once it is confirmed, and items are the pieces that its items stand for.
	list  *yaml.Node
	items []item
	// defaults identifies the file's `defaults`.
	defaults sum
}

// sum is a hash of some content.
type sum = [sha256.Size]byte

// piece is the text of one item.
type piece struct {
	line       int // that it begins at
	start, end int // its bytes
	key        sum // file, text
	spare      *spare
	// nodes counts the values that were found in it, and tied says that there are anchors or aliases.
	nodes int
	tied  bool
}

// item is what one item of the parsed list stands for: a piece, or several that are compiled already.
type item struct{ first, count int }

// cutText cuts a file's text, nil where it has no list of scenarios that can be told by its lines alone.
func cutText(name, text string) *cut {
	if strings.ContainsAny(text, "\u0085\u2028\u2029") || loneReturn(text) {
		return nil // other line ends, which the parser heeds
	}
	c := &cut{indent: -1, pieces: make([]piece, 0, 16+len(text)/256)}
	open := -1 // the piece at hand
	line := 0
	for at := 0; at < len(text); {
		line++
		next := len(text)
		if end := strings.IndexByte(text[at:], '\n'); end >= 0 {
			next = at + end + 1
		}
		one := text[at:next]
		switch indent, begins, blank := lineForm(one); {
		case c.keyLine == 0:
			if strings.HasPrefix(one, "scenarios:") && onlySpace(one[len("scenarios:"):]) {
				c.keyLine = line
			}
		case c.endLine > 0 || blank:
		case begins && (c.indent < 0 || indent == c.indent):
			if open >= 0 {
				c.pieces[open].end = at
			}
			c.indent, open = indent, len(c.pieces)
			c.pieces = append(c.pieces, piece{line: line, start: at})
		case open < 0 || indent <= c.indent:
			c.endLine = line
			if open >= 0 {
				c.pieces[open].end = at
			}
		}
		at = next
	}
	if len(c.pieces) == 0 {
		return nil
	}
	if c.endLine == 0 {
		c.pieces[open].end = len(text)
	}
	c.name(name, text)
	return c
}

// name gives each piece its key.
func (c *cut) name(name, text string) {
	var content bytes.Buffer
	for i := range c.pieces {
		one := &c.pieces[i]
		content.Reset()
		content.WriteString(name)
		content.WriteByte(0)
		content.WriteString(text[one.start:one.end])
		one.key = sha256.Sum256(content.Bytes())
	}
}

// lineForm tells how far a line is indented, whether it begins an item of a list, and whether it holds nothing.
func lineForm(line string) (indent int, begins, blank bool) {
	for indent < len(line) && line[indent] == ' ' {
		indent++
	}
	rest := line[indent:]
	if rest == "" || rest[0] == '#' || onlySpace(rest) {
		return indent, false, true
	}
	return indent, rest[0] == '-' && (len(rest) == 1 || strings.IndexByte(" \t\r\n", rest[1]) >= 0), false
}

// onlySpace reports whether the rest of a line is space, or a comment after some.
func onlySpace(rest string) bool {
	trimmed := strings.TrimLeft(rest, " \t\r\n")
	return trimmed == "" || trimmed[0] == '#' && len(trimmed) < len(rest)
}

// loneReturn reports whether some line ends with a carriage return alone.
func loneReturn(text string) bool {
	for {
		_, rest, found := strings.Cut(text, "\r")
		if !found {
			return false
		}
		if !strings.HasPrefix(rest, "\n") {
			return true
		}
		text = rest
	}
}

// placeholder stands, in the text that is parsed, for scenarios that are compiled already.
const placeholder = "- 0"

// without returns the text with one placeholder for each row of pieces that are compiled already, and as many lines as
// it had, so that all else stays where it is.
func (c *cut) without(text string) string {
	var out strings.Builder
	out.Grow(len(text) / 4)
	out.WriteString(text[:c.pieces[0].start])
	c.items = c.items[:0]
	for i := 0; i < len(c.pieces); i++ {
		first := i
		if c.pieces[i].spare == nil {
			out.WriteString(text[c.pieces[i].start:c.pieces[i].end])
			c.items = append(c.items, item{first, 1})
			continue
		}
		for i+1 < len(c.pieces) && c.pieces[i+1].spare != nil {
			i++
		}
		out.WriteString(strings.Repeat(" ", c.indent))
		out.WriteString(placeholder)
		for range strings.Count(text[c.pieces[first].start:c.pieces[i].end], "\n") {
			out.WriteByte('\n')
		}
		c.items = append(c.items, item{first, i + 1 - first})
	}
	out.WriteString(text[c.pieces[len(c.pieces)-1].end:])
	return out.String()
}

// whole makes each piece an item of its own: the whole text is parsed.
func (c *cut) whole() {
	c.list, c.items = nil, c.items[:0]
	for i := range c.pieces {
		c.pieces[i].spare, c.pieces[i].nodes, c.pieces[i].tied = nil, 0, false
		c.items = append(c.items, item{i, 1})
	}
}

// confirm reports whether the parser found the items that the text was cut into: as many, each begun within its own
// lines, and after them the end where it was taken for. The parser reads from front to back, and is in the same state
// before each item; so an item that it found once is the same wherever else its text begins an item.
func (c *cut) confirm(root *yaml.Node) bool {
	if root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 || root.Column != 1 {
		return false
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, list := root.Content[i], root.Content[i+1]
		if key.Line != c.keyLine {
			continue
		}
		endLine := 0
		if i+2 < len(root.Content) {
			endLine = root.Content[i+2].Line
		}
		if key.Value != "scenarios" || key.Kind != yaml.ScalarNode || list.Kind != yaml.SequenceNode || list.Anchor != "" ||
			list.Style&yaml.FlowStyle != 0 || len(list.Content) != len(c.items) || endLine != c.endLine {
			return false
		}
		for j, node := range list.Content {
			if node.Line < c.lineOf(j) || j+1 < len(c.items) && node.Line >= c.lineOf(j+1) {
				return false
			}
		}
		c.list = list
		return true
	}
	return false
}

func (c *cut) lineOf(item int) int { return c.pieces[c.items[item].first].line }

// pieceOf returns the piece that an item of a list is, nil where that is not known.
func (s *source) pieceOf(list *yaml.Node, item int) *piece {
	if s.cut == nil || s.cut.list != list {
		return nil
	}
	return &s.cut.pieces[s.cut.items[item].first]
}

// spared returns the pieces that stand behind an item of a list and are compiled already.
func (s *source) spared(list *yaml.Node, item int) []piece {
	if one := s.pieceOf(list, item); one == nil || one.spare == nil {
		return nil
	}
	stands := s.cut.items[item]
	return s.cut.pieces[stands.first : stands.first+stands.count]
}

// spareNodes counts the values in the pieces that are not in the text that is parsed.
func (c *cut) spareNodes() (nodes int) {
	if c == nil {
		return 0
	}
	for i := range c.pieces {
		if spare := c.pieces[i].spare; spare != nil {
			nodes += spare.nodes
		}
	}
	return nodes
}

// readDefaults notes what the defaults of the file are.
func (c *cut) readDefaults(root *yaml.Node) {
	if c != nil {
		c.defaults = sumOf((Position{node: root}).child("defaults"))
	}
}

// current reports whether what is compiled already was compiled with the same defaults.
func (c *cut) current() bool {
	for i := range c.pieces {
		if spare := c.pieces[i].spare; spare != nil && spare.defaults != c.defaults {
			return false
		}
	}
	return true
}

// countItems tells how many things the items of a list stand for, what a `for` makes apart.
func (s *source) countItems(list *yaml.Node) int {
	if s.cut != nil && s.cut.list == list {
		return len(s.cut.pieces)
	}
	return len(list.Content)
}
