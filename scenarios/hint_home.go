package scenarios

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// frame is a mapping that is being read, and the key of it whose value is.
type frame struct {
	plan *structPlan
	node *yaml.Node
	key  string
	what string
}

// maxHomeDepth bounds how deep beneath a mapping a misplaced key is looked for.
const maxHomeDepth = 3

// home is where a key belongs: the keys that lead there from the mapping that it stands in.
type home struct {
	path []string
	// list says that the last of path holds a list, whose items have the key.
	list bool
}

// beneath finds the nearest place beneath a mapping whose plan knows the key.
func (p *structPlan) beneath(name string) (home, bool) {
	type candidate struct {
		plan *structPlan
		path []string
	}
	level := []candidate{{p, nil}}
	var inList *home
	for range maxHomeDepth {
		var deeper []candidate
		for _, one := range level {
			for i := range one.plan.fields {
				field := &one.plan.fields[i]
				path := append(append([]string(nil), one.path...), field.name)
				for _, t := range mappingsOf(field.of) {
					inner := planOf(t)
					if _, has := inner.byName[name]; has {
						return home{path: path}, true
					}
					deeper = append(deeper, candidate{inner, path})
				}
				if t := itemOf(field.of); t != nil && inList == nil && len(path) == 1 {
					if _, has := planOf(t).byName[name]; has {
						inList = &home{path: path, list: true}
					}
				}
			}
		}
		level = deeper
	}
	if inList != nil {
		return *inList, true
	}
	return home{}, false
}

// mappingsOf lists the types that a mapping under a key of this type is read into.
func mappingsOf(t reflect.Type) []reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	forms, custom := forms[t]
	if !custom {
		if t.Kind() == reflect.Struct && planned(t) {
			return []reflect.Type{t}
		}
		return nil
	}
	var types []reflect.Type
	for _, transition := range forms {
		if transition.Form == "mapping" && transition.Type != nil && planned(transition.Type) &&
			transition.Type != reflect.TypeFor[MatcherKeys]() && transition.Type != reflect.TypeFor[Goto]() {
			types = append(types, transition.Type)
		}
	}
	return types
}

// itemOf is the type of the items of a list under a key, nil where there is none with keys.
func itemOf(t reflect.Type) reflect.Type {
	if _, custom := forms[t]; custom || t.Kind() != reflect.Slice || !planned(t.Elem()) {
		return nil
	}
	return t.Elem()
}

// misplaced says where a key belongs that the mapping does not know, and which of the mapping's keys it stands for;
// "" where it is no key of the language near by.
func (d *decoder) misplaced(plan *structPlan, node *yaml.Node, name string, value *yaml.Node) (hint, stands string) {
	if other := d.otherFile(plan, name); other != "" {
		return other, ""
	}
	if to, ok := d.homeOf(plan, node, name); ok && !(to.list && !writes(node, to.path[0]) && d.above(name)) {
		return d.belongs(plan, node, to, name, valueText(d.file, value)), to.path[0]
	}
	for i := len(d.frames) - 2; i >= 0; i-- {
		above := &d.frames[i]
		if _, has := above.plan.byName[name]; !has {
			continue
		}
		d.file.misplace(name)
		if i == 0 {
			return fmt.Sprintf("%q belongs at the top of the file, beside `%s`", name, above.key), ""
		}
		return fmt.Sprintf("%q belongs one level up, beside `%s`: indent it less", name, above.key), ""
	}
	return "", ""
}

// above reports whether the mapping right around this one has the key.
func (d *decoder) above(name string) bool {
	if len(d.frames) < 2 {
		return false
	}
	_, has := d.frames[len(d.frames)-2].plan.byName[name]
	return has
}

// homeOf is beneath, knowing what is written: an error beside a login that succeeds is the import's.
func (d *decoder) homeOf(plan *structPlan, node *yaml.Node, name string) (home, bool) {
	if _, auth := lookUp(node, "authentication"); auth != nil && name == "error" && follow(auth).Value == "AUTHENTICATED" {
		if _, has := plan.byName["import"]; has {
			return home{path: []string{"import"}}, true
		}
	}
	return plan.beneath(name)
}

// otherFile says that a key belongs into a file of the other kind.
func (d *decoder) otherFile(plan *structPlan, name string) string {
	config, tests := planOf(reflect.TypeFor[Document]()), planOf(reflect.TypeFor[TestFile]())
	_, inConfig := config.byName[name]
	_, inTests := tests.byName[name]
	switch {
	case plan == config && inTests:
		return fmt.Sprintf("%q belongs into a file of its own beside this one, NAME_test.yaml, which `mockbank test` plays", name)
	case plan == tests && inConfig:
		return fmt.Sprintf("%q belongs into a configuration file: the name of this one, NAME_test.yaml, makes it a file of tests", name)
	}
	return ""
}

// belongs says where a key belongs beneath its mapping, and how it is written there.
func (d *decoder) belongs(plan *structPlan, node *yaml.Node, to home, name, value string) string {
	first := to.path[0]
	if text := strings.Trim(value, `"'`); name == "goto" && statuses[text] {
		return fmt.Sprintf("did you mean `%s: %s`?", first, text)
	}
	if to.list {
		return fmt.Sprintf("%q belongs into an item of `%s`", name, first)
	}
	line := fmt.Sprintf("%s: %s", name, value)
	for i := len(to.path) - 1; i > 0; i-- {
		line = fmt.Sprintf("%s: {%s}", to.path[i], line)
	}
	_, existing := lookUp(node, first)
	existing = follow(existing)
	switch {
	case existing == nil && name == "status" && len(to.path) == 1:
		line = fmt.Sprintf("%s: %s", first, value) // which is short for a step of that status
	case existing == nil:
		line = fmt.Sprintf("%s: {%s}", first, line)
	case existing.Kind == yaml.ScalarNode && !isEmpty(existing):
		short := "status"
		if plan.fields[plan.byName[first]].of == reflect.TypeFor[*Failure]() {
			short = "code"
		}
		line = fmt.Sprintf("%s: {%s: %s, %s}", first, short, existing.Value, line)
	case len(to.path) == 1:
		return fmt.Sprintf("%q belongs beneath `%s`: indent it further", name, first)
	}
	return fmt.Sprintf("%q belongs beneath `%s`: write `%s`", name, strings.Join(to.path, ": "), line)
}

// statuses are those of an authentication.
var statuses = func() map[string]bool {
	all := make(map[string]bool)
	for _, status := range engine.Statuses() {
		all[string(status)] = true
	}
	return all
}()

// maxQuotedValue is the length up to which a hint repeats a value.
const maxQuotedValue = 60

// valueText is a value as a hint repeats it: as it is written, where it is short and no secret.
func valueText(file *source, node *yaml.Node) string {
	node = follow(node)
	switch {
	case node == nil || isEmpty(node):
		return "…"
	case node.Kind == yaml.SequenceNode:
		return "[…]"
	case node.Kind == yaml.MappingNode:
		return "{…}"
	case utf8.RuneCountInString(node.Value) > maxQuotedValue || strings.ContainsAny(node.Value, "\n") ||
		file.shown(node.Line) != file.line(node.Line):
		return "…"
	case node.Style&yaml.DoubleQuotedStyle != 0:
		return `"` + node.Value + `"`
	case node.Style&yaml.SingleQuotedStyle != 0:
		return "'" + node.Value + "'"
	}
	return node.Value
}

// misplace notes that a key of this name stands in a wrong place, so that what it declares is not missed.
func (s *source) misplace(name string) {
	if s.misplaced == nil {
		s.misplaced = make(map[string]bool)
	}
	s.misplaced[name] = true
}

// doubt is what could not be read of a mapping.
type doubt int

const (
	// doubtInside: something deep within.
	doubtInside doubt = 1 << iota
	// doubtValue: one of its single values.
	doubtValue
	// doubtKey: one of its keys, so that nobody knows what it lacks.
	doubtKey
)

// doubt notes that something in a mapping could not be read.
func (s *source) doubt(node *yaml.Node, how doubt) {
	if s.doubts == nil {
		s.doubts = make(map[*yaml.Node]doubt)
	}
	s.doubts[node] |= how
}

// doubtful reports whether the part has doubts of that kind, or its defaults do.
func (p Position) doubtful(kind doubt) bool {
	return p.file != nil && p.file.doubts[follow(p.node)]&kind != 0 || p.under != nil && p.under.doubtful(kind)
}
