package main

import (
	"reflect"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// testSchemaOf returns the schema of a file of tests.
func testSchemaOf(said *comments) ([]byte, error) {
	w := &schemaWriter{said: said}
	root := w.mapping(reflect.TypeFor[scenarios.TestFile]())
	root.Dialect, root.ID = "http://json-schema.org/draft-07/schema#", "https://github.com/mockbank/mockbank/schema-tests.json"
	root.Title, root.Description = "mockbank tests", "What a client does, and what it expects of the bank."
	root.Definitions = &w.definitions
	if w.problem != nil {
		return nil, w.problem
	}
	return indent(root)
}

// ofTests returns the schema of a type that only tests have and that may be written in several ways; nil for others.
func (w *schemaWriter) ofTests(t reflect.Type) *node {
	switch t {
	case reflect.TypeFor[scenarios.TestStep]():
		return w.define("TestStep", func() *node {
			step := w.define("TestStepMapping", func() *node { return w.testStep(t) })
			return &node{Description: w.said.types["TestStep"], AnyOf: []*node{w.words(scenarios.WordlessActions()), step}}
		})
	case reflect.TypeFor[scenarios.NoMore]():
		return w.define("NoMore", func() *node {
			return &node{AnyOf: []*node{
				{Type: "object", Properties: &named{}, AdditionalProperties: false}, {Enum: []any{true, "true", nil}},
			}}
		})
	case reflect.TypeFor[scenarios.Expected]():
		return w.define("Expected", func() *node {
			key := scenarios.ExpectedAnswer()
			out := w.expected(&key)
			out.Description = w.said.types["Expected"]
			return out
		})
	}
	return nil
}

// testStep is a step as a mapping, with one action at most.
func (w *schemaWriter) testStep(t reflect.Type) *node {
	out := w.mapping(t)
	out.Properties.add("challenge_response", &node{AnyOf: []*node{anyText(), {Type: "object"}}})
	actions := scenarios.TestActions()
	for i, one := range actions {
		for _, other := range actions[i+1:] {
			out.AllOf = append(out.AllOf, &node{Not: &node{Required: []string{one, other}}})
		}
	}
	return out
}

// expected is the schema of what a field of an answer may be expected to be: null, any, or more of it.
func (w *schemaWriter) expected(key *scenarios.ExpectedKey) *node {
	if key.Free {
		return &node{}
	}
	forms := []*node{{Enum: []any{nil, "null", scenarios.AnyWord}}}
	switch key.Form {
	case scenarios.ExpectText:
		forms = append(forms, w.expectedText(key)...)
	case scenarios.ExpectNumber:
		forms = append(forms, w.value(reflect.TypeFor[engine.Range]()))
	case scenarios.ExpectFlag:
		forms = append(forms, w.value(reflect.TypeFor[bool]()))
	case scenarios.ExpectMoment:
		forms = append(forms, w.value(reflect.TypeFor[engine.Duration]()))
	case scenarios.ExpectItems:
		item := *key
		item.Form = scenarios.ExpectFields
		forms = append(forms, &node{Type: "array", Items: w.expected(&item)})
	default:
		// A scenario may give an answer members of its own.
		object := &node{Type: "object", Properties: &named{}, AdditionalProperties: true}
		for i := range key.Keys {
			object.Properties.add(key.Keys[i].Name, w.expected(&key.Keys[i]))
		}
		forms = append(forms, object)
		for i := range key.Keys {
			if key.Keys[i].Name == key.Short {
				forms = append(forms, w.expected(&key.Keys[i]))
			}
		}
	}
	return &node{AnyOf: forms}
}

// expectedText is a matcher of a text, or of one of a few words.
func (w *schemaWriter) expectedText(key *scenarios.ExpectedKey) []*node {
	if len(key.Words) == 0 {
		return []*node{w.value(reflect.TypeFor[engine.Matcher]())}
	}
	// A scenario may set a word of its own.
	word := &node{AnyOf: []*node{w.words(key.Words), w.variable(), anyText()}}
	return []*node{word, {Type: "array", MinItems: 1, Items: word},
		w.define("MatcherKeys", func() *node { return w.mapping(reflect.TypeFor[scenarios.MatcherKeys]()) })}
}
