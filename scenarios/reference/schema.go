package main

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// schemaWriter turns the language's types into schemas, each of which is defined once.
type schemaWriter struct {
	said        *comments
	definitions named
	problem     error
}

// schemaOf returns the schema of a configuration file.
func schemaOf(said *comments) ([]byte, error) {
	w := &schemaWriter{said: said}
	root := w.mapping(reflect.TypeFor[scenarios.Document]())
	root.Dialect, root.ID = "http://json-schema.org/draft-07/schema#", "https://github.com/mockbank/mockbank/schema.json"
	root.Title, root.Description = "mockbank configuration", "What mockbank plays, and how it runs."
	w.requireWithoutDefaults(root)
	root.Definitions = &w.definitions
	if w.problem != nil {
		return nil, w.problem
	}
	return indent(root)
}

func (w *schemaWriter) fail(err error) {
	if w.problem == nil {
		w.problem = err
	}
}

// value returns the schema of a value of the type.
func (w *schemaWriter) value(t reflect.Type) *node {
	t = bare(t)
	if own := w.ofTests(t); own != nil {
		return own
	}
	switch {
	case hasForms(t) || t.Kind() == reflect.Struct:
		return w.defined(t)
	case t.Kind() == reflect.Slice:
		return &node{Type: "array", Items: w.value(t.Elem())}
	case t.Kind() == reflect.Map:
		return &node{Type: "object", PropertyNames: &node{MinLength: 1}, AdditionalProperties: w.value(t.Elem())}
	case t.Kind() == reflect.String:
		return anyText()
	case t.Kind() == reflect.Int:
		return w.wholeNumber()
	case t.Kind() == reflect.Float64:
		return w.define("Number", func() *node {
			return &node{AnyOf: []*node{
				{Type: "number", Minimum: number(0), Maximum: number(1_000_000)}, {Type: "string", Pattern: `^\d+(\.\d+)?$`}, w.variable(),
			}}
		})
	case t.Kind() == reflect.Bool:
		return w.define("Boolean", func() *node {
			return &node{AnyOf: []*node{{Type: "boolean"}, {Type: "string", Pattern: "^(true|false)$"}, w.variable()}}
		})
	}
	w.fail(fmt.Errorf("no schema for a %s", t))
	return &node{}
}

// anyText takes every single value, since the loader takes it as it is written: 0123, no and null are
// texts too.
func anyText() *node { return &node{Type: []string{"string", "number", "boolean", "null"}} }

// someText takes every single value but the empty text.
func someText() *node {
	return &node{Type: []string{"string", "number", "boolean", "null"}, MinLength: 1}
}

func (w *schemaWriter) wholeNumber() *node {
	return w.define("WholeNumber", func() *node {
		return &node{AnyOf: []*node{
			{Type: "integer", Minimum: number(0), Maximum: number(1<<31 - 1)},
			{Type: "string", Pattern: `^(\+?\d+|-0+)$`},
			w.variable(),
		}}
	})
}

// variable is what stands for a value of a `for`, whatever the value must be.
func (w *schemaWriter) variable() *node {
	return w.define("Variable", func() *node { return &node{Type: "string", Pattern: `\$\{[A-Za-z_][A-Za-z0-9_]*\}`} })
}

func number(n int) *int { return &n }

// define defines a schema under a name, once, and returns a reference to it.
func (w *schemaWriter) define(name string, build func() *node) *node {
	if _, known := w.definitions.nodes[name]; !known {
		w.definitions.add(name, &node{}) // first, since types contain themselves
		w.definitions.add(name, build())
	}
	return &node{Ref: "#/definitions/" + name}
}

func (w *schemaWriter) defined(t reflect.Type) *node {
	name := t.Name()
	if t == reflect.TypeFor[time.Duration]() {
		name = "FixedDuration"
	}
	return w.define(name, func() *node {
		if hasForms(t) {
			return w.forms(t)
		}
		out := w.mapping(t)
		out.Description = w.said.types[t.Name()]
		return out
	})
}

// mapping returns the schema of a struct type, written as a mapping.
func (w *schemaWriter) mapping(t reflect.Type) *node {
	out := &node{Type: "object", Properties: &named{}, AdditionalProperties: false}
	for _, key := range keysOf(t, w.said) {
		out.Properties.add(key.name, w.property(key))
		if key.alias != "" {
			other := *w.property(key)
			other.Title = key.alias
			out.Properties.add(key.alias, &other)
		}
		if key.required && !w.fromDefaults(t, key) {
			out.Required = append(out.Required, key.name)
		}
	}
	w.refine(t, out)
	return out
}

// refine adds what the tags of a type cannot say.
func (w *schemaWriter) refine(t reflect.Type, out *node) {
	switch t {
	case reflect.TypeFor[scenarios.Transition]():
		for _, kind := range scenarios.EventKinds() {
			out.OneOf = append(out.OneOf, &node{Title: "on " + string(kind), Required: []string{string(kind)}})
		}
	case reflect.TypeFor[scenarios.Then]():
		out.Required = []string{"goto"} // it is this key that tells it from a step
	case reflect.TypeFor[scenarios.Between]():
		bounds := out.Properties.nodes["between"]
		bounds.MinItems, bounds.MaxItems = 2, 2
	case reflect.TypeFor[scenarios.MatcherKeys]():
		for _, name := range out.Properties.names {
			if name != "ignore_case" { // which alone compares with nothing
				out.AnyOf = append(out.AnyOf, &node{Required: []string{name}})
			}
		}
	}
	out.PatternProperties = &named{}
	out.PatternProperties.add("^x-", &node{}) // nobody's
}

// orNull lets a value be null too. Where its type is defined, the definition does: of a value in one of several
// ways an editor would show what the way means, in place of what the key does.
func (w *schemaWriter) orNull(key key, value *node) *node {
	definition := w.definitions.nodes[bare(key.of).Name()]
	switch {
	case value.Type == "array":
		value.Type = []string{"array", "null"}
	case bare(key.of).Kind() != reflect.Struct || definition == nil:
		return &node{AnyOf: []*node{value, {Type: "null"}}}
	case definition.Type == "object":
		definition.Type = []string{"object", "null"}
	case definition.AnyOf != nil && definition.AnyOf[len(definition.AnyOf)-1].Type != "null":
		definition.AnyOf = append(definition.AnyOf, &node{Type: "null"})
	}
	return value
}

// isText reports whether every single value is one of the type's, null included.
func isText(t reflect.Type) bool {
	return t == reflect.TypeFor[scenarios.Wording]() || t == reflect.TypeFor[engine.Text]()
}

func (w *schemaWriter) property(key key) *node {
	out := w.value(key.of)
	if len(key.words) > 0 {
		out = w.oneOfWords(key)
	}
	if key.nullable && !isText(key.of) {
		out = w.orNull(key, out)
	}
	out.Title, out.Description, out.MarkdownDescription = key.name, key.doc, key.doc
	if key.doc == "" {
		w.fail(fmt.Errorf("the key %q (field %s) has no comment", key.name, key.field))
	}
	if key.byDefault != "" {
		out.Default = w.data(key.byDefault)
		out.Description += " Default: " + key.byDefault + "."
		out.MarkdownDescription += "\n\nDefault: `" + key.byDefault + "`."
	}
	if key.example != "" {
		out.Examples = []any{w.data(key.example)}
	}
	return out
}

func (w *schemaWriter) data(text string) any {
	value, err := data(text)
	if err != nil {
		w.fail(err)
	}
	return value
}

// oneOfWords is the schema of a key that names the words its value may be.
func (w *schemaWriter) oneOfWords(key key) *node {
	if bare(key.of).Kind() == reflect.String {
		return &node{AnyOf: []*node{w.words(key.words), w.variable()}}
	}
	var values []any
	for _, word := range key.words {
		values = append(values, w.data(word))
	}
	return &node{AnyOf: []*node{{Enum: values}, {Type: "string", Pattern: `^\+?0*(` + join(key.words) + `)$`}}}
}

func (w *schemaWriter) words(words []string) *node {
	out := &node{Type: "string"}
	for _, word := range words {
		out.Enum = append(out.Enum, word)
		out.EnumDescriptions = append(out.EnumDescriptions, w.said.words[word])
	}
	if !slices.ContainsFunc(out.EnumDescriptions, func(text string) bool { return text != "" }) {
		out.EnumDescriptions = nil
	}
	out.MarkdownEnum = out.EnumDescriptions
	return out
}
