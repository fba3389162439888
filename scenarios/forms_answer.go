package scenarios

import (
	"reflect"
	"slices"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

func init() {
	forms[reflect.TypeFor[Answer]()] = append(append([]Form(nil), forms[reflect.TypeFor[engine.Matcher]()]...), Form{
		Form: "mapping", Doc: "what each field of a challenge with `fields` must be", Example: "{q1: Rex, q2: any}",
		Values: reflect.TypeFor[engine.Matcher](),
	})
	decoders[reflect.TypeFor[Answer]()] = decodeAnswer
	itemNames["fields"], itemNames["images"] = "a field", "a picture"
}

// decodeAnswer reads a matcher, or a matcher for each field. A mapping that has a key of a matcher is a matcher.
func decodeAnswer(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	answer := into.Addr().Interface().(*Answer)
	*answer = Answer{Position: Position{file: d.file, node: node}}
	if node.Kind == yaml.MappingNode && len(node.Content) > 0 && !hasMatcherKey(node) {
		decodeMap(reflect.TypeFor[map[string]engine.Matcher]())(d, node, reflect.ValueOf(&answer.Fields).Elem(), what)
		return
	}
	answer.Text = new(engine.Matcher)
	decodeMatcher(d, node, reflect.ValueOf(answer.Text).Elem(), what)
}

func hasMatcherKey(node *yaml.Node) bool {
	for key := range pairs(node) {
		if slices.Contains(matcherKeyNames(), follow(key).Value) {
			return true
		}
	}
	return false
}

// matcherKeyNames lists the keys of a matcher.
func matcherKeyNames() []string { return planOf(reflect.TypeFor[MatcherKeys]()).names }
