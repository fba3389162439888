package edit

import (
	"bytes"
	"errors"
	"fmt"
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
	ends := lineEndsOf(text)
	root, text, report := scenarios.ParseText(name, text)
	if root == nil {
		return "", report, fmt.Errorf("%s cannot be read", name)
	}
	head, text := directives(strings.ReplaceAll(text, "\r\n", "\n"))
	text, stand := scenarios.WithoutQuestions(text)
	for range formatRounds {
		formatted, err := formatOnce(text)
		var refusal *Refusal
		if errors.As(err, &refusal) {
			refusal.File = name
			refusal.Line += strings.Count(head, "\n")
			return "", report, refusal
		}
		if err != nil {
			return "", report, fmt.Errorf("%s: %w", name, err)
		}
		if formatted == text {
			if stand != "" {
				formatted = strings.ReplaceAll(formatted, stand, "?")
			}
			return ends.apply(head + formatted), report, nil
		}
		text = formatted
	}
	return "", report, &Refusal{File: name, Reason: "each round of formatting changes the file anew",
		Hint: "put its comments on lines of their own", comment: true}
}

// directives splits off what stands before a document whose lines begin with %, its --- included.
func directives(text string) (head, rest string) {
	offset, found := 0, false
	for line := range strings.SplitAfterSeq(text, "\n") {
		plain := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "%"):
			found = true
		case found && (plain == "---" || strings.HasPrefix(plain, "--- #")):
			return text[:offset+len(line)], text[offset+len(line):]
		case plain != "" && !strings.HasPrefix(plain, "#"):
			return "", text
		}
		offset += len(line)
	}
	return "", text
}

// formatOnce formats a text that can be parsed.
func formatOnce(text string) (string, error) {
	before, err := parseNode(text)
	if err != nil {
		return "", err
	}
	unfold(before)
	marker := emptyLineMarker(text)
	marked, err := parseNode(markEmptyLines(text, before, marker))
	if err != nil {
		return "", err
	}
	spread(marked)
	unfold(marked)
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
	if err := whyNot(text, before, formatted, after); err != nil {
		return "", err
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
