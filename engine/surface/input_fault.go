package surface

import "strings"

// invalidInput refuses what the request brought for an input of the operation, under the name that it has in the request: an
// app that sends `redirect` is not told of a redirect_uri. With a node that reads nothing of the request it is the input's own.
func (p *play) invalidInput(input string, node Node, detail string) *Refusal {
	root, path := "body", []string{input}
	if x, is := node.(*Expression); is {
		if from := p.readFrom(x); from != nil {
			root, path = from[0], from[1:]
		}
	}
	name := strings.Join(path, ".")
	r := refuse(CodeInvalidFields, "%s %s", name, detail)
	switch root {
	case "body":
		at := ""
		for _, step := range path {
			at += "/" + pointerEscapes.Replace(step)
		}
		r.Errors = []FieldError{{Pointer: at, Detail: detail}}
	case "query":
		r.Errors = []FieldError{{Parameter: name, Detail: detail}}
	}
	return r
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// readFrom returns the path into the request that gave the expression its value, nil where none did.
func (p *play) readFrom(x *Expression) (from []string) {
	for _, path := range requestPaths(x.source) {
		switch path[0] {
		case "body", "query", "path", "header":
		default:
			continue
		}
		if v, ok := p.request.at(path); ok && v != nil && v != "" {
			return path
		}
		if from == nil {
			from = path
		}
	}
	return from
}
