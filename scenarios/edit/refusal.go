package edit

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// Refusal says why a file cannot be formatted, and where.
type Refusal struct {
	// File and Line are where; a Line of 0 is nowhere in particular.
	File string
	Line int
	// Reason and Hint are what is the matter and what to do.
	Reason, Hint string

	comment bool
}

// Error returns the refusal on one line: file:line: reason; hint.
func (r *Refusal) Error() string {
	at := r.File
	if r.Line > 0 {
		at = fmt.Sprintf("%s:%d", r.File, r.Line)
	}
	return fmt.Sprintf("%s: %s; %s", at, r.Reason, r.Hint)
}

// Is makes a refusal for the sake of a comment an [ErrCommentMoves].
func (r *Refusal) Is(target error) bool { return r.comment && target == ErrCommentMoves }

const moveComment = "give it a line of its own above what it is about"

// commentMoves refuses a text for the comment on a line.
func commentMoves(line int) *Refusal {
	return &Refusal{Line: line, Reason: "a comment stands where formatting would lose it", Hint: moveComment, comment: true}
}

// textChanges refuses a text for a value that would read otherwise.
func textChanges(line int) *Refusal {
	return &Refusal{Line: line, Reason: "the value that begins here would read otherwise once it is formatted",
		Hint: "write it in quotes, or as a block after |"}
}

// whyNot finds out what formatting would change.
func whyNot(text string, before *yaml.Node, formatted string, after *yaml.Node) error {
	if line := firstDifference(before, after); line > 0 {
		return textChanges(line)
	}
	was, is := scan(text, before), scan(formatted, after)
	for i, comment := range was.comments {
		if i >= len(is.comments) || is.comments[i] != comment {
			return commentMoves(was.commentLines[i])
		}
	}
	return nil
}

// firstDifference returns the line of the first node that does not say the same, 0 where all do.
func firstDifference(a, b *yaml.Node) int {
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Value != b.Value || a.Anchor != b.Anchor ||
		a.Style&^yaml.FlowStyle != b.Style&^yaml.FlowStyle || len(a.Content) != len(b.Content) {
		return max(1, a.Line)
	}
	for i := range a.Content {
		if line := firstDifference(a.Content[i], b.Content[i]); line > 0 {
			return line
		}
	}
	return 0
}

// unfold writes the texts after > that the library would write otherwise as blocks after |.
func unfold(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.Style&yaml.FoldedStyle != 0 && !foldsBack(node) {
		node.Style = node.Style&^yaml.FoldedStyle | yaml.LiteralStyle
	}
	for _, child := range node.Content {
		unfold(child)
	}
}

// foldsBack reports whether the library reads a folded text as it writes it.
func foldsBack(node *yaml.Node) bool {
	alone := &yaml.Node{Kind: yaml.ScalarNode, Tag: node.Tag, Style: node.Style, Value: node.Value}
	text, err := encodeNode(mappingNode(false, "text", alone))
	if err != nil {
		return false
	}
	var back struct {
		Text string `yaml:"text"`
	}
	return yaml.Unmarshal([]byte(text), &back) == nil && back.Text == node.Value && strings.Contains(text, ">")
}

// lineEnds are how a user's file ends its lines, and whether it begins with a byte order mark.
type lineEnds struct {
	mark     string
	carriage bool
}

const byteOrderMark = "\ufeff"

// lineEndsOf finds out how a file is written; mixed ends count as those of its first line.
func lineEndsOf(text string) lineEnds {
	var ends lineEnds
	if strings.HasPrefix(text, byteOrderMark) {
		ends.mark = byteOrderMark
	}
	first := strings.IndexByte(text, '\n')
	ends.carriage = first > 0 && text[first-1] == '\r'
	return ends
}

// apply writes a text in that way.
func (e lineEnds) apply(text string) string {
	if e.carriage {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return e.mark + text
}
