package scenarios

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// decodeBody reads a text, or data that is sent as JSON.
func decodeBody(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	body := into.Addr().Interface().(*Body)
	*body = Body{Place: Place{file: d.file, node: node}}
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
		d.writeScalar(out, node, what)
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

// writeScalar writes what YAML takes for a number, a truth or null as such, and all else as a text.
func (d *decoder) writeScalar(out *bytes.Buffer, node *yaml.Node, what string) {
	var value any
	switch node.Tag {
	case "!!null":
		out.WriteString("null")
		return
	case "!!bool", "!!int", "!!float":
		if number, ok := plainValue(node); ok {
			value = number
			break
		}
		d.problem(node, CodeBadNumber, "write it in quotes, as a text", "JSON has no number %q", node.Value)
		return
	default:
		writeText(out, node.Value)
		return
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		d.problem(node, CodeWrongType, "", "%s cannot be sent as JSON: %q", what, node.Value)
		return
	}
	out.Write(encoded)
}

// plainValue returns a number or a truth that JSON can tell.
func plainValue(node *yaml.Node) (any, bool) {
	var value any
	if node.Decode(&value) != nil {
		return nil, false
	}
	if float, is := value.(float64); is && (math.IsNaN(float) || math.IsInf(float, 0)) {
		return nil, false
	}
	return value, true
}

// writeText writes a text as JSON, without escaping what only HTML would need escaped.
func writeText(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can always be encoded
	out.Truncate(out.Len() - 1)
}
