package edit

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/scenarios"
)

// Hidden stands in the place of a secret in a text that is shown.
const Hidden = "<hidden>"

// HideSecrets returns a file's text with [Hidden] in the place of each secret that is written in it (see
// [scenarios.IsSecret]). A file that is no YAML, or has a secret over several lines, cannot be shown, and is an error.
func HideSecrets(text string) (string, error) {
	document, err := scenarios.ParseNode(text)
	if err != nil {
		return "", fmt.Errorf("the file is no YAML at present, so that its secrets cannot be told from the rest: %w", err)
	}
	h := hider{lines: strings.Split(text, "\n")}
	for _, root := range document.Content {
		h.visit(root, "")
	}
	return strings.Join(h.lines, "\n"), h.err
}

// hider takes the secrets out of lines, from the last of a line to its first.
type hider struct {
	lines []string
	err   error
}

// visit goes through the value of a key backwards, so that the columns of what is yet to come stay right. A list is its key's, a
// mapping has keys of its own: the `tokens` of an api say what tokens are like.
func (h *hider) visit(node *yaml.Node, key string) {
	switch node.Kind {
	case yaml.MappingNode:
		for i := len(node.Content) - 2; i >= 0; i -= 2 {
			h.visit(node.Content[i+1], node.Content[i].Value)
		}
	case yaml.SequenceNode:
		for i := len(node.Content) - 1; i >= 0; i-- {
			h.visit(node.Content[i], key)
		}
	case yaml.AliasNode:
		if node.Alias.Kind != yaml.MappingNode && scenarios.IsSecret(key, node.Alias.Value) {
			h.refuse(node, "is written elsewhere in the file")
		}
	case yaml.ScalarNode:
		if node.Tag != "!!bool" && node.Tag != "!!null" && scenarios.IsSecret(key, node.Value) {
			h.hide(node)
		}
	}
}

func (h *hider) hide(node *yaml.Node) {
	line := h.lines[node.Line-1]
	begin := byteOf(line, node.Column-1)
	end, ok := scalarEnd(line, begin, node)
	if !ok {
		h.refuse(node, "is not written plainly on one line")
		return
	}
	h.lines[node.Line-1] = line[:begin] + Hidden + line[end:]
}

func (h *hider) refuse(node *yaml.Node, why string) {
	h.err = fmt.Errorf("line %d has a secret that %s, so the file is not shown: write the secret as ${env:NAME} or ${file:PATH}",
		node.Line, why)
}

// byteOf returns where a line's column is; columns count characters.
func byteOf(line string, column int) int {
	for at := range line {
		if column == 0 {
			return at
		}
		column--
	}
	return len(line)
}

// scalarEnd returns where a value ends that begins and ends on the line.
func scalarEnd(line string, begin int, node *yaml.Node) (int, bool) {
	rest := line[begin:]
	if node.Anchor != "" || node.Style&yaml.TaggedStyle != 0 {
		return 0, false
	}
	switch {
	case node.Style&yaml.DoubleQuotedStyle != 0:
		for i := 1; i < len(rest); i++ {
			switch rest[i] {
			case '\\':
				i++
			case '"':
				return begin + i + 1, true
			}
		}
		return 0, false
	case node.Style&yaml.SingleQuotedStyle != 0:
		for i := 1; i < len(rest); i++ {
			if rest[i] != '\'' {
				continue
			}
			if i+1 < len(rest) && rest[i+1] == '\'' {
				i++
				continue
			}
			return begin + i + 1, true
		}
		return 0, false
	case strings.HasPrefix(rest, node.Value) && utf8.ValidString(node.Value):
		return begin + len(node.Value), true
	}
	return 0, false
}
