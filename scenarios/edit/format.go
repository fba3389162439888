package edit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/scenarios"
)

// ErrCommentMoves is returned for a file that cannot be formatted without a comment getting lost or
// out of its order.
var ErrCommentMoves = errors.New("a comment stands where formatting would lose it; give it a line of its own above what it is about")

// formatRounds bounds how often a text is formatted until it no longer changes.
const formatRounds = 4

// Format returns a configuration file in its canonical form: indented by two spaces, list items
// beneath their key, one space between words, at most one empty line at a time, and what is written in
// { } or [ ] over several lines as a block. Comments and empty lines stay, and so does the meaning:
// where either cannot be kept, Format returns an error. Formatting its result changes nothing.
//
// name is the file's, for the report; that has the problems of a text that is no YAML.
func Format(name, text string) (string, *scenarios.Report, error) {
	root, text, report := scenarios.ParseText(name, text)
	if root == nil {
		return "", report, fmt.Errorf("%s cannot be read", name)
	}
	for range formatRounds {
		formatted, err := formatOnce(text)
		if err != nil {
			return "", report, fmt.Errorf("%s: %w", name, err)
		}
		if formatted == text {
			return formatted, report, nil
		}
		text = formatted
	}
	return "", report, fmt.Errorf("%s: %w", name, ErrCommentMoves)
}

// formatOnce formats a text that can be parsed.
func formatOnce(text string) (string, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	before, err := parseNode(text)
	if err != nil {
		return "", err
	}
	marker := emptyLineMarker(text)
	marked, err := parseNode(markEmptyLines(text, before, marker))
	if err != nil {
		return "", err
	}
	spread(marked)
	formatted, err := encodeNode(marked)
	if err != nil {
		return "", err
	}
	encoded, err := parseNode(formatted)
	if err != nil {
		return "", err
	}
	formatted = unmarkEmptyLines(formatted, encoded, marker)
	after, err := parseNode(formatted)
	if err != nil {
		return "", err
	}
	if !sameMeaning(before, after) || !slices.Equal(commentsOf(text, before), commentsOf(formatted, after)) {
		return "", ErrCommentMoves
	}
	return formatted, nil
}

func parseNode(text string) (*yaml.Node, error) {
	document, err := scenarios.ParseNode(text)
	if err != nil {
		return nil, ErrCommentMoves // it could be read before a comment came to stand elsewhere
	}
	return document, nil
}

func encodeNode(document *yaml.Node) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return "", err
	}
	err := encoder.Close()
	return out.String(), err
}

// spread writes what is in { } or [ ] over several lines as a block. It also takes the tag from `<<`,
// which the library would write out.
func spread(node *yaml.Node) {
	if node.Tag == "!!merge" {
		node.Tag = ""
	}
	if node.Style&yaml.FlowStyle != 0 && len(node.Content) > 0 && lastLine(node) > node.Line {
		node.Style &^= yaml.FlowStyle
	}
	for _, child := range node.Content {
		spread(child)
	}
}

func lastLine(node *yaml.Node) int {
	last := node.Line
	for _, child := range node.Content {
		last = max(last, lastLine(child))
	}
	return last
}

// sameMeaning reports whether two trees say the same: they may differ in comments, in places and in
// how mappings and lists are written.
func sameMeaning(a, b *yaml.Node) bool {
	const layout = yaml.FlowStyle
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Value != b.Value || a.Anchor != b.Anchor ||
		a.Style&^layout != b.Style&^layout || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !sameMeaning(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
