package edit

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/scenarios"
)

// Placed says where a scenario came to stand.
type Placed struct {
	// Text is what is to stand in the file.
	Text string
	// Name is the scenario's, and Replaced says that there was one of that name, whose place it takes.
	Name     string
	Replaced bool
	// Before is the name of the scenario that follows, where the new one was put ahead of it; "" at the end.
	Before string
}

// Put puts a scenario, written as YAML, into the list of scenarios of a file's text: in the place of the one that has its
// name, else ahead of the scenario of the name before, else ahead of a last scenario that takes every password, else at the
// end. All other lines stay as they are. It does not look whether the scenario makes sense.
func Put(text, scenario, before string) (*Placed, error) {
	block, name, err := listItem(scenario)
	if err != nil {
		return nil, err
	}
	document, err := scenarios.ParseNode(text)
	if err != nil || len(document.Content) == 0 {
		return nil, fmt.Errorf("the file is no YAML document that scenarios could be put into")
	}
	placed := &Placed{Name: name}
	_, list := scenarioList(document.Content[0])
	if list != nil {
		if i := slices.IndexFunc(list.Content, func(item *yaml.Node) bool { return nameOf(item) == name }); i >= 0 {
			placed.Replaced = true
			placed.Text, err = replaceItem(text, document, list, i, block)
			return placed, err
		}
		if placed.Before, err = aheadOf(list, before); err != nil {
			return nil, err
		}
	} else if before != "" {
		return nil, fmt.Errorf("the file has no scenario %q", before)
	}
	placed.Text, err = insertBlock(text, block, placed.Before)
	return placed, err
}

// aheadOf returns the name of the scenario that a new one is put ahead of, "" for none.
func aheadOf(list *yaml.Node, before string) (string, error) {
	if before != "" {
		if !slices.ContainsFunc(list.Content, func(item *yaml.Node) bool { return nameOf(item) == before }) {
			return "", fmt.Errorf("the file has no scenario %q", before)
		}
		return before, nil
	}
	if len(list.Content) > 0 {
		if last := list.Content[len(list.Content)-1]; takesEveryPassword(last) {
			return nameOf(last), nil
		}
	}
	return "", nil
}

// takesEveryPassword reports whether a scenario's `when` leaves the password open.
func takesEveryPassword(item *yaml.Node) bool {
	when := valueOf(item, "when")
	if when == nil {
		return true
	}
	password := valueOf(when, "password")
	return password == nil || password.Kind == yaml.ScalarNode && password.Style == 0 && password.Value == scenarios.AnyWord
}

// valueOf returns the value of a mapping's key, nil where it has none.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind == yaml.AliasNode {
		mapping = mapping.Alias
	}
	for i := 0; mapping.Kind == yaml.MappingNode && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// listItem returns a scenario's lines as those of a list's item, and its name. It is written as a mapping, or as an item.
func listItem(scenario string) (block []string, name string, err error) {
	lines := dedented(scenario)
	document, err := scenarios.ParseNode(strings.Join(lines, "\n") + "\n")
	if err != nil || len(document.Content) == 0 {
		return nil, "", fmt.Errorf("the scenario is no YAML: %w", errOrEmpty(err))
	}
	root := document.Content[0]
	if root.Kind == yaml.SequenceNode && root.Style&yaml.FlowStyle == 0 && len(root.Content) == 1 {
		name = nameOf(root.Content[0])
	} else if root.Kind == yaml.MappingNode {
		name = nameOf(root)
		lines = itemLines(lines, root.Line-1)
	} else {
		return nil, "", fmt.Errorf("write one scenario: a mapping with name, when and authentication")
	}
	if name == "" {
		return nil, "", fmt.Errorf("the scenario has no name")
	}
	return lines, name, nil
}

func errOrEmpty(err error) error {
	if err == nil {
		return fmt.Errorf("it is empty")
	}
	return err
}

// itemLines puts a dash before the line that a mapping begins on, and moves what follows beneath it.
func itemLines(lines []string, first int) []string {
	out := slices.Clone(lines)
	for i := first; i < len(out); i++ {
		switch {
		case i == first:
			out[i] = "- " + out[i]
		case out[i] != "":
			out[i] = "  " + out[i]
		}
	}
	return out
}

// dedented returns the lines of a text without empty ones around it, and without what all of them are indented by.
func dedented(text string) []string {
	text = strings.ReplaceAll(strings.TrimPrefix(text, byteOrderMark), "\r\n", "\n")
	lines := strings.Split(strings.TrimRight(text, " \t\n"), "\n")
	for len(lines) > 1 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	least := len(leading(lines[0]))
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			least = min(least, len(leading(line)))
		}
	}
	for i, line := range lines {
		lines[i] = line[min(least, len(leading(line))):]
	}
	return lines
}

// replaceItem puts the block in the place of an item of the list. Comments above the item stay, unless the block brings some.
func replaceItem(text string, document, list *yaml.Node, i int, block []string) (string, error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	indent, ok := dashIndent(lines, list.Content[i])
	if !ok || list.Style&yaml.FlowStyle != 0 {
		return "", errNoList
	}
	from, to := list.Content[i].Line-1, 0
	if strings.HasPrefix(block[0], "#") {
		from = itemStart(lines, list.Content[i])
	}
	if i+1 < len(list.Content) {
		to = itemStart(lines, list.Content[i+1])
	} else {
		to = listEnd(text, document, lines, list, len(indent))
	}
	for to > from+1 && strings.TrimSpace(lines[to-1]) == "" {
		to--
	}
	if lineEndsOf(text).carriage {
		block = carriageReturns(block)
	}
	placed := make([]string, len(block))
	for n, line := range block {
		placed[n] = strings.TrimRight(indent+line, " ")
	}
	return strings.Join(slices.Replace(slices.Clone(lines), from, to, placed...), "\n") + "\n", nil
}
