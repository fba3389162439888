package edit

import (
	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/scenarios"
)

// mappingNode returns a mapping of keys and values, which take turns.
func mappingNode(flow bool, pairs ...any) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	if flow {
		node.Style = yaml.FlowStyle
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		put(node, pairs[i].(string), pairs[i+1].(*yaml.Node))
	}
	return node
}

func put(mapping *yaml.Node, key string, value *yaml.Node) {
	mapping.Content = append(mapping.Content, textNode(key), value)
}

func listNode(flow bool, items ...*yaml.Node) *yaml.Node {
	node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
	if flow {
		node.Style = yaml.FlowStyle
	}
	return node
}

// textNode returns a text, in quotes where other readers of YAML would take it for something else.
func textNode(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// plainNode returns a value without quotes.
func plainNode(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: text} }

// literalNode returns a text that is compared with: even the word for everything means itself.
func literalNode(text string) *yaml.Node {
	node := textNode(text)
	if text == scenarios.AnyWord {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}
