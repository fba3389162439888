package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/mockbank/mockbank/scenarios"
	"gopkg.in/yaml.v3"
)

// key is a key of a mapping of the language.
type key struct {
	name     string
	field    string
	of       reflect.Type
	required bool
	// alias is another word for the key, "" where there is none; nullable says that null is a value of it.
	alias    string
	nullable bool
	// words are what the value may be, where the field says so rather than its type.
	words []string
	// byDefault and example are YAML, "" where there is none.
	byDefault, example string
	doc                string
}

// keysOf lists the keys of a struct type in the order of its fields.
func keysOf(t reflect.Type, said *comments) []key {
	var keys []key
	for i := range t.NumField() {
		field := t.Field(i)
		name := field.Tag.Get("yaml")
		if name == ",inline" {
			keys = append(keys, keysOf(field.Type, said)...)
		}
		if name == "" || name == "-" || name == ",inline" {
			continue
		}
		one := key{
			name: name, field: field.Name, of: field.Type, required: field.Tag.Get("required") == "true",
			byDefault: field.Tag.Get("default"), example: field.Tag.Get("example"),
			alias: field.Tag.Get("alias"), nullable: field.Tag.Get("null") == "true",
			doc: said.fields[t.Name()+"."+field.Name],
		}
		if words := field.Tag.Get("enum"); words != "" {
			one.words = strings.Split(words, ",")
		}
		keys = append(keys, one)
	}
	return keys
}

// bare is the type behind pointers.
func bare(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// hasForms reports whether values of the type may be written in ways of their own.
func hasForms(t reflect.Type) bool { return len(scenarios.Forms(t)) > 0 }

// data reads a piece of YAML as JSON knows it. Text that is written as such stays text.
func data(text string) (any, error) {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return nil, fmt.Errorf("%q is no YAML: %w", text, err)
	}
	return value, nil
}
