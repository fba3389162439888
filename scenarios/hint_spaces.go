package scenarios

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The two spaces that people in a hurry leave out. YAML then takes the line for a text, and its parser
// complains of something else, often a line later.
var (
	keyWithoutSpace  = regexp.MustCompile(`^\s*(?:- +)*([a-z][a-z_]*:)[^\s/:]`)
	itemWithoutSpace = regexp.MustCompile(`^\s*(?:- +)*(-)[A-Za-z_{\["']`)
)

// missingSpace looks for a missing space in the line that the parser names and in the one before it.
func missingSpace(file *source, line int) (at span, hint, message string, ok bool) {
	for _, near := range []int{before(file, line), line} {
		text := file.line(near)
		if found := keyWithoutSpace.FindStringSubmatchIndex(text); found != nil {
			return within(file, near, text, found), "write `key: value`", "there is no space after the colon", true
		}
		if found := itemWithoutSpace.FindStringSubmatchIndex(text); found != nil {
			return within(file, near, text, found), "write `- ` and then the item", "there is no space after the -", true
		}
	}
	return span{}, "", "", false
}

// before is the line before this one that has something to say.
func before(file *source, line int) int {
	for line--; line > 1; line-- {
		if text := strings.TrimSpace(file.line(line)); text != "" && text[0] != '#' {
			break
		}
	}
	return max(1, line)
}

// within is the span of an expression's first group.
func within(file *source, line int, text string, found []int) span {
	start := utf8.RuneCountInString(text[:found[2]])
	return span{file: file, line: line, column: start + 1, end: start + 1 + utf8.RuneCountInString(text[found[2]:found[3]])}
}

// spaced splits a key or a value such as password:success, which was meant to be both.
func spaced(text string, names []string) (name, hint string, ok bool) {
	name, value, both := strings.Cut(text, ":")
	if !both || value == "" || nearest(name, names) == "" {
		return "", "", false
	}
	return name, fmt.Sprintf("write a space after the colon: `%s: %s`", name, value), true
}

// formHint says how to give a value the form that is wanted, where that is plain.
func formHint(node *yaml.Node, want, what string) string {
	switch {
	case node.Kind == yaml.ScalarNode && keyWithoutSpace.MatchString(node.Value) && strings.Contains(want, "mapping"):
		name, value, _ := strings.Cut(node.Value, ":")
		return fmt.Sprintf("write a space after the colon: `%s: %s`", name, value)
	case node.Kind == yaml.MappingNode && want == "a list" && len(node.Content) > 1 && node.Content[1].Kind == yaml.MappingNode:
		return fmt.Sprintf("begin each item with `- `, such as `- name: %s`", node.Content[0].Value)
	case node.Kind == yaml.MappingNode && want == "a list":
		return "begin each item with `- `"
	case node.Kind == yaml.SequenceNode && what == "authentication":
		return "write the first step alone: the later ones follow it in its `next`, each as what `then` leads to"
	case node.Kind == yaml.SequenceNode && strings.HasPrefix(want, "a mapping"):
		return "take the - or the [ ] away: a mapping has a key and a colon in each line"
	default:
		return ""
	}
}
