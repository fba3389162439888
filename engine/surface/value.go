package surface

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Value is a compiled `${…}`: it returns a value of JSON, a [time.Time], or nil where there is none.
type Value func(e *Env) any

// Object is a JSON object whose members keep their order.
type Object struct {
	Names  []string
	Values []any
}

// Member returns a member's value, and whether the object has it.
func (o *Object) Member(name string) (any, bool) {
	for i := range o.Names {
		if o.Names[i] == name {
			return o.Values[i], true
		}
	}
	return nil, false
}

func (o *Object) add(name string, value any) {
	o.Names, o.Values = append(o.Names, name), append(o.Values, value)
}

// memberOf returns a member of an object, or an element of a list by its number, and whether it is there.
func memberOf(v any, name string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		member, ok := v[name]
		return member, ok
	case *Object:
		return v.Member(name)
	case *engine.Institution:
		read, ok := bankMembers[name]
		if !ok {
			return nil, false
		}
		return read(v), true
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return v[i], true
	default:
		return nil, false
	}
}

// Text returns a value as text: "" for none, JSON for lists and objects.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		return engine.FormatTime(v)
	default:
		return string(appendJSON(nil, v))
	}
}

// listOf returns a value as a list: nil is an empty one, and anything but a list a list of one.
func listOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// isoDate is how `| date` writes a time.
const isoDate = "2006-01-02"

// timeOf reads a time, or a text or number that is one.
func timeOf(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		for _, layout := range []string{time.RFC3339, isoDate} {
			if at, err := time.Parse(layout, v); err == nil {
				return at.UTC(), true
			}
		}
	case json.Number:
		if seconds, err := v.Int64(); err == nil && seconds >= 0 && seconds < 1<<37 {
			return time.Unix(seconds, 0).UTC(), true
		}
	}
	return time.Time{}, false
}

// pipes shape a value. Of what they cannot shape they make none.
var pipes = map[string]func(v any) any{
	"date": func(v any) any {
		if at, ok := timeOf(v); ok {
			return at.UTC().Format(isoDate)
		}
		return nil
	},
	"unix": func(v any) any {
		if at, ok := timeOf(v); ok {
			return int(at.Unix())
		}
		return nil
	},
	"count": func(v any) any {
		if list, is := v.([]any); is {
			return len(list)
		}
		return nil
	},
	"lower": shapeText(strings.ToLower),
	"upper": shapeText(strings.ToUpper),
	"text":  shapeText(func(text string) string { return text }),
	"number": func(v any) any {
		switch v := v.(type) {
		case json.Number, int, int64:
			return v
		case time.Time:
			return int(v.Unix())
		case string:
			if text := strings.TrimSpace(v); isNumber(text) {
				return json.Number(text)
			}
		case bool:
			if v {
				return 1
			}
			return 0
		}
		return nil
	},
}

func shapeText(shape func(string) string) func(any) any {
	return func(v any) any {
		if v == nil {
			return nil
		}
		return shape(Text(v))
	}
}

// Pipes lists the names of what shapes a value.
func Pipes() []string { return []string{"date", "unix", "lower", "upper", "text", "number"} }

// isNumber reports whether a text is a number in JSON's own spelling.
func isNumber(text string) bool {
	if text == "" || len(text) > 400 || (text[0] != '-' && (text[0] < '0' || text[0] > '9')) {
		return false
	}
	return json.Valid([]byte(text))
}

// Expand replaces each `${path}` of a text by what find returns; one that is nothing else keeps its JSON type.
func Expand(text string, find func(path string) any) any {
	parts, err := split(text)
	if err != nil {
		return text
	}
	if len(parts) == 1 && parts[0].expression {
		return find(strings.TrimSpace(parts[0].text))
	}
	whole := ""
	for _, p := range parts {
		if p.expression {
			whole += Text(find(strings.TrimSpace(p.text)))
			continue
		}
		whole += p.text
	}
	return whole
}

// Follow follows a dotted path, with numbers for elements of lists, into a value of JSON.
func Follow(value any, path string) (any, bool) {
	path = strings.NewReplacer("[", ".", "]", "", "'", "").Replace(path)
	for name := range strings.SplitSeq(path, ".") {
		next, ok := memberOf(value, name)
		if !ok {
			return nil, false
		}
		value = next
	}
	return value, true
}
