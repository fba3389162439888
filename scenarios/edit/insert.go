package edit

import (
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// errNoList is returned where a file's scenarios are not a list of lines.
var errNoList = errors.New("the file's scenarios are written in [ ]: write them as a list, a line each with - in front, and try again")

// insertBlock puts the lines of a list item into a file's list of scenarios: before the scenario of
// the name before, at the end where that is "". All other lines stay as they are.
func insertBlock(text string, block []string, before string) (string, error) {
	document, err := parseNode(text)
	if err != nil || len(document.Content) == 0 {
		return "", errNoList
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if lineEndsOf(text).carriage {
		block = carriageReturns(block)
	}
	key, list := scenarioList(document.Content[0])
	switch {
	case list == nil && document.Content[0].Style&yaml.FlowStyle != 0:
		return "", errNoList
	case list == nil:
		if lineEndsOf(text).carriage {
			return splice(append(lines, "\r", "scenarios:\r"), len(lines)+2, block, "  "), nil
		}
		return splice(append(lines, "", "scenarios:"), len(lines)+2, block, "  "), nil
	case len(list.Content) == 0:
		return replaceEmpty(lines, key, list, block)
	case list.Style&yaml.FlowStyle != 0 || list.Kind != yaml.SequenceNode:
		return "", errNoList
	}
	indent, ok := dashIndent(lines, list.Content[0])
	if !ok {
		return "", errNoList
	}
	at := listEnd(text, document, lines, list, len(indent))
	for _, item := range list.Content {
		if before != "" && nameOf(item) == before {
			at = itemStart(lines, item)
		}
	}
	return splice(lines, at, block, indent), nil
}

// carriageReturns ends lines as the file does that they are put into.
func carriageReturns(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = line + "\r"
	}
	return out
}

// scenarioList returns the key and the value of a file's scenarios, nil where there are none.
func scenarioList(root *yaml.Node) (key, list *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "scenarios" {
			return root.Content[i], root.Content[i+1]
		}
	}
	return nil, nil
}

// replaceEmpty puts the block in place of a list without items.
func replaceEmpty(lines []string, key, list *yaml.Node, block []string) (string, error) {
	line := &lines[key.Line-1]
	if list.Line != key.Line && list.Kind == yaml.SequenceNode || !strings.HasPrefix(strings.TrimSpace(*line), "scenarios:") {
		return "", errNoList
	}
	*line = strings.TrimRight(strings.Replace(*line, " []", "", 1), " ")
	return splice(lines, key.Line, block, "  "), nil
}

// dashIndent returns what stands before the dash of a list's item.
func dashIndent(lines []string, item *yaml.Node) (string, bool) {
	line := lines[item.Line-1]
	indent := leading(line)
	return indent, strings.HasPrefix(line[len(indent):], "- ")
}

func nameOf(item *yaml.Node) string {
	if item.Kind == yaml.AliasNode {
		item = item.Alias
	}
	for i := 0; i+1 < len(item.Content); i += 2 {
		if item.Content[i].Value == "name" {
			return item.Content[i+1].Value
		}
	}
	return ""
}

// itemStart returns the index of the line that an item starts on, its comments included.
func itemStart(lines []string, item *yaml.Node) int {
	at := item.Line - 1
	for at > 0 && strings.HasPrefix(strings.TrimSpace(lines[at-1]), "#") {
		at--
	}
	return at
}

// listEnd returns the index of the line after a list.
func listEnd(text string, document *yaml.Node, lines []string, list *yaml.Node, indent int) int {
	inside := textLines(text, document)
	last := list.Content[len(list.Content)-1]
	end := last.Line
	for i := last.Line; i < len(lines); i++ {
		trimmed := strings.TrimSpace(lines[i])
		if trimmed == "" || strings.HasPrefix(trimmed, "#") && !inside[i+1] {
			continue
		}
		if !inside[i+1] && len(leading(lines[i])) <= indent {
			break
		}
		end = i + 1
	}
	for end < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[end]), "#") && len(leading(lines[end])) >= max(indent, 1) {
		end++ // a comment that belongs to the last item
	}
	return end
}

// splice puts the block between the lines, with an empty line on either side of it.
func splice(lines []string, at int, block []string, indent string) string {
	var middle []string
	end := ""
	if len(block) > 0 && strings.HasSuffix(block[0], "\r") {
		end = "\r"
	}
	if at > 0 && strings.TrimSpace(lines[at-1]) != "" && !strings.HasPrefix(lines[at-1], "scenarios:") {
		middle = append(middle, end)
	}
	for _, line := range block {
		middle = append(middle, strings.TrimRight(indent+line, " "))
	}
	if at < len(lines) && strings.TrimSpace(lines[at]) != "" {
		middle = append(middle, end)
	}
	return strings.Join(slices.Insert(slices.Clone(lines), at, middle...), "\n") + "\n"
}
