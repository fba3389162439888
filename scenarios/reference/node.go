package main

import (
	"bytes"
	"encoding/json"
)

// node is a JSON Schema, with the keywords that are used here in the order in which they are written.
type node struct {
	Dialect              string   `json:"$schema,omitempty"`
	ID                   string   `json:"$id,omitempty"`
	Title                string   `json:"title,omitempty"`
	Description          string   `json:"description,omitempty"`
	MarkdownDescription  string   `json:"markdownDescription,omitempty"`
	Ref                  string   `json:"$ref,omitempty"`
	Type                 any      `json:"type,omitempty"`
	Enum                 []any    `json:"enum,omitempty"`
	EnumDescriptions     []string `json:"enumDescriptions,omitempty"`
	MarkdownEnum         []string `json:"markdownEnumDescriptions,omitempty"`
	Pattern              string   `json:"pattern,omitempty"`
	PatternMessage       string   `json:"patternErrorMessage,omitempty"`
	MinLength            int      `json:"minLength,omitempty"`
	Minimum              *int     `json:"minimum,omitempty"`
	Maximum              *int     `json:"maximum,omitempty"`
	Items                *node    `json:"items,omitempty"`
	MinItems             int      `json:"minItems,omitempty"`
	MaxItems             int      `json:"maxItems,omitempty"`
	Properties           *named   `json:"properties,omitempty"`
	PatternProperties    *named   `json:"patternProperties,omitempty"`
	PropertyNames        *node    `json:"propertyNames,omitempty"`
	Not                  *node    `json:"not,omitempty"`
	MinProperties        int      `json:"minProperties,omitempty"`
	AdditionalProperties any      `json:"additionalProperties,omitempty"`
	Required             []string `json:"required,omitempty"`
	AllOf                []*node  `json:"allOf,omitempty"`
	AnyOf                []*node  `json:"anyOf,omitempty"`
	OneOf                []*node  `json:"oneOf,omitempty"`
	If                   *node    `json:"if,omitempty"`
	Else                 *node    `json:"else,omitempty"`
	Default              any      `json:"default,omitempty"`
	Examples             []any    `json:"examples,omitempty"`
	Definitions          *named   `json:"definitions,omitempty"`
}

// named holds schemas by name, in the order in which they were added.
type named struct {
	names []string
	nodes map[string]*node
}

func (n *named) add(name string, one *node) {
	if n.nodes == nil {
		n.nodes = make(map[string]*node)
	}
	if _, known := n.nodes[name]; !known {
		n.names = append(n.names, name)
	}
	n.nodes[name] = one
}

// MarshalJSON writes the schemas in their order.
func (n *named) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, name := range n.names {
		if i > 0 {
			out.WriteByte(',')
		}
		quoted, err := marshal(name)
		if err != nil {
			return nil, err
		}
		body, err := marshal(n.nodes[name])
		if err != nil {
			return nil, err
		}
		out.Write(quoted)
		out.WriteByte(':')
		out.Write(body)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// marshal writes JSON without escaping what only HTML would need escaped.
func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}

func indent(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(value)
	return out.Bytes(), err
}
