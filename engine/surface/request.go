package surface

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Request is a request to a declared endpoint.
type Request struct {
	Method, Path string
	Query        url.Values
	// Header returns the value of a header by its canonical name, "" where it is absent.
	Header func(name string) string
	// Body is the decoded body: an object, or another value of JSON; nil for none.
	Body any
	// Session is the name of the request's session, and ID the request's own.
	Session, ID string
	// Scenario, where not empty, is played whatever the credentials.
	Scenario string
	// Username, where not empty, stands in place of the one that is mapped: the login named its session, too.
	Username string

	variables map[string]string
	query     map[string]any
	path      map[string]any
}

func (r *Request) header(name string) string {
	if r.Header == nil {
		return ""
	}
	return r.Header(name)
}

// queryObject returns the query's parameters: a text each, or a list where one came several times.
func (r *Request) queryObject() any {
	if r.query == nil {
		r.query = valuesObject(r.Query)
	}
	return r.query
}

func (r *Request) pathObject() any {
	if r.path == nil {
		r.path = make(map[string]any, len(r.variables))
		for name, value := range r.variables {
			r.path[name] = value
		}
	}
	return r.path
}

func valuesObject(values url.Values) map[string]any {
	object := make(map[string]any, len(values))
	for name, all := range values {
		if len(all) == 1 {
			object[name] = all[0]
			continue
		}
		list := make([]any, len(all))
		for i, one := range all {
			list[i] = one
		}
		object[name] = list
	}
	return object
}

// field returns a member of the body by its dotted name, or, where the body lacks it, of the query, or of the path.
func (r *Request) field(name string) (any, bool) {
	if v, ok := dotted(r.Body, name); ok {
		return v, true
	}
	if v, ok := dotted(r.queryObject(), name); ok {
		return v, true
	}
	v, ok := r.variables[name]
	return v, ok
}

// dotted follows a dotted name into a value. A name that is there as it is written goes first.
func dotted(v any, name string) (any, bool) {
	if member, ok := memberOf(v, name); ok {
		return member, true
	}
	head, rest, more := strings.Cut(name, ".")
	if !more {
		return nil, false
	}
	member, ok := memberOf(v, head)
	if !ok {
		return nil, false
	}
	return dotted(member, rest)
}

// Errors of bodies that cannot be decoded.
var (
	ErrNotUTF8   = errors.New("the body is not UTF-8")
	ErrNUL       = errors.New("the body holds a NUL character")
	ErrTwoValues = errors.New("the body holds more than one value of JSON")
	ErrTooDeep   = errors.New("the body is nested too deeply")
)

// maxDepth bounds how deeply a body is nested: nobody's is, and each level costs.
const maxDepth = 100

// DecodeJSON decodes a body of JSON, whose numbers stay as they are written.
func DecodeJSON(body []byte) (any, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	if !utf8.Valid(body) {
		return nil, ErrNotUTF8
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrTwoValues
	}
	return value, checkValue(value, maxDepth)
}

// DecodeForm makes of a form what it would be in JSON.
func DecodeForm(form url.Values) (any, error) {
	object := valuesObject(form)
	for name := range object {
		if !utf8.ValidString(name) {
			return nil, ErrNotUTF8
		}
	}
	return object, checkValue(object, maxDepth)
}

func checkValue(v any, depth int) error {
	if depth == 0 {
		return ErrTooDeep
	}
	switch v := v.(type) {
	case string:
		switch {
		case !utf8.ValidString(v):
			return ErrNotUTF8
		case strings.IndexByte(v, 0) >= 0:
			return ErrNUL
		}
	case []any:
		for _, item := range v {
			if err := checkValue(item, depth-1); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, member := range v {
			if strings.IndexByte(name, 0) >= 0 {
				return ErrNUL
			}
			if err := checkValue(member, depth-1); err != nil {
				return err
			}
		}
	}
	return nil
}
