package edit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// schemaNode is the part of JSON Schema (draft-07) that the language's own schema uses.
type schemaNode struct {
	Ref         string                 `json:"$ref"`
	Description string                 `json:"description"`
	Type        any                    `json:"type"`
	Properties  map[string]*schemaNode `json:"properties"`
	Additional  json.RawMessage        `json:"additionalProperties"`
	Patterns    map[string]*schemaNode `json:"patternProperties"`
	Items       *schemaNode            `json:"items"`
	AnyOf       []*schemaNode          `json:"anyOf"`
	OneOf       []*schemaNode          `json:"oneOf"`
	AllOf       []*schemaNode          `json:"allOf"`
	Enum        []any                  `json:"enum"`
	Const       any                    `json:"const"`
	EnumTexts   []string               `json:"enumDescriptions"`
	Definitions map[string]*schemaNode `json:"definitions"`
	Defs        map[string]*schemaNode `json:"$defs"`

	root *schemaNode
}

func parseSchema(text []byte) (*schemaNode, error) {
	var root schemaNode
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("the schema: %w", err)
	}
	root.root = &root
	return &root, nil
}

// nodes are the schemas that a value may fulfil.
type nodes struct {
	root *schemaNode
	all  []*schemaNode
}

// follow returns the schemas of the value that a path leads to; "[]" stands for an item of a list.
func (n *schemaNode) follow(path []string) nodes {
	at := nodes{root: n}
	at.add(n, 0)
	for _, name := range path {
		at = at.beneath(name)
	}
	return at
}

// maxDepth bounds how many references lead from one schema to the next.
const maxDepth = 20

// add adds a schema, with those that it refers to.
func (n *nodes) add(s *schemaNode, depth int) {
	if s == nil || depth > maxDepth || slices.Contains(n.all, s) {
		return
	}
	n.all = append(n.all, s)
	if s.Ref != "" {
		n.add(n.root.resolve(s.Ref), depth+1)
	}
	for _, more := range slices.Concat(s.AnyOf, s.OneOf, s.AllOf) {
		n.add(more, depth+1)
	}
}

func (n *schemaNode) resolve(ref string) *schemaNode {
	name := ref[strings.LastIndexByte(ref, '/')+1:]
	if found := n.Definitions[name]; found != nil {
		return found
	}
	return n.Defs[name]
}

func (n *nodes) beneath(name string) nodes {
	next := nodes{root: n.root}
	for _, s := range n.all {
		if name == item {
			next.add(s.Items, 0)
			continue
		}
		if property := s.Properties[name]; property != nil {
			next.add(property, 0)
			continue
		}
		for _, pattern := range s.Patterns {
			next.add(pattern, 0)
		}
		var additional schemaNode
		if len(s.Additional) > 0 && s.Additional[0] == '{' && json.Unmarshal(s.Additional, &additional) == nil {
			next.add(&additional, 0)
		}
	}
	return next
}

// word is a key or a value, with what it means.
type word struct{ name, description string }

func (n *nodes) keys() []word {
	var all []word
	for _, s := range n.all {
		for name, property := range s.Properties {
			if !slices.ContainsFunc(all, func(w word) bool { return w.name == name }) {
				all = append(all, word{name, n.describe(property)})
			}
		}
	}
	slices.SortFunc(all, func(a, b word) int { return strings.Compare(a.name, b.name) })
	return all
}

// describe is what a schema says of itself, or what it refers to says.
func (n *nodes) describe(s *schemaNode) string {
	for depth := 0; s != nil && depth < maxDepth; depth++ {
		if s.Description != "" {
			return s.Description
		}
		if s.Ref == "" {
			return ""
		}
		s = n.root.resolve(s.Ref)
	}
	return ""
}

func (n *nodes) values() []word {
	var all []word
	add := func(value any, description string) {
		name := fmt.Sprint(value)
		if text, isText := value.(string); isText {
			name = text
		}
		if value != nil && !slices.ContainsFunc(all, func(w word) bool { return w.name == name }) {
			all = append(all, word{name, description})
		}
	}
	for _, s := range n.all {
		for i, value := range s.Enum {
			description := ""
			if i < len(s.EnumTexts) {
				description = s.EnumTexts[i]
			}
			add(value, description)
		}
		add(s.Const, s.Description)
		if s.Type == "boolean" {
			add(true, "")
			add(false, "")
		}
	}
	return all
}
