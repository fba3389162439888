package scenarios

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// ParseNode reads one document of YAML into nodes. It takes what the library refuses and YAML 1.2 allows.
func ParseNode(text string) (*yaml.Node, error) {
	text, restore := forLibrary(text)
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, fmt.Errorf("read YAML: %w", err)
	}
	restore(&document)
	return &document, nil
}

// forLibrary returns a text as the library can read it, each character in its place, and what restores the nodes that
// it reads: a question mark within { } or [ ] is a letter there, and a line that names version 1.2 a comment.
func forLibrary(text string) (readable string, restore func(*yaml.Node)) {
	text, stand := WithoutQuestions(withoutVersion(text))
	if stand == "" {
		return text, func(*yaml.Node) {}
	}
	return text, func(node *yaml.Node) { replaceIn(node, stand, "?", make(map[*yaml.Node]bool)) }
}

// WithoutQuestions replaces the question marks within { } or [ ], which the library takes for signs, by a letter that
// the text does not have, and returns that; "" where there are none.
func WithoutQuestions(text string) (readable, stand string) {
	if !strings.Contains(text, "?") || !strings.ContainsAny(text, "[{") {
		return text, ""
	}
	marks := questionMarks(text)
	if len(marks) == 0 {
		return text, ""
	}
	stand = string(unusedCharacter(text))
	var out strings.Builder
	from := 0
	for _, at := range marks {
		out.WriteString(text[from:at] + stand)
		from = at + 1
	}
	out.WriteString(text[from:])
	return out.String(), stand
}

// questionMarks lists the places of the question marks within { } or [ ] that are no sign of a key.
func questionMarks(text string) []int {
	var marks []int
	s := &scan{text: text, block: -1}
	s.plain = func(at int, c rune, next byte) {
		if c == '?' && len(s.open) > 0 && !(s.start && strings.IndexByte(" \t\x00,[]{}", next) >= 0) {
			marks = append(marks, at)
		}
	}
	s.run()
	return marks
}

// unusedCharacter is one of the characters for private use that the text does not have.
func unusedCharacter(text string) rune {
	for c := rune(0xe03f); ; c++ {
		if !strings.ContainsRune(text, c) {
			return c
		}
	}
}

func replaceIn(node *yaml.Node, from, to string, seen map[*yaml.Node]bool) {
	if seen[node] {
		return
	}
	seen[node] = true
	for _, text := range []*string{&node.Value, &node.HeadComment, &node.LineComment, &node.FootComment, &node.Anchor} {
		if strings.Contains(*text, from) {
			*text = strings.ReplaceAll(*text, from, to)
		}
	}
	for _, child := range node.Content {
		replaceIn(child, from, to, seen)
	}
}

// withoutVersion makes comments of the lines that say which YAML a file is written in, which other tools write.
func withoutVersion(text string) string {
	const directive = "%YAML"
	rest := text
	for offset := 0; ; {
		line, after, more := strings.Cut(rest, "\n")
		switch {
		case strings.HasPrefix(line, directive):
			return text[:offset] + "#" + text[offset+1:]
		case !more || strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "%"):
			return text
		}
		offset += len(line) + 1
		rest = after
	}
}
