package scenarios

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine/surface"
	"gopkg.in/yaml.v3"
)

// TestRequest is a request to an endpoint of a declared api. A `${path}` in its texts stands for a part of an
// answer before: `${body.id}` of the last request's, `${first.body.id}` of the one that the step `as: first` made. After
// `redirect`, `${location}` is where the browser went from the bank's page, and `${query.code}` a parameter of it.
type TestRequest struct {
	Position `yaml:"-"`

	// Endpoint is the method and the path, the api's base included.
	Endpoint string `yaml:"endpoint" required:"true" example:"POST /shop/v1/logins"`
	// Body is sent as JSON.
	Body *Value `yaml:"body" example:"{user: tester}"`
	// Headers of the request.
	Headers map[string]string `yaml:"headers" example:"{Accept-Language: de}"`
	// Session is the name of the test session, for scenarios that ask for it.
	Session string `yaml:"session"`
}

// TestRequests is the action of a step that asks a declared api.
const TestRequests TestAction = "request"

func init() {
	actionKeys = append(actionKeys, string(TestRequests))
	answerFields = append(answerFields, numberField("http_status"),
		answerField{name: "headers", free: true}, answerField{name: "body", free: true})
}

// Data returns what the value is as JSON, its texts expanded.
func (v *Value) Data(expand func(text string) any) any {
	if v == nil {
		return nil
	}
	return dataOf(v.node, expand)
}

func dataOf(node *yaml.Node, expand func(text string) any) any {
	node = follow(node)
	switch node.Kind {
	case yaml.MappingNode:
		object := make(map[string]any)
		for key, value := range pairs(node) {
			object[key.Value] = dataOf(value, expand)
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			list[i] = dataOf(item, expand)
		}
		return list
	default:
		if surface.HasExpression(node.Value) {
			return expand(node.Value)
		}
		quoted := node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		return surface.Scalar(node.Value, quoted).Eval(nil)
	}
}

// freely reads an expectation of whatever a declared api answers.
func (d *decoder) freely(node *yaml.Node, what string) Expected {
	node = follow(node)
	e := Expected{Position: Position{file: d.file, node: node}, Form: ExpectText}
	if form, found := plainWord(node); found {
		e.Form = form
		return e
	}
	switch {
	case node.Kind == yaml.SequenceNode:
		e.Form = ExpectItems
		for _, item := range node.Content {
			e.Items = append(e.Items, d.freely(item, what))
		}
	case node.Kind == yaml.MappingNode && !isMatcher(node):
		e.Form = ExpectFields
		for key, value := range pairs(node) {
			if d.goodKey(key, what) {
				e.Fields = append(e.Fields, ExpectedField{key.Value, d.freely(value, key.Value)})
			}
		}
	default:
		decodeMatcher(d, node, reflect.ValueOf(&e.Text).Elem(), what)
		_ = e.Text.Compile() // a pattern that cannot be read was reported
	}
	return e
}

// isMatcher reports whether all keys of a mapping are those of a matcher.
func isMatcher(node *yaml.Node) bool {
	keys := []string{"equals", "prefix", "suffix", "contains", "matches", "not", "ignore_case"}
	for key := range pairs(node) {
		if !slices.Contains(keys, key.Value) {
			return false
		}
	}
	return len(node.Content) > 0
}

// ExpandAnswers returns a text with each `${path}` in it replaced by what the path leads to; one that is nothing else
// keeps its JSON type.
func ExpandAnswers(text string, find func(path string) (any, bool)) (any, error) {
	var missing error
	value := surface.Expand(text, func(path string) any {
		found, ok := find(path)
		if !ok && missing == nil {
			missing = &surface.PathError{Expression: path, Message: "no answer before has a " + path}
		}
		return found
	})
	return value, missing
}

// EncodeRequest writes a request's body as JSON.
func EncodeRequest(body any) ([]byte, error) { return json.Marshal(body) }

// Route returns the method and the path of the request.
func (r *TestRequest) Route() (method, path string) {
	method, path, _ = strings.Cut(r.Endpoint, " ")
	return method, strings.TrimSpace(path)
}
