package scenarios

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
)

// noBreakSpace is what some editors and pages put where a space is seen; to YAML it is a letter.
const noBreakSpace = '\u00a0'

// assignment is a key and a value that somebody has joined in the way of other languages.
var assignment = regexp.MustCompile(`^([A-Za-z_][\w-]*)\s*(?:=>?|->)\s*(\S.*)$`)

// unknownKey reports a key of the innermost mapping that the language does not have there, and returns the one of the
// mapping's keys that it stands for, "" where that is not plain.
func (d *decoder) unknownKey(key, value *yaml.Node) (stands string) {
	in := &d.frames[len(d.frames)-1]
	name := follow(key).Value
	at, hint, stands := spanOf(d.file, key), "", ""
	if split, how, ok := spaced(name, in.plan.names); ok {
		hint, stands = how, split
	} else if found := assignment.FindStringSubmatch(name); found != nil {
		hint, stands = fmt.Sprintf("write `%s: %s`", found[1], found[2]), nearest(found[1], in.plan.names)
	} else if found, is := hiddenCharacter(name); is {
		at = spanIn(d.file, follow(key), found.at)
		hint, stands = found.hint()+" ("+found.String()+")", nearest(name, in.plan.names)
		if found.c == noBreakSpace {
			hint = "type the spaces anew: what looks like one is a no-break space (U+00A0)"
		}
	} else {
		hint, stands = d.keyHint(in, name, value)
	}
	d.report.add(at, CodeUnknownKey, hint, "%s has no key %q", in.what, name)
	return stands
}

// keyHint says what was meant by a key that a mapping does not know: one a letter off, one that belongs elsewhere, one
// that is spelt somewhat like it, one in other words.
func (d *decoder) keyHint(in *frame, name string, value *yaml.Node) (hint, stands string) {
	near := nearest(name, in.plan.names)
	if near != "" && engine.EditDistance(foldWord(name), near) <= 1 {
		return didYouMean(name, in.plan.names), near
	}
	if len(in.plan.names) == 1 {
		return fmt.Sprintf("take it out: %q stands alone", in.plan.names[0]), ""
	}
	if _, has := in.plan.byName["http_status"]; isHTTPStatus(name, value) && (has || name == "status") {
		return d.synonym(in.plan, in.node, name, value)
	}
	if hint, stands = d.misplaced(in.plan, in.node, name, value); hint != "" {
		return hint, stands
	}
	if inner := in.plan.wrapped(value); near == "" && inner != nil {
		return fmt.Sprintf("leave %q out, and write what is in it here: %s", name, strings.Join(inner, ", ")), ""
	}
	if near == "" || len(near) > len(name)+2 {
		if hint, stands = d.synonym(in.plan, in.node, name, value); hint != "" {
			return hint, stands
		}
	}
	return didYouMean(name, in.plan.names), near
}

// wrapped returns the keys of a mapping all of which belong to the mapping that it is written in, nil where it is
// something else.
func (p *structPlan) wrapped(value *yaml.Node) (keys []string) {
	value = follow(value)
	if value.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(value.Content); i += 2 {
		key := follow(value.Content[i]).Value
		if _, known := p.byName[key]; !known {
			return nil
		}
		keys = append(keys, key)
	}
	return keys
}

var (
	wholePart    = regexp.MustCompile(`^\d{1,9}$`)
	fractionPart = regexp.MustCompile(`^\d{1,9}(?:ms|s|m|h|d|%)?$`)
)

// withDecimals returns a mapping in { } with the numbers joined again that a decimal comma has split: in
// {takes: 2,5s} the comma begins a further key.
func (p *structPlan) withDecimals(file *source, node *yaml.Node) *yaml.Node {
	if node.Style&yaml.FlowStyle == 0 {
		return node
	}
	for i := 2; i+1 < len(node.Content); i += 2 {
		whole, key, value := node.Content[i-1], node.Content[i], node.Content[i+1]
		_, known := p.byName[key.Value]
		if known || !isEmpty(value) || !fractionPart.MatchString(key.Value) || whole.Kind != yaml.ScalarNode ||
			!wholePart.MatchString(whole.Value) ||
			key.Line != whole.Line || key.Column != whole.Column+len(whole.Value)+1 ||
			strings.Contains(file.line(key.Line), key.Value+":") {
			continue
		}
		out, joined := *node, *whole
		joined.Value += "," + key.Value
		out.Content = append(append([]*yaml.Node(nil), node.Content[:i-1]...), &joined)
		out.Content = append(out.Content, node.Content[i+2:]...)
		return p.withDecimals(file, &out)
	}
	return node
}
