package surface

import (
	"encoding/json"
)

// Node is a part of a body as the configuration writes it: it is compiled once, and written for each answer.
type Node interface {
	// Eval returns the node's value.
	Eval(e *Env) any
	// append writes the node as JSON.
	append(e *Env, out []byte) []byte
}

// Literal is a value that is always the same.
type Literal struct {
	value any
	json  []byte
}

// NewLiteral returns the node of a JSON value that is always the same.
func NewLiteral(value any) *Literal { return &Literal{value: value, json: appendJSON(nil, value)} }

// Eval implements [Node].
func (l *Literal) Eval(*Env) any { return l.value }

func (l *Literal) append(_ *Env, out []byte) []byte { return append(out, l.json...) }

// Expression is a `${…}` alone: it keeps its JSON type.
type Expression struct {
	value  Value
	source string
	about  reference
	reads  reads
}

// Eval implements [Node].
func (x *Expression) Eval(e *Env) any { return x.value(e) }

func (x *Expression) append(e *Env, out []byte) []byte { return appendJSON(out, x.value(e)) }

// Mixed is a text with `${…}` in it.
type Mixed struct {
	parts  []Value
	source string
	reads  reads
}

// Eval implements [Node].
func (m *Mixed) Eval(e *Env) any {
	if len(m.parts) == 1 {
		return Text(m.parts[0](e))
	}
	text := ""
	for _, part := range m.parts {
		text += Text(part(e))
	}
	return text
}

func (m *Mixed) append(e *Env, out []byte) []byte { return appendText(out, m.Eval(e).(string)) }

// Members is an object with the members in the order of the file.
type Members struct {
	Names []string
	Nodes []Node

	keys [][]byte // as they are written: `"name":`, with a comma before all but the first
}

// NewMembers returns the node of an object.
func NewMembers(names []string, nodes []Node) *Members {
	m := &Members{Names: names, Nodes: nodes, keys: make([][]byte, len(names))}
	for i, name := range names {
		if i > 0 {
			m.keys[i] = append(m.keys[i], ',')
		}
		m.keys[i] = append(appendText(m.keys[i], name), ':')
	}
	return m
}

// Eval implements [Node].
func (m *Members) Eval(e *Env) any {
	o := &Object{Names: m.Names, Values: make([]any, len(m.Nodes))}
	for i, node := range m.Nodes {
		o.Values[i] = node.Eval(e)
	}
	return o
}

func (m *Members) append(e *Env, out []byte) []byte {
	out = append(out, '{')
	for i, node := range m.Nodes {
		out = append(out, m.keys[i]...)
		out = node.append(e, out)
	}
	return append(out, '}')
}

// Items is a list that is written item by item.
type Items []Node

// Eval implements [Node].
func (l Items) Eval(e *Env) any {
	list := make([]any, len(l))
	for i, node := range l {
		list[i] = node.Eval(e)
	}
	return list
}

func (l Items) append(e *Env, out []byte) []byte {
	out = append(out, '[')
	for i, node := range l {
		if i > 0 {
			out = append(out, ',')
		}
		out = node.append(e, out)
	}
	return append(out, ']')
}

// Each makes a list of the elements of another one.
type Each struct {
	List Node
	Is   Node
	// Binds are the kinds of identifiers that number the same elements.
	Binds []string
}

// Eval implements [Node].
func (c *Each) Eval(e *Env) any {
	elements := listOf(c.List.Eval(e))
	list := make([]any, 0, min(len(elements), maxElements))
	for i, value := range elements {
		if !e.room(0) {
			break
		}
		e.push(value, i, c.Binds)
		list = append(list, c.Is.Eval(e))
		e.pop()
	}
	return list
}

func (c *Each) append(e *Env, out []byte) []byte {
	out = append(out, '[')
	for i, value := range listOf(c.List.Eval(e)) {
		if !e.room(len(out)) {
			break
		}
		if i > 0 {
			out = append(out, ',')
		}
		e.push(value, i, c.Binds)
		out = c.Is.append(e, out)
		e.pop()
	}
	return append(out, ']')
}

// Scalar returns the node of a scalar that is written without a `${…}`: quoted it is a text; else a number,
// a truth or null only in JSON's own spelling, where `~` and nothing are null, too.
func Scalar(text string, quoted bool) Node {
	switch {
	case quoted:
		return NewLiteral(text)
	case text == "" || text == "~" || text == "null":
		return NewLiteral(nil)
	case text == "true" || text == "false":
		return NewLiteral(text == "true")
	case isNumber(text):
		return NewLiteral(json.Number(text))
	default:
		return NewLiteral(text)
	}
}
