package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Patch changes members of an answer, or of a delivery: what a scenario writes under `set` and `remove`.
type Patch struct {
	// Set is a JSON object that is laid over the body, key by key; a null in it is sent as null. Its texts may
	// refer to values: one that is a single ${name} becomes the value itself, with its JSON type.
	Set json.RawMessage `json:"set,omitempty"`
	// Remove names members to take away; a dot goes inside, in a list into each item. They are gone before
	// Set is laid over, so that a member of both is replaced as a whole.
	Remove []string `json:"remove,omitempty"`
}

// Values are what texts of an answer may refer to by ${name}, besides a login's captures: a text, a whole number,
// or nil where there is none.
type Values map[string]any

// ValueNames lists the names of [Values] that an answer knows.
func ValueNames() []string {
	return []string{"process_id", "connection_id", "status", "progress", "username", "state", "now"}
}

// with returns the values with the captures of a login, which go before values of their names.
func (v Values) with(captures Captures) Values {
	if len(captures) == 0 {
		return v
	}
	all := make(Values, len(v)+len(captures))
	for name, value := range v {
		all[name] = value
	}
	for name, value := range captures {
		all[name] = value
	}
	return all
}

// texts returns the values as they stand within a text: null is empty there.
func (v Values) texts() Captures {
	texts := make(Captures, len(v))
	for name, value := range v {
		switch value := value.(type) {
		case nil:
			texts[name] = ""
		case string:
			texts[name] = value
		default:
			texts[name] = fmt.Sprint(value)
		}
	}
	return texts
}

// Check reports why the patch cannot be laid over anything.
func (p *Patch) Check() error {
	if p == nil || len(p.Set) == 0 {
		return nil
	}
	value, err := parseJSON(p.Set)
	if err != nil {
		return fmt.Errorf("set: %w", err)
	}
	if _, is := value.(jsonObject); !is {
		return fmt.Errorf("set: it is no object")
	}
	return nil
}

// Names lists the values that texts of the patch refer to.
func (p *Patch) Names() []string {
	if p == nil {
		return nil
	}
	return Text(p.Set).Names()
}

// Apply returns the body with the patch laid over it. A body that is no JSON object stays as it is.
func (p *Patch) Apply(body []byte, values Values) []byte {
	if p == nil || len(p.Set) == 0 && len(p.Remove) == 0 {
		return body
	}
	parsed, err := parseJSON(body)
	object, is := parsed.(jsonObject)
	if err != nil || !is {
		return body
	}
	for _, path := range p.Remove {
		object = removeMember(object, strings.Split(path, ".")).(jsonObject)
	}
	if len(p.Set) > 0 {
		set, err := parseJSON(p.Set)
		if over, is := set.(jsonObject); err == nil && is {
			object = lay(object, filled(over, values, values.texts()).(jsonObject))
		}
	}
	var out bytes.Buffer
	writeJSON(&out, object)
	return out.Bytes()
}

// lay lays an object over another one: objects key by key, all else in place of what was there.
func lay(under, over jsonObject) jsonObject {
	for _, member := range over {
		i := under.position(member.name)
		if i < 0 {
			under = append(under, member)
			continue
		}
		inner, both := under[i].value.(jsonObject)
		if outer, is := member.value.(jsonObject); is && both {
			under[i].value = lay(inner, outer)
		} else {
			under[i].value = member.value
		}
	}
	return under
}

// removeMember takes the member at a path away: in a list from each item, or from the one that a number names.
func removeMember(from any, path []string) any {
	switch from := from.(type) {
	case jsonObject:
		i := from.position(path[0])
		switch {
		case i < 0:
		case len(path) == 1:
			return append(from[:i:i], from[i+1:]...)
		default:
			from[i].value = removeMember(from[i].value, path[1:])
		}
		return from
	case []any:
		return removeItem(from, path)
	default:
		return from
	}
}

func removeItem(from []any, path []string) []any {
	number, err := strconv.Atoi(path[0])
	switch {
	case err != nil:
		for i := range from {
			from[i] = removeMember(from[i], path)
		}
	case number < 0 || number >= len(from):
	case len(path) == 1:
		return append(from[:number:number], from[number+1:]...)
	default:
		from[number] = removeMember(from[number], path[1:])
	}
	return from
}

// singleValue is a text that is one ${name} and nothing else.
var singleValue = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

// filled returns a value with each ${name} in its texts replaced.
func filled(value any, values Values, texts Captures) any {
	switch value := value.(type) {
	case jsonObject:
		for i := range value {
			value[i].value = filled(value[i].value, values, texts)
		}
		return value
	case []any:
		for i := range value {
			value[i] = filled(value[i], values, texts)
		}
		return value
	case string:
		if single := singleValue.FindStringSubmatch(value); single != nil {
			if found, known := values[single[1]]; known {
				return found
			}
			return nil
		}
		return Text(value).Expand(texts)
	default:
		return value
	}
}
