package scenarios

import (
	"strings"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// source is the text of one file, kept to show the lines that problems are on.
type source struct {
	// name is the file's name as reports show it.
	name string
	text string
	// starts holds where every lineStride-th line starts; filled by line.
	starts []int
	// pause is called now and then while the file is worked on; nil is nothing.
	pause func()
	// doubts are the mappings with a key or a value that could not be read, misplaced the keys that stand in a
	// wrong place: what is lacking there may have been meant.
	doubts    map[*yaml.Node]doubt
	misplaced map[string]bool
	// cache holds what earlier loads compiled; nil where nothing is kept. cut is the text cut at its scenarios, nil where
	// that cannot be told or nothing is kept.
	cache *Cache
	cut   *cut
}

// throttle is a moment at which work on the file may pause.
func (s *source) throttle() {
	if s.pause != nil {
		s.pause()
	}
}

// line returns the text of a line, counted from 1, without its end.
func (s *source) line(number int) string {
	if s == nil || s.text == "" {
		return ""
	}
	if s.starts == nil {
		s.starts = lineStarts(s.text)
	}
	if number < 1 || (number-1)/lineStride >= len(s.starts) {
		return ""
	}
	rest := s.text[s.starts[(number-1)/lineStride]:]
	for range (number - 1) % lineStride {
		_, below, more := strings.Cut(rest, "\n")
		if !more {
			return ""
		}
		rest = below
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSuffix(line, "\r")
}

// lineStride is how many lines lie between those whose starts are kept: a list of all lines of a file
// that is hardly more than line ends is many times as large as the file.
const lineStride = 64

// lineStarts returns where every lineStride-th line of a text starts.
func lineStarts(text string) []int {
	starts := []int{0}
	for at, number := 0, 0; ; {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return starts
		}
		at += next + 1
		if number++; number%lineStride == 0 {
			starts = append(starts, at)
		}
	}
}

// span is a stretch of one line of a file. Lines and columns count from 1, columns in characters; end
// is the column after the last. The zero line means the file as a whole.
type span struct {
	file              *source
	line, column, end int
}

// Position is where a part of the configuration is written; every type of the language has one.
type Position struct {
	file *source
	node *yaml.Node
	// under is the place that `defaults` gave, for the keys that this one lacks.
	under *Position
}

// at returns the span of the part itself: its value, or the first key of a block.
func (p Position) at() span { return spanOf(p.file, p.node) }

// key returns the span of the key of that name, or the part's own where it has none.
func (p Position) key(name string) span {
	if file, key, _ := p.find(name); key != nil {
		return spanOf(file, key)
	}
	return p.at()
}

// value returns the span of the value under that name, or the part's own where it has none.
func (p Position) value(name string) span {
	if file, _, value := p.find(name); value != nil {
		return spanOf(file, value)
	}
	return p.at()
}

// has reports whether the key is written.
func (p Position) has(name string) bool {
	_, key, _ := p.find(name)
	return key != nil
}

// null reports whether the key is written as null.
func (p Position) null(name string) bool {
	_, _, value := p.find(name)
	return value != nil && isNull(follow(value))
}

func (p Position) find(name string) (*source, *yaml.Node, *yaml.Node) {
	if key, value := lookUp(follow(p.node), name); key != nil {
		return p.file, key, value
	}
	if p.under != nil {
		return p.under.find(name)
	}
	return nil, nil, nil
}

// source returns where a key is written, for the rules.
func (p Position) source(name string) engine.Source {
	file, key, _ := p.find(name)
	if key == nil {
		file, key = p.file, p.node
	}
	return engine.Source{File: file.name, Line: key.Line, Column: key.Column}
}

// spanOf returns where a node is written.
func spanOf(file *source, node *yaml.Node) span {
	if node == nil {
		return span{file: file}
	}
	if blockOf(node) && len(node.Content) > 0 {
		return spanOf(file, node.Content[0])
	}
	at := span{file: file, line: node.Line, column: node.Column, end: node.Column + 1}
	if node.Kind == yaml.ScalarNode || node.Kind == yaml.AliasNode {
		at.end = at.column + scalarWidth(file.line(node.Line), node)
	}
	return at
}

func blockOf(node *yaml.Node) bool {
	return (node.Kind == yaml.MappingNode || node.Kind == yaml.SequenceNode) && node.Style&yaml.FlowStyle == 0
}

// scalarWidth is how many characters of its first line a scalar takes.
func scalarWidth(line string, node *yaml.Node) int {
	if len(line) > maxShownLine {
		return 1
	}
	rest := []rune(line)
	rest = rest[min(node.Column-1, len(rest)):]
	switch {
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || len(rest) == 0:
		return 1
	case rest[0] == '"' || rest[0] == '\'':
		return quotedWidth(rest)
	case node.Kind == yaml.AliasNode:
		return min(utf8.RuneCountInString(node.Value)+1, len(rest))
	default:
		return max(1, min(utf8.RuneCountInString(node.Value), len(rest)))
	}
}

func quotedWidth(rest []rune) int {
	quote := rest[0]
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && quote == '"':
			i++
		case rest[i] == quote:
			return i + 1
		}
	}
	return len(rest)
}

// child returns the node under a key that is written here, or nil.
func (p Position) child(key string) *yaml.Node {
	_, value := lookUp(follow(p.node), key)
	return follow(value)
}
