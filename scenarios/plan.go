package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// decodeFunc reads a node into a value. what names the value for messages: its key, or what it is.
type decodeFunc func(d *decoder, node *yaml.Node, into reflect.Value, what string)

// structPlan is how a mapping is read into a type of the language. It is worked out once a type.
type structPlan struct {
	fields []fieldPlan
	names  []string
	byName map[string]int
	// positions are the fields that hold where the mapping is written.
	positions [][]int
}

type fieldPlan struct {
	name     string
	index    []int // for reflect.Value.FieldByIndex
	required bool
	// nullable says that null is a value of the key: there is to be none, whatever defaults say.
	nullable bool
	// alias is another word for the key, "" where there is none.
	alias string
	// secret says that only the server's owner may know the value.
	secret bool
	decode decodeFunc
	// byDefault is the value of a key that is not written; invalid where there is none.
	byDefault reflect.Value
	// of is the type of the value.
	of reflect.Type
}

var (
	positionType = reflect.TypeFor[Position]()
	plans        sync.Map // reflect.Type -> *structPlan
)

// planOf returns the plan of a struct type of the language.
func planOf(t reflect.Type) *structPlan {
	if found, ok := plans.Load(t); ok {
		return found.(*structPlan)
	}
	plan := &structPlan{byName: make(map[string]int)}
	plan.addFields(t, nil)
	found, _ := plans.LoadOrStore(t, plan)
	return found.(*structPlan)
}

// inline is the tag of an embedded struct whose keys belong to the mapping around it.
const inline = ",inline"

func (p *structPlan) addFields(t reflect.Type, within []int) {
	for i := range t.NumField() {
		field, index := t.Field(i), append(slices.Clip(within), i)
		switch name := field.Tag.Get("yaml"); {
		case field.Type == positionType:
			p.positions = append(p.positions, index)
		case name == inline:
			p.addFields(field.Type, index)
		case name != "-" && name != "":
			p.byName[name] = len(p.fields)
			if alias := field.Tag.Get("alias"); alias != "" {
				p.byName[alias] = len(p.fields)
			}
			p.names = append(p.names, name)
			p.fields = append(p.fields, planField(name, index, field))
		}
	}
}

func planField(name string, index []int, field reflect.StructField) fieldPlan {
	plan := fieldPlan{
		name: name, index: index, required: field.Tag.Get("required") == "true",
		nullable: field.Tag.Get("null") == "true", alias: field.Tag.Get("alias"), secret: field.Tag.Get("secret") == "true",
		decode: decoderOf(field.Type), of: field.Type,
	}
	if words := field.Tag.Get("enum"); words != "" && field.Type.Kind() == reflect.String {
		plan.decode = decodeWord(strings.Split(words, ","))
	}
	if text := field.Tag.Get("default"); text != "" {
		plan.byDefault = defaultValue(field, text, plan.decode)
	}
	return plan
}

// defaultValue reads a default as if it had been written in a file. A default that cannot be read is
// a mistake in the language's types.
func defaultValue(field reflect.StructField, text string, decode decodeFunc) reflect.Value {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		panic(fmt.Sprintf("default of %s: %v", field.Name, err))
	}
	into := reflect.New(field.Type).Elem()
	d := &decoder{file: &source{name: "default"}, report: &Report{}}
	decode(d, document.Content[0], into, field.Name)
	if d.report.HasErrors() {
		panic(fmt.Sprintf("default of %s: %v", field.Name, d.report.Diagnostics[0].Message))
	}
	return into
}

// fillDefaults gives every key that is not written its default.
func fillDefaults(into reflect.Value) {
	for _, field := range planOf(into.Type()).fields {
		if to := into.FieldByIndex(field.index); field.byDefault.IsValid() && to.IsZero() {
			to.Set(field.byDefault)
		}
	}
}

// planned reports whether values of the type have keys of their own, and so a place.
func planned(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	_, has := t.FieldByName(positionType.Name())
	return has
}

// keyNames are the keys of the language, wherever they may stand.
var keyNames = sync.OnceValue(func() map[string]bool { return keysOf(func(*fieldPlan) bool { return true }) })

// secretKeys are the keys whose values only the server's owner may know.
var secretKeys = sync.OnceValue(func() map[string]bool { return keysOf(func(field *fieldPlan) bool { return field.secret }) })

// keysOf returns the keys of the language that are wanted, wherever they may stand.
func keysOf(wanted func(field *fieldPlan) bool) map[string]bool {
	names, seen := make(map[string]bool), make(map[reflect.Type]bool)
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if seen[t] {
			return
		}
		seen[t] = true
		for _, shape := range forms[t] {
			if shape.Type != nil {
				visit(shape.Type)
			}
		}
		if !planned(t) {
			return
		}
		for i := range planOf(t).fields {
			field := &planOf(t).fields[i]
			if wanted(field) {
				names[field.name] = true
			}
			visit(field.of)
		}
	}
	visit(reflect.TypeFor[Document]())
	visit(reflect.TypeFor[TestFile]())
	return names
}
