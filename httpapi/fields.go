package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// The longest values of fields, in bytes.
const (
	maxName     = 1024 // usernames, banks, identifiers
	maxSecret   = 4096 // passwords and challenge responses
	maxRedirect = 2048 // redirect URIs and what they carry back
)

// fields are a body's fields, and what is wrong with those that were asked for: all of it is told
// at once.
type fields struct {
	json   members
	form   url.Values
	faults []fieldError
	// misspelt are the names for which another was sent.
	misspelt []string
	naming   naming
}

// required returns the field's text. That it is missing is a fault.
func (f *fields) required(name string, longest int) string {
	value, given := f.text(name, longest)
	if !given && !slices.Contains(f.misspelt, name) {
		f.fault(name, "is required")
	}
	return value
}

// optional returns the field's text, "" where it is missing or null.
func (f *fields) optional(name string, longest int) string {
	value, _ := f.text(name, longest)
	return value
}

// text returns the field's text and whether the field was given at all, be it with a fault.
func (f *fields) text(name string, longest int) (value string, given bool) {
	value, given, ok := f.raw(name)
	if !given || !ok {
		return "", given
	}
	switch {
	case len(value) > longest:
		f.fault(name, fmt.Sprintf("must have at most %d bytes", longest))
	case !utf8.ValidString(value):
		f.fault(name, "must be UTF-8")
	case strings.IndexByte(value, 0) >= 0:
		f.fault(name, "must not contain a NUL character")
	default:
		return value, true
	}
	return "", true
}

// raw returns the field's text before any check but that of its type.
func (f *fields) raw(name string) (value string, given, ok bool) {
	if f.form != nil {
		values := f.form[name]
		if len(values) == 0 {
			return "", false, true
		}
		return values[len(values)-1], true, true
	}
	raw := f.json.get(name)
	if raw == nil || string(raw) == "null" {
		return "", false, true
	}
	if raw[0] != '"' {
		f.fault(name, "must be a string, not "+article(kindOf(raw[0])))
		return "", true, false
	}
	if inside := raw[1 : len(raw)-1]; bytes.IndexByte(inside, '\\') < 0 {
		return string(inside), true, true // it stands for itself
	}
	return unescape(raw), true, true
}

// unescape returns what a JSON string stands for. The string's form was checked with its body's.
func unescape(raw json.RawMessage) string {
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		panic(err)
	}
	return value
}

func kindOf(first byte) string {
	switch first {
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "bool"
	default:
		return "number"
	}
}

func article(kind string) string {
	switch kind {
	case "array", "object":
		return "an " + kind
	case "bool":
		return "a boolean"
	default:
		return "a " + kind
	}
}

// fault notes what is wrong with a field; the name "" means the body as a whole.
func (f *fields) fault(name, detail string) { f.faultAt(f.naming.sent(name), detail) }

// faultAt is as fault, for a name as the client wrote it.
func (f *fields) faultAt(name, detail string) {
	pointer := ""
	if name != "" {
		pointer = "/" + escapePointer(name)
	}
	f.faults = append(f.faults, fieldError{Pointer: &pointer, Detail: detail})
}

// escapePointer writes a name as a part of a JSON pointer.
func escapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// err returns all faults as one refusal, nil where there are none.
func (f *fields) err() error {
	if len(f.faults) == 0 {
		return nil
	}
	names := make([]string, len(f.faults))
	for i, fault := range f.faults {
		names[i] = strings.TrimPrefix(*fault.Pointer, "/") + " " + fault.Detail
	}
	names[0] = strings.TrimSpace(names[0])
	if *f.faults[0].Pointer == "" {
		names[0] = "the body " + f.faults[0].Detail
	}
	r := refuse(codeInvalidFields, "%s", strings.Join(names, "; "))
	r.errors = f.faults
	return r
}
