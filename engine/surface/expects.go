package surface

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Expects is what a body must hold: required members by their dotted names, or a schema.
type Expects struct {
	Fields []string
	Schema *Schema
}

// Schema is the part of JSON Schema that bodies are checked by.
type Schema struct {
	// Types are the JSON types that a value may have; none is any.
	Types      []string
	Required   []string
	Properties map[string]*Schema
	Items      *Schema
	// Enum lists the values that there are, as JSON; nil for any.
	Enum    []string
	Pattern *regexp.Regexp
}

// check returns what the request lacks, all of it at once.
func (x *Expects) check(r *Request) error {
	if x == nil {
		return nil
	}
	var faults []FieldError
	for _, name := range x.Fields {
		if v, ok := r.field(name); !ok || v == nil {
			faults = append(faults, FieldError{Pointer: pointer(name), Detail: "is required"})
		}
	}
	missing := len(faults)
	if x.Schema != nil {
		body := r.Body
		if body == nil {
			body = map[string]any{}
		}
		faults, missing = x.Schema.check(body, "", faults, missing)
	}
	if len(faults) == 0 {
		return nil
	}
	details := make([]string, len(faults))
	for i, fault := range faults {
		details[i] = strings.TrimSpace(strings.TrimPrefix(fault.Pointer, "/") + " " + fault.Detail)
	}
	refusal := refuse(CodeMissingFields, "%s", strings.Join(details, "; "))
	if missing == 0 {
		refusal.Code = CodeInvalidFields
	}
	refusal.Errors = faults
	return refusal
}

// maxFaults bounds how many faults of one body are told.
const maxFaults = 100

// check adds what is wrong with a value at a pointer, and counts what is missing.
func (s *Schema) check(v any, at string, faults []FieldError, missing int) ([]FieldError, int) {
	if s == nil || len(faults) >= maxFaults {
		return faults, missing
	}
	fault := func(format string, args ...any) {
		faults = append(faults, FieldError{Pointer: at, Detail: fmt.Sprintf(format, args...)})
	}
	if len(s.Types) > 0 && !hasType(v, s.Types) {
		fault("must be %s", article(s.Types))
		return faults, missing
	}
	if s.Enum != nil {
		said, found := string(appendJSON(nil, v)), false
		for _, one := range s.Enum {
			found = found || one == said
		}
		if !found {
			fault("must be one of %s", strings.Join(s.Enum, ", "))
		}
	}
	if text, is := v.(string); is && s.Pattern != nil && !s.Pattern.MatchString(text) {
		fault("must match %s", s.Pattern)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.Required {
			if _, has := v[name]; !has {
				faults = append(faults, FieldError{Pointer: at + "/" + name, Detail: "is required"})
				missing++
			}
		}
		for _, name := range sortedNames(s.Properties) {
			if member, has := v[name]; has {
				faults, missing = s.Properties[name].check(member, at+"/"+name, faults, missing)
			}
		}
	case []any:
		for i, item := range v {
			faults, missing = s.Items.check(item, fmt.Sprintf("%s/%d", at, i), faults, missing)
		}
	}
	return faults, missing
}

func hasType(v any, types []string) bool {
	for _, one := range types {
		ok := false
		switch v := v.(type) {
		case nil:
			ok = one == "null"
		case string:
			ok = one == "string"
		case bool:
			ok = one == "boolean"
		case json.Number:
			ok = one == "number" || one == "integer" && !strings.ContainsAny(v.String(), ".eE")
		case []any:
			ok = one == "array"
		case map[string]any:
			ok = one == "object"
		}
		if ok {
			return true
		}
	}
	return false
}

func article(types []string) string {
	words := make([]string, len(types))
	for i, one := range types {
		switch one {
		case "array", "integer", "object":
			words[i] = "an " + one
		case "null":
			words[i] = one
		default:
			words[i] = "a " + one
		}
	}
	return strings.Join(words, " or ")
}
