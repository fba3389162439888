package scenarios

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// The bounds of `for`: combinations of one, and the values of a file once they are written out.
const (
	maxChoices    = 10_000
	maxWrittenOut = maxVisits
)

// Variables are names that a `for` gives values, in the order in which they are written.
type Variables map[string]Values

// Values are those that a variable takes one after the other.
type Values []string

// variables are what one `for` says, and which of its names some text uses.
type variables struct {
	file   *source
	keys   []*yaml.Node
	values [][]*yaml.Node
	used   []bool
	// excused says that not all texts are known, so that none can be called unused.
	excused bool
	// same is where things made of the `for` have one name, which is told unless a variable is unused anyway.
	same func(hint string)
	// known holds what was found in trees that were looked through.
	known map[*yaml.Node]*variableTexts
}

// choice is one combination of the values of a `for`: one for each name.
type choice struct {
	of     *variables
	values []*yaml.Node
	// number counts the combinations from 0.
	number int
}

const forKey = "for"

func init() {
	for _, t := range []reflect.Type{reflect.TypeFor[[]Scenario](), reflect.TypeFor[[]Bank](), reflect.TypeFor[[]Test]()} {
		decoders[t] = decodeRepeated(t)
	}
	decoders[reflect.TypeFor[Variables]()] = func(*decoder, *yaml.Node, reflect.Value, string) {} // read by [decoder.choices]
	forms[reflect.TypeFor[Values]()] = []Form{
		{Form: "list", Doc: "these values", Example: "[A, B]", Type: reflect.TypeFor[string]()},
		{Form: "scalar", Doc: "whole numbers from the first to the last", Example: "1..20", Pattern: `^\s*\d{1,9}\s*\.\.\s*\d{1,9}\s*$`},
	}
}

// decodeRepeated reads a list of things that a `for` may make several of, in place.
func decodeRepeated(t reflect.Type) decodeFunc {
	element := elementDecoder(t)
	return func(d *decoder, node *yaml.Node, into reflect.Value, what string) {
		decode := element()
		node = follow(node)
		if node.Kind != yaml.SequenceNode {
			d.wrongForm(node, what, "a list")
			return
		}
		list := reflect.MakeSlice(t, 0, d.file.countItems(node))
		var from *piece
		read := func(item *yaml.Node) {
			one, said := reflect.New(t.Elem()).Elem(), d.report.said
			decode(d, item, one, itemName(what))
			switch made := one.Addr().Interface().(type) {
			case *Scenario:
				made.origin.said = d.report.said != said
				made.origin.spare = d.spareOf(from, made)
			case *Bank:
				made.choice = d.choice
			case *Test:
				made.choice = d.choice
			}
			list = reflect.Append(list, one)
		}
		for i, item := range node.Content {
			if spared := d.file.spared(node, i); spared != nil {
				list = addSpared(d.file, item, spared, list)
				continue
			}
			from = d.file.pieceOf(node, i)
			d.each(item, read)
		}
		into.Set(list)
	}
}

// each calls read with the item, or, where it has a `for`, with what that makes of it.
func (d *decoder) each(item *yaml.Node, read func(*yaml.Node)) {
	over := d.variables(follow(item))
	if over == nil {
		read(item)
		return
	}
	d.repeats = append(d.repeats, over)
	texts := over.texts(follow(item))
	count := over.count()
	if d.writtenOut += count * max(1, texts.visited); d.writtenOut > maxWrittenOut {
		d.report.add(over.position(d.file, item), CodeTooManyCombinations, "write fewer values",
			"the file's `for` write out to more than %d values", maxWrittenOut)
		over.excused = true
		return
	}
	for number := range count {
		d.choice = over.choice(number)
		d.report.repeating = number > 0
		read(d.choice.in(item, texts))
	}
	d.choice, d.report.repeating = nil, false
}

func (v *variables) position(file *source, item *yaml.Node) span {
	key, _ := lookUp(follow(item), forKey)
	return spanOf(file, key)
}

// variables reads the `for` of an item. It returns nil where there is none that can be read.
func (d *decoder) variables(item *yaml.Node) *variables {
	key, value := lookUp(item, forKey)
	if key == nil {
		return nil
	}
	const hint = "write {name: [A, B]}, or a range such as {number: 1..20}"
	value = follow(value)
	if value.Kind != yaml.MappingNode || len(value.Content) == 0 {
		d.problem(value, CodeBadFor, hint, "`for` must be a mapping from names to their values")
		return nil
	}
	before, over, count := d.report.errors, &variables{file: d.file}, 1
	for name, values := range pairs(value) {
		if !variableName.MatchString(follow(name).Value) {
			d.problem(name, CodeBadFor, "use letters, digits and underscores", "%q is no name of a variable", follow(name).Value)
			continue
		}
		over.keys = append(over.keys, follow(name))
		over.values = append(over.values, d.values(values, follow(name).Value))
		over.used = append(over.used, false)
		if count *= max(1, len(over.values[len(over.values)-1])); count > maxChoices {
			d.problem(key, CodeTooManyCombinations, "write fewer values, or make several of it", "the `for` has more than %d combinations",
				maxChoices)
			return nil
		}
	}
	if d.report.errors != before {
		return nil
	}
	return over
}

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	rangeForm    = regexp.MustCompile(`^\s*(\d+)\s*\.\.\s*(\d*)\s*$`)
)

// values reads what a variable stands for: a list, or a range.
func (d *decoder) values(node *yaml.Node, name string) []*yaml.Node {
	node = follow(node)
	if node.Kind == yaml.ScalarNode && !quoted(node) && rangeForm.MatchString(node.Value) {
		return d.rangeOf(node)
	}
	if node.Kind != yaml.SequenceNode {
		hint := "write a list, or a range such as 1..20"
		if node.Kind == yaml.ScalarNode && !isEmpty(node) {
			hint = fmt.Sprintf("write `%s: [%s]`", name, node.Value)
		}
		d.problem(node, CodeBadFor, hint, "the values of %q are neither a list nor a range", name)
		return nil
	}
	if len(node.Content) == 0 {
		d.problem(node, CodeBadFor, "write at least one", "%q has no values", name)
	}
	var values []*yaml.Node
	for _, item := range node.Content {
		item = follow(item)
		switch {
		case item.Kind != yaml.ScalarNode || isEmpty(item):
			d.problem(item, CodeBadFor, "each value is a single one", "a value of %q is %s", name, form(item))
		case !quoted(item) && rangeForm.MatchString(item.Value):
			d.problem(item, CodeBadFor, fmt.Sprintf("write `%s: %s`, or put the text in quotes", name, item.Value),
				"a range stands alone, not in a list")
		default:
			values = append(values, item)
		}
	}
	return values
}

func quoted(node *yaml.Node) bool {
	return node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// rangeOf lists the numbers of a range; one whose first begins with 0 keeps its width, as in 01..12.
func (d *decoder) rangeOf(node *yaml.Node) []*yaml.Node {
	bounds := rangeForm.FindStringSubmatch(node.Value)
	from, err := strconv.Atoi(bounds[1])
	to, toErr := strconv.Atoi(bounds[2])
	switch {
	case err != nil || toErr != nil || to < from:
		d.problem(node, CodeBadFor, "write the first and the last, such as 1..20", "%q is no range of whole numbers", node.Value)
		return nil
	case to-from >= maxChoices:
		d.problem(node, CodeTooManyCombinations, "write fewer values", "the range has more than %d values", maxChoices)
		return nil
	}
	width := 0
	if strings.HasPrefix(bounds[1], "0") {
		width = len(bounds[1])
	}
	values := make([]*yaml.Node, 0, to-from+1)
	for number := from; number <= to; number++ {
		values = append(values, &yaml.Node{
			Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprintf("%0*d", width, number), Line: node.Line, Column: node.Column,
		})
	}
	return values
}

func (v *variables) count() int {
	count := 1
	for _, values := range v.values {
		count *= len(values)
	}
	return count
}

// choice returns the combination of that number; the first key turns slowest.
func (v *variables) choice(number int) *choice {
	one := &choice{of: v, number: number, values: make([]*yaml.Node, len(v.values))}
	for i := len(v.values) - 1; i >= 0; i-- {
		one.values[i] = v.values[i][number%len(v.values[i])]
		number /= len(v.values[i])
	}
	return one
}

// index returns which of the variables has the name, -1 for none.
func (v *variables) index(name string) int {
	for i, key := range v.keys {
		if key.Value == name {
			return i
		}
	}
	return -1
}

// excuse says that not all texts of what the `for` makes are known.
func (c *choice) excuse() {
	if c != nil {
		c.of.excused = true
	}
}

// report reports the variables that no text uses, and names that are the same for all.
func (v *variables) report(report *Report) {
	unused := false
	for i, key := range v.keys {
		if !v.used[i] && !v.excused {
			unused = true
			report.add(spanOf(v.file, key), CodeUnusedVariable, fmt.Sprintf("write ${%s} where the value belongs, or take it out",
				key.Value), "no text uses ${%s}", key.Value)
		}
	}
	if v.same != nil && !unused {
		v.same(fmt.Sprintf("write ${%s} into it", v.keys[0].Value))
	}
}

// sameName notes that two of what a `for` makes have one name. It returns false where they are not of one `for`.
func (c *choice) sameName(report *Report, at, before span, what, name string) bool {
	if c == nil || at != before {
		return false
	}
	c.of.same = func(hint string) {
		report.add(at, CodeDuplicateName, hint, "each %s of a `for` needs a name of its own, not %q for all", what, name)
	}
	return true
}
