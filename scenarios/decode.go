package scenarios

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// decoder reads the nodes of one file into the types of the language. It reports each problem and
// goes on.
type decoder struct {
	file   *source
	report *Report
	// defaults of the file, which each scenario starts from, and the node that they are read from.
	defaults     *Defaults
	defaultsNode *yaml.Node
	// choice is the combination of a `for` whose scenario, bank or test is read; nil outside of one.
	choice *choice
	// repeats are the file's `for`, and writtenOut counts the values that they are written out to.
	repeats    []*variables
	writtenOut int
	// frames are the mappings that the decoder is in, the innermost last.
	frames []frame
}

// problem reports an error at a node.
func (d *decoder) problem(node *yaml.Node, code Code, hint, format string, args ...any) {
	d.report.add(spanOf(d.file, node), code, hint, format, args...)
}

// decodeDocument reads a file's root node.
func decodeDocument(file *source, root *yaml.Node, report *Report) *Document {
	var document Document
	d := &decoder{file: file, report: report}
	d.readDefaults(root)
	report.silence(file, root)
	decodeStruct(d, root, reflect.ValueOf(&document).Elem(), "a configuration file")
	document.repeats = d.repeats
	return &document
}

// readDefaults reads `defaults` before anything else, wherever it stands.
func (d *decoder) readDefaults(root *yaml.Node) {
	node := (Position{node: root}).child("defaults")
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	d.defaults, d.defaultsNode = new(Defaults), node
	decodeStruct(d, node, reflect.ValueOf(d.defaults).Elem(), "defaults")
}

// decoderOf returns how a value of the type is read.
func decoderOf(t reflect.Type) decodeFunc {
	if decode, ok := decoders[t]; ok {
		return decode
	}
	switch t.Kind() {
	case reflect.Pointer:
		return decodePointer(t)
	case reflect.Slice:
		return decodeList(t)
	case reflect.Map:
		return decodeMap(t)
	case reflect.Struct:
		return decodeStruct
	case reflect.String:
		return decodeText
	case reflect.Int:
		return decodeInt
	case reflect.Float64:
		return decodeNumber
	case reflect.Bool:
		return decodeBool
	default:
		panic(fmt.Sprintf("the language has no way to write a %s", t))
	}
}

// elementDecoder finds out how elements of the type are read, when that is first needed: types of the
// language contain themselves.
func elementDecoder(t reflect.Type) func() decodeFunc {
	return sync.OnceValue(func() decodeFunc { return decoderOf(t.Elem()) })
}

// decodePointer reads into what the pointer points to. Where defaults have set it, it reads into a
// copy of that, so that a mapping adds to it.
func decodePointer(t reflect.Type) decodeFunc {
	element := elementDecoder(t)
	return func(d *decoder, node *yaml.Node, into reflect.Value, what string) {
		decode := element()
		fresh, before := reflect.New(t.Elem()), d.report.errors
		if !into.IsNil() && follow(node).Kind == yaml.MappingNode {
			fresh.Elem().Set(into.Elem())
		}
		decode(d, node, fresh.Elem(), what)
		if d.report.errors == before || planned(t.Elem()) {
			into.Set(fresh) // a single value that cannot be read counts as not written
		}
	}
}

func decodeList(t reflect.Type) decodeFunc {
	element := elementDecoder(t)
	return func(d *decoder, node *yaml.Node, into reflect.Value, what string) {
		decode := element()
		node = follow(node)
		if node.Kind != yaml.SequenceNode {
			d.wrongForm(node, what, "a list")
			return
		}
		list := reflect.MakeSlice(t, len(node.Content), len(node.Content))
		item := itemName(what)
		for i, one := range node.Content {
			decode(d, one, list.Index(i), item)
		}
		into.Set(list)
	}
}

// itemNames say what the items of a list are.
var itemNames = map[string]string{
	"scenarios": "a scenario", "banks": "a bank", "next": "a transition", "import": "a point of the import",
	"two_step_procedures": "a two-step procedure", "choices": "a choice", "update": "a case of update", "warnings": "a warning",
	"faults": "a fault",
}

func itemName(list string) string {
	if name, known := itemNames[list]; known {
		return name
	}
	return "an item of " + list
}

func decodeMap(t reflect.Type) decodeFunc {
	element := elementDecoder(t)
	named := t.Elem().Kind() == reflect.Pointer && planned(t.Elem().Elem()) // not headers, whose names begin so
	return func(d *decoder, node *yaml.Node, into reflect.Value, what string) {
		decode := element()
		node = follow(node)
		if node.Kind != yaml.MappingNode {
			d.wrongForm(node, what, "a mapping from names")
			return
		}
		entries := reflect.MakeMapWithSize(t, len(node.Content)/2+into.Len())
		for _, key := range into.MapKeys() {
			entries.SetMapIndex(key, into.MapIndex(key))
		}
		for key, value := range pairs(node) {
			if !d.goodKey(key, what) || named && strings.HasPrefix(follow(key).Value, nobodys) {
				continue
			}
			entry := reflect.New(t.Elem()).Elem()
			decode(d, value, entry, key.Value)
			entries.SetMapIndex(reflect.ValueOf(key.Value), entry)
		}
		into.Set(entries)
	}
}

// goodKey reports whether a key of a mapping is a plain word.
func (d *decoder) goodKey(key *yaml.Node, what string) bool {
	if key = follow(key); key.Kind == yaml.ScalarNode && key.Value != "" {
		return true
	}
	d.problem(key, CodeWrongType, "write a name before the colon", "a key of %s is %s", what, form(key))
	return false
}

// decodeStruct reads a mapping into a type of the language. What the value already holds comes from
// defaults, and stays where the mapping does not have the key.
func decodeStruct(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	plan := planOf(into.Type())
	if stands, ok := d.keys(node, plan, into, what); ok {
		d.checkRequired(plan, into, node, what, stands)
	}
}

// nobodys is how the keys begin that belong to nobody: a place for anchors.
const nobodys = "x-"

// keys reads the keys of a mapping, and reports whether it is one; stands has those that unknown keys stand for.
func (d *decoder) keys(node *yaml.Node, plan *structPlan, into reflect.Value, what string) (stands []string, ok bool) {
	plan.setPosition(into, Position{file: d.file, node: node})
	if node.Kind != yaml.MappingNode {
		d.wrongForm(node, what, "a mapping (key: value)")
		return nil, false
	}
	before := d.report.errors
	d.frames = append(d.frames, frame{plan: plan, node: node, what: what})
	defer func() {
		d.frames = d.frames[:len(d.frames)-1]
		if d.report.errors > before {
			d.file.doubt(node, doubtInside)
		}
	}()
	for key, value := range pairs(plan.withDecimals(d.file, node)) {
		if !d.goodKey(key, what) || strings.HasPrefix(follow(key).Value, nobodys) {
			continue
		}
		i, known := plan.byName[follow(key).Value]
		if !known {
			stands = append(stands, d.unknownKey(key, value))
			d.file.doubt(node, doubtKey)
			continue
		}
		field := &plan.fields[i]
		if field.nullable && isNull(follow(value)) {
			d.setNull(into.FieldByIndex(field.index), follow(value))
			continue
		}
		if isEmpty(follow(value)) {
			d.problem(key, CodeEmptyValue, `write a value after the colon, or take the key out; the empty text is ""`,
				"%q has no value", field.name)
			continue
		}
		reported := d.report.errors
		d.frames[len(d.frames)-1].key = field.name
		field.decode(d, value, into.FieldByIndex(field.index), field.name)
		if d.report.errors > reported && follow(value).Kind == yaml.ScalarNode {
			d.file.doubt(node, doubtValue)
		}
	}
	d.checkAliases(plan, node)
	return stands, true
}

// setNull makes a value none. An error that is null is one that is not there, where else each failure has one.
func (d *decoder) setNull(into reflect.Value, node *yaml.Node) {
	into.SetZero()
	if failure, is := into.Addr().Interface().(**Failure); is {
		*failure = &Failure{Position: Position{file: d.file, node: node}, None: true}
	}
}

// checkAliases reports a key that is written twice, in both of its words.
func (d *decoder) checkAliases(plan *structPlan, node *yaml.Node) {
	for i := range plan.fields {
		field := &plan.fields[i]
		if key, _ := lookUp(node, field.alias); field.alias != "" && key != nil && writes(node, field.name) {
			d.problem(key, CodeConflict, "take one of the two out", "%q is another word for %q", field.alias, field.name)
		}
	}
}

// setPosition notes where a value is written; where defaults had set it, their place lies beneath.
func (p *structPlan) setPosition(into reflect.Value, position Position) {
	for _, index := range p.positions {
		to, position := into.FieldByIndex(index).Addr().Interface().(*Position), position
		if to.node != nil {
			under := *to
			position.under = &under
		}
		*to = position
	}
}

func (d *decoder) checkRequired(plan *structPlan, into reflect.Value, node *yaml.Node, what string, stands []string) {
	for i := range plan.fields {
		field := &plan.fields[i]
		if !field.required || !into.FieldByIndex(field.index).IsZero() || slices.Contains(stands, field.name) {
			continue
		}
		switch _, value := lookUp(node, field.name); {
		case value == nil:
			d.problem(node, CodeMissingKey, fmt.Sprintf("add `%s:`", field.name), "%s has no %q", what, field.name)
		case isEmptyText(follow(value)) && isText(into.FieldByIndex(field.index)):
			d.problem(value, CodeEmptyValue, "write at least one character", "the %q of %s is empty", field.name, what)
		}
	}
}

// isText reports whether a value is written as a text.
func isText(value reflect.Value) bool {
	return value.Kind() == reflect.String || value.Type() == reflect.TypeFor[Wording]()
}

// isEmptyText reports whether a value is the text "", which is as good as none where one is required.
func isEmptyText(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Value == "" && !isEmpty(node)
}

// writes reports whether a mapping has the key, if only with a value that could not be read.
func writes(node *yaml.Node, name string) bool {
	key, _ := lookUp(node, name)
	return key != nil
}

// wrongForm reports a value that is, for instance, a list where a mapping belongs.
func (d *decoder) wrongForm(node *yaml.Node, what, want string) {
	if isEmpty(node) {
		d.problem(node, CodeEmptyValue, fmt.Sprintf("write %s", want), "%s has no value", what)
		return
	}
	d.problem(node, CodeWrongType, cmp.Or(formHint(node, want, what), shortForm(node, what)), "%s must be %s, not %s", what, want,
		form(node))
}
