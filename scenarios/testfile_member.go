package scenarios

import (
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// ofScenario reports whether a word that the bank itself never says is taken for one that a scenario sets: the name of
// a member, or the value of one. It is near none that there is.
func ofScenario(name string, of *answerField) bool {
	if of.words != nil {
		said := func(word string) bool {
			return strings.EqualFold(word, name) || strings.Contains(word, strings.ToUpper(name))
		}
		return nearest(name, of.words) == "" && !slices.ContainsFunc(of.words, said)
	}
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	if slices.ContainsFunc(of.fields, func(field answerField) bool { return plain(field.name) == plain(name) }) {
		return false
	}
	return strings.HasPrefix(fieldHint(name, of), "one of ")
}

// expectedMember reads what a member must be that a scenario sets: its form is that of what is written.
func (d *decoder) expectedMember(node *yaml.Node, name string) Expected {
	node = follow(node)
	field := textField(name)
	switch {
	case node.Kind == yaml.SequenceNode:
		e := Expected{Position: Position{file: d.file, node: node}, Form: ExpectItems}
		for _, item := range node.Content {
			e.Items = append(e.Items, d.expectedMember(item, "an item of "+name))
		}
		return e
	case node.Kind == yaml.MappingNode && !onlyMatcherKeys(node):
		e := Expected{Position: Position{file: d.file, node: node}, Form: ExpectFields}
		for key, value := range pairs(node) {
			if d.goodKey(key, name) {
				e.Fields = append(e.Fields, ExpectedField{key.Value, d.expectedMember(value, key.Value)})
			}
		}
		return e
	case node.Kind == yaml.ScalarNode && plainScalar(node) && strings.Contains(node.Value, ".."):
		if _, ranged := parseRange(node.Value); ranged {
			field = numberField(name)
		}
	}
	return d.expected(node, &field)
}

// onlyMatcherKeys reports whether a mapping has nothing but keys of a matcher.
func onlyMatcherKeys(node *yaml.Node) bool {
	known := planOf(reflect.TypeFor[MatcherKeys]()).names
	for key := range pairs(node) {
		if !slices.Contains(known, key.Value) {
			return false
		}
	}
	return len(node.Content) > 0
}
