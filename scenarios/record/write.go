package record

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// recording is the file.
func (r *recorder) recording() (*Recording, error) {
	name := r.Name
	if name == "" {
		name = fmt.Sprintf("the session %s, as it was played", r.Session.ID)
	}
	test := block()
	add(test, "name", text(name))
	add(test, "starts_at", word(r.start.UTC().Format("2006-01-02T15:04:05.999Z07:00")))
	if seed := r.Session.Seed; seed != 0 {
		add(test, "seed", word(strconv.FormatUint(seed, 10)))
	}
	add(test, "steps", &yaml.Node{Kind: yaml.SequenceNode, Content: r.steps})
	file := block()
	add(file, "version", number(1))
	add(file, "tests", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{test}})

	var out bytes.Buffer
	out.WriteString("# The session " + r.Session.ID + ", recorded by `mockbank record`. The journal holds no secret: passwords and\n" +
		"# answers are texts that the scenarios take as they took those that were sent.\n")
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(file); err != nil {
		return nil, err
	}
	for _, comment := range r.pending {
		out.WriteString("# " + oneLine(comment) + "\n")
	}
	if len(r.leftOut) > 0 {
		var parts []string
		for _, route := range slices.Sorted(maps.Keys(r.leftOut)) {
			parts = append(parts, fmt.Sprintf("%s (%d)", route, r.leftOut[route]))
		}
		out.WriteString("# Left out, since the bank did nothing there that a test does: " + strings.Join(parts, ", ") + ".\n")
	}
	return &Recording{Text: out.String(), Name: name, Steps: len(r.steps), Gaps: r.gaps, LeftOut: r.leftOut}, nil
}

// newStep is a step with one action.
func newStep(action string, value *yaml.Node) *yaml.Node {
	step := block()
	add(step, action, value)
	return step
}

func block() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

// flow is a mapping in { }, with keys and their values by turns.
func flow(keysAndValues ...any) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		add(node, keysAndValues[i].(string), keysAndValues[i+1].(*yaml.Node))
	}
	return node
}

// nothing is the value of an action that needs no more words.
func nothing() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} }

// inFlow writes a node and all within it in { } and [ ], without comments.
func inFlow(node *yaml.Node) *yaml.Node {
	out := *node
	out.HeadComment, out.LineComment, out.FootComment, out.Anchor = "", "", "", ""
	if out.Kind == yaml.MappingNode || out.Kind == yaml.SequenceNode {
		out.Style = yaml.FlowStyle
	}
	if out.Kind == yaml.ScalarNode && out.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		out.Style = text(out.Value).Style // quotes where they are needed
	}
	out.Content = nil
	for _, inner := range node.Content {
		out.Content = append(out.Content, inFlow(inner))
	}
	return &out
}

func add(node *yaml.Node, key string, value *yaml.Node) {
	node.Content = append(node.Content, text(key), value)
}

func child(node *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// word is a value that the language knows: it needs no quotes.
func word(said string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: said} }

func number(n int) *yaml.Node { return word(strconv.Itoa(n)) }

func flag(on bool) *yaml.Node { return word(strconv.FormatBool(on)) }

func null() *yaml.Node { return word("null") }

// text is any text, in quotes where it would be read as something else.
func text(said string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: said}
	if strings.Contains(said, "${") || slices.Contains([]string{"any", "next", "null"}, said) || strings.Contains(said, "..") {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// texts is a mapping of texts, in { }.
func texts(values map[string]string) *yaml.Node {
	node := flow()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		add(node, name, text(values[name]))
	}
	return node
}

func quote(said string) string { return strconv.Quote(said) }

func oneLine(said string) string { return strings.ReplaceAll(said, "\n", " ") }

func lines(all []string) string { return strings.Join(all, "\n") }
