package engine

import "bytes"

// body returns the response's body with its values filled in. In JSON a text stays one text, whatever a client
// sent, and one that is a single ${name} becomes the value itself.
func (r *Response) body(values Values) *string {
	if r.Body == nil {
		return nil
	}
	if r.JSON {
		if parsed, err := parseJSON([]byte(*r.Body)); err == nil {
			var out bytes.Buffer
			writeJSON(&out, filled(parsed, values, values.texts()))
			body := out.String()
			return &body
		}
	}
	body := r.Body.Expand(values.texts())
	return &body
}
