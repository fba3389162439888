package main

import (
	"reflect"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

func join(words []string) string { return strings.Join(words, "|") }

// forms returns the schema of a type that may be written in several ways. The ways say nothing about
// themselves: editors would show that in place of what the key means.
func (w *schemaWriter) forms(t reflect.Type) *node {
	var forms []*node
	for _, shape := range scenarios.Forms(t) {
		forms = append(forms, w.shape(t, shape))
	}
	if len(forms) == 1 {
		return forms[0]
	}
	return &node{Description: w.said.types[t.Name()], AnyOf: forms}
}

func (w *schemaWriter) shape(t reflect.Type, shape scenarios.Form) *node {
	var out *node
	switch shape.Form {
	case "mapping":
		if shape.Values != nil { // by names that its author chooses, which are no keys of another way
			out = &node{Type: "object", MinProperties: 1, AdditionalProperties: w.value(shape.Values), PropertyNames: &node{MinLength: 1}}
			if keys := keysOf(reflect.TypeFor[scenarios.MatcherKeys](), w.said); len(keys) > 0 {
				out.PropertyNames.Not = &node{}
				for _, key := range keys {
					out.PropertyNames.Not.Enum = append(out.PropertyNames.Not.Enum, key.name)
				}
			}
			break
		}
		if shape.Type == nil { // whatever its author likes, or texts by keys of a form
			out = &node{Type: "object"}
			if shape.Pattern != "" {
				out.MinProperties, out.PropertyNames, out.AdditionalProperties = 1, &node{Pattern: shape.Pattern}, someText()
			}
			break
		}
		out = w.define(mappingName(shape.Type), func() *node { return w.mapping(shape.Type) })
		if required := w.requiredOf(shape.Type); len(required) > 0 {
			return &node{AllOf: []*node{out}, Required: required}
		}
	case "list":
		out = &node{Type: "array"}
		if shape.Type == nil {
			break
		}
		out.Items = w.value(shape.Type)
		if t != reflect.TypeFor[scenarios.Words]() && t != reflect.TypeFor[scenarios.Update]() &&
			t != reflect.TypeFor[scenarios.TestFaults]() {
			out.MinItems = 1 // a matcher of nothing, a timeline without points
		}
	default:
		out = w.scalar(t, shape)
	}
	if shape.Example != "" && shape.Form != "mapping" {
		out.Examples = []any{w.data(shape.Example)}
	}
	return out
}

// mappingName is what a mapping's schema is called: the type's own name stands for all its shapes.
func mappingName(t reflect.Type) string {
	if hasForms(t) {
		return t.Name() + "Mapping"
	}
	return t.Name()
}

// scalar returns the schema of a single value.
func (w *schemaWriter) scalar(t reflect.Type, shape scenarios.Form) *node {
	switch {
	case shape.Words != nil:
		return &node{AnyOf: []*node{w.words(shape.Words), w.variable()}}
	case shape.Pattern == "":
		return anyText()
	}
	text := &node{Type: "string", Pattern: shape.Pattern, PatternMessage: "Write " + shape.Doc + ", such as " + shape.Example + "."}
	return &node{AnyOf: []*node{text, plainNumber(t), w.variable()}}
}

// plainNumber is what a value may be that an editor takes for a number.
func plainNumber(t reflect.Type) *node {
	switch t {
	case reflect.TypeFor[engine.Percent]():
		return &node{Type: "integer", Minimum: number(0), Maximum: number(100)}
	case reflect.TypeFor[scenarios.Probability]():
		return &node{Type: "number", Minimum: number(0), Maximum: number(1)}
	case reflect.TypeFor[engine.Range]():
		return &node{Type: "integer", Minimum: number(0)}
	default:
		return &node{Enum: []any{0}} // the only duration that needs no unit
	}
}

// requiredOf lists the keys that a mapping must have wherever no defaults stand behind it. Types that
// defaults can complete have theirs added where they are used.
func (w *schemaWriter) requiredOf(t reflect.Type) []string {
	var names []string
	for _, key := range keysOf(t, w.said) {
		if key.required && w.fromDefaults(t, key) {
			names = append(names, key.name)
		}
	}
	return names
}

// fromDefaults reports whether `defaults` may write a required key in a file's place: those of a
// scenario, and those of a mapping that is merged into a scenario's.
func (w *schemaWriter) fromDefaults(t reflect.Type, key key) bool {
	defaults := reflect.TypeFor[scenarios.Defaults]()
	if t == reflect.TypeFor[scenarios.Scenario]() {
		for _, one := range keysOf(defaults, w.said) {
			if one.name == key.name {
				return true
			}
		}
		return false
	}
	for _, one := range keysOf(defaults, w.said) {
		if bare(one.of) == t {
			return true
		}
	}
	return false
}

// requireWithoutDefaults adds what a scenario must have unless the file's defaults have it.
func (w *schemaWriter) requireWithoutDefaults(root *node) {
	scenario := reflect.TypeFor[scenarios.Scenario]()
	item := w.definitions.nodes[scenario.Name()]
	for _, key := range keysOf(scenario, w.said) {
		if !key.required || !w.fromDefaults(scenario, key) {
			continue
		}
		full, lax := w.value(key.of), w.lax(bare(key.of))
		property := item.Properties.nodes[key.name]
		property.Ref = lax.Ref
		full.Title, full.Description, full.MarkdownDescription = property.Title, property.Description, property.MarkdownDescription
		inDefaults := &named{}
		inDefaults.add("defaults", &node{Type: "object", Properties: anything(key.name), Required: []string{key.name}})
		required := &named{}
		required.add(key.name, full)
		items, complete := &named{}, &node{Required: []string{key.name}, Properties: required}
		items.add("scenarios", &node{Items: &node{AnyOf: []*node{complete, {Properties: anything("like"), Required: []string{"like"}},
			outOfPlay()}}})
		root.AllOf = append(root.AllOf, &node{
			If:   &node{Properties: inDefaults, Required: []string{"defaults"}},
			Else: &node{Properties: items},
		})
	}
}

// anything are properties of which nothing is asked: strict validators want to see what is required.
func anything(name string) *named {
	out := &named{}
	out.add(name, &node{})
	return out
}

// outOfPlay is a scenario that is there for others to be like it.
func outOfPlay() *node {
	never := &named{}
	never.add("enabled", &node{Enum: []any{false, "false"}})
	return &node{Required: []string{"enabled"}, Properties: never}
}

// lax returns the schema of a type whose required keys defaults may have written.
func (w *schemaWriter) lax(t reflect.Type) *node {
	return w.define("Scenario"+t.Name(), func() *node {
		full := w.definitions.nodes[t.Name()]
		out := &node{Description: full.Description}
		for _, transition := range full.AnyOf {
			if len(transition.AllOf) == 1 {
				transition = transition.AllOf[0]
			}
			out.AnyOf = append(out.AnyOf, transition)
		}
		return out
	})
}
