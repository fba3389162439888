package engine

import (
	"encoding/json"
	"strings"
)

// body returns the response's body for a login. In JSON a capture is written as JSON texts are, so that
// whatever a client sent stays one text.
func (r *Response) body(captures Captures) *string {
	if r.Body == nil {
		return nil
	}
	if r.JSON {
		captures = captures.escaped()
	}
	body := r.Body.Expand(captures)
	return &body
}

// escaped returns the captures as they stand within a JSON text.
func (c Captures) escaped() Captures {
	escaped := make(Captures, len(c))
	for name, value := range c {
		quoted, err := json.Marshal(value)
		if err != nil { // a text can always be encoded
			continue
		}
		escaped[name] = strings.TrimSuffix(strings.TrimPrefix(string(quoted), `"`), `"`)
	}
	return escaped
}
