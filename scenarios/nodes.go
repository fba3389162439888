package scenarios

import (
	"iter"

	"gopkg.in/yaml.v3"
)

const mergeKey = "<<"

// follow returns the node that an alias stands for. The parser has refused aliases that contain
// themselves.
func follow(node *yaml.Node) *yaml.Node {
	for node != nil && node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}

// pairs yields the keys and values of a mapping: its own, and then those that `<<` merges into it
// and that it does not have itself.
func pairs(node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		var merged []*yaml.Node
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if isMerge(key) {
				merged = append(merged, value)
				continue
			}
			if !yield(key, value) {
				return
			}
		}
		if len(merged) > 0 {
			yieldMerged(node, merged, yield)
		}
	}
}

// lookUp returns the key of that name in a mapping, and its value.
func lookUp(node *yaml.Node, name string) (*yaml.Node, *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	merges := false
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Value == name {
			return key, node.Content[i+1]
		}
		merges = merges || isMerge(key)
	}
	if !merges {
		return nil, nil
	}
	for key, value := range pairs(node) {
		if key.Value == name {
			return key, value
		}
	}
	return nil, nil
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == mergeKey && key.Tag == "!!merge"
}

func yieldMerged(node *yaml.Node, merged []*yaml.Node, yield func(key, value *yaml.Node) bool) {
	seen := make(map[string]bool, len(node.Content))
	for i := 0; i < len(node.Content); i += 2 {
		seen[node.Content[i].Value] = true
	}
	for _, base := range mergeBases(merged) {
		for key, value := range pairs(base) {
			if seen[key.Value] {
				continue
			}
			seen[key.Value] = true
			if !yield(key, value) {
				return
			}
		}
	}
}

// mergeBases returns the mappings that values of `<<` name: one, or a list of them.
func mergeBases(values []*yaml.Node) []*yaml.Node {
	var bases []*yaml.Node
	for _, value := range values {
		value = follow(value)
		switch value.Kind {
		case yaml.MappingNode:
			bases = append(bases, value)
		case yaml.SequenceNode:
			for _, one := range value.Content {
				if one = follow(one); one.Kind == yaml.MappingNode {
					bases = append(bases, one)
				}
			}
		}
	}
	return bases
}

// form names what a node is, in a tester's words.
func form(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a mapping (key: value)"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case isEmpty(node):
		return "nothing"
	default:
		return "a single value"
	}
}

// isEmpty reports whether a key was written without a value. A quoted empty text is a value.
func isEmpty(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Value == "" && node.Tag == "!!null"
}

// isNull reports whether a value is written as null or ~, and not as a text of that spelling.
func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Tag == "!!null" && (node.Value == "null" || node.Value == "~") && plainScalar(node)
}
