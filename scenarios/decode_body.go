package scenarios

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// decodeBody reads a text, or data that is sent as JSON.
func decodeBody(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	body := into.Addr().Interface().(*Body)
	*body = Body{Position: Position{file: d.file, node: node}}
	if isNull(node) {
		body.Text, body.JSON = "null", true
		return
	}
	if node.Kind == yaml.ScalarNode {
		if text, ok := d.scalar(node, what, `a text, or data to be sent as JSON; the empty text is ""`); ok {
			body.Text = engine.Text(text)
		}
		return
	}
	var out bytes.Buffer
	d.writeJSON(&out, node, what)
	body.Text, body.JSON = engine.Text(out.String()), true
}

// decodeMembers reads members as JSON.
func decodeMembers(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	members := into.Addr().Interface().(*Members)
	*members = Members{Position: Position{file: d.file, node: node}}
	if node.Kind != yaml.MappingNode {
		d.wrongForm(node, what, "a mapping (key: value)")
		return
	}
	var out bytes.Buffer
	d.writeObject(&out, node, what)
	members.JSON = out.String()
}

// writeJSON writes a value as JSON, keys in the order in which they are written.
func (d *decoder) writeJSON(out *bytes.Buffer, node *yaml.Node, what string) {
	node = follow(node)
	switch node.Kind {
	case yaml.MappingNode:
		d.writeObject(out, node, what)
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, item := range node.Content {
			if i > 0 {
				out.WriteByte(',')
			}
			d.writeJSON(out, item, what)
		}
		out.WriteByte(']')
	default:
		writeScalar(out, node)
	}
}

func (d *decoder) writeObject(out *bytes.Buffer, node *yaml.Node, what string) {
	first := true
	out.WriteByte('{')
	for key, value := range pairs(node) {
		if !d.goodKey(key, what) {
			continue
		}
		if !first {
			out.WriteByte(',')
		}
		first = false
		writeText(out, follow(key).Value)
		out.WriteByte(':')
		d.writeJSON(out, value, what)
	}
	out.WriteByte('}')
}

// jsonNumber is a number in JSON's own spelling (RFC 8259, section 6).
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// writeScalar writes a single value as it is written: a number or a truth where it is spelt as JSON spells
// one, null for `null`, `~` and nothing at all, and a text for all else. So 012, 1_000 and yes stay what
// their author wrote, whatever YAML makes of them.
func writeScalar(out *bytes.Buffer, node *yaml.Node) {
	switch value := node.Value; {
	case !plainScalar(node):
		writeText(out, value)
	case value == "" || value == "null" || value == "~":
		out.WriteString("null")
	case value == "true" || value == "false" || jsonNumber.MatchString(value):
		out.WriteString(value)
	default:
		writeText(out, value)
	}
}

// plainScalar reports whether a single value stands without quotes and without a tag of its own.
func plainScalar(node *yaml.Node) bool {
	const marked = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle
	return node.Style&marked == 0
}

// writeText writes a text as JSON, without escaping what only HTML would need escaped.
func writeText(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can always be encoded
	out.Truncate(out.Len() - 1)
}
