package scenarios

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// columnsOfALine is how long a line is when lines are counted: a longer one counts as several.
const columnsOfALine = 100

// unsaid are the keys that do not say what happens: what the case is called, and when it is played.
var unsaid = []string{"name", "description", "tags", "when"}

// countLines counts for each scenario of a pack the lines that say what happens in it, those of faults and webhooks that are
// for it included; by the scenario's name.
func countLines(text string, root *yaml.Node) map[string]int {
	lines := strings.Split(text, "\n")
	count := make(map[string]int)
	for _, scenario := range itemsOf(root, "scenarios") {
		name := memberOf(scenario, "name")
		if name == nil {
			continue
		}
		count[name.Value] = 0 // what happens may be said by faults alone
		for key, value := range pairs(scenario) {
			if !slices.Contains(unsaid, key.Value) {
				count[name.Value] += spanned(lines, key.Line, lastLine(value))
			}
		}
	}
	for _, fault := range append(itemsOf(root, "faults"), itemsOf(root, "webhooks")...) {
		scenario := memberOf(memberOf(fault, "when"), "scenario")
		if scenario == nil {
			continue
		}
		first := fault.Line
		if name := memberOf(fault, "name"); name != nil && lastLine(fault) > first {
			first++ // which has a line of its own
		}
		size := spanned(lines, first, lastLine(fault))
		for _, of := range append([]*yaml.Node{scenario}, scenario.Content...) {
			if _, known := count[of.Value]; known {
				count[of.Value] += size
			}
		}
	}
	return count
}

// itemsOf returns the items of a list at the top of a document.
func itemsOf(root *yaml.Node, key string) []*yaml.Node {
	list := memberOf(root, key)
	if list == nil {
		return nil
	}
	return list.Content
}

// memberOf returns a value of a mapping, nil where it has none.
func memberOf(node *yaml.Node, key string) *yaml.Node {
	if node = follow(node); node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for at, value := range pairs(node) {
		if at.Value == key {
			return follow(value)
		}
	}
	return nil
}

// lastLine is the line on which a value ends, from 1.
func lastLine(node *yaml.Node) int {
	last := node.Line
	if node.Kind == yaml.AliasNode {
		return last
	}
	for _, inner := range node.Content {
		last = max(last, lastLine(inner))
	}
	return last
}

// spanned counts the lines from one to another, a long one as several.
func spanned(lines []string, first, last int) int {
	count := 0
	for _, line := range lines[first-1 : last] {
		count += max(1, (len(line)+columnsOfALine-1)/columnsOfALine)
	}
	return count
}
