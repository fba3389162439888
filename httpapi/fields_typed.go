package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxWhole is the largest whole number that every JSON reader takes exactly.
const maxWhole = 1<<53 - 1

// peek returns the field's text if it has one that can be one, without noting any fault.
func (f *fields) peek(name string) string {
	probe := fields{json: f.json, form: f.form}
	value, _, ok := probe.raw(name)
	if !ok || !utf8.ValidString(value) {
		return ""
	}
	return value
}

// further returns the fields of these names as texts: a number or a truth as it is written. What is neither
// is a fault.
func (f *fields) further(names []string) map[string]string {
	if len(names) == 0 {
		return nil
	}
	further := make(map[string]string, len(names))
	for _, name := range names {
		switch raw := f.json.get(name); {
		case raw != nil && raw[0] != '"' && raw[0] != '{' && raw[0] != '[' && string(raw) != "null":
			further[name] = string(raw)
		default:
			further[name], _ = f.text(name, maxSecret)
		}
	}
	return further
}

// has reports whether the field was sent, be it as null.
func (f *fields) has(name string) bool {
	if f.form != nil {
		return len(f.form[name]) > 0
	}
	return f.json.get(name) != nil
}

// flag returns the field's truth, false where it is missing or null.
func (f *fields) flag(name string) bool {
	switch f.plain(name) {
	case "true":
		return true
	case "", "false", "null":
		return false
	}
	f.fault(name, "must be true or false")
	return false
}

// whole returns the field's number, 0 where it is missing or null.
func (f *fields) whole(name string) uint64 {
	text := f.plain(name)
	if text == "" || text == "null" {
		return 0
	}
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil || number > maxWhole {
		f.fault(name, fmt.Sprintf("must be a whole number from 0 to %d", maxWhole))
		return 0
	}
	return number
}

// plain returns the field as it was written: a number or truth in JSON, any text in a form.
func (f *fields) plain(name string) string {
	if f.form != nil {
		return f.form.Get(name)
	}
	return string(f.json.get(name))
}

// into decodes a field of JSON that is more than a text.
func (f *fields) into(name, form string, target any) {
	switch {
	case f.form != nil && f.has(name):
		f.fault(name, "needs a body of JSON")
	case !f.has(name) || string(f.json.get(name)) == "null":
	default:
		decoder := json.NewDecoder(bytes.NewReader(f.json.get(name)))
		decoder.DisallowUnknownFields()
		if decoder.Decode(target) != nil {
			f.fault(name, "must be "+form)
		}
	}
}
