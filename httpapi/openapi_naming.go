package httpapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// The description of an API that names its members in camelCase is made from the one that is kept: what the bank's
// endpoints and webhooks lead to is renamed. A component that other endpoints lead to as well is there twice; theirs
// has a name of its own.

// snakeCaseSuffix ends the names of components that the admin API shares with the bank's.
const snakeCaseSuffix = "SnakeCase"

// problemRef is what the renaming stops at: problems are as they are.
const problemRef = "#/components/schemas/Problem"

// describeInCamelCase returns a description, in JSON, as it is where the bank's API is in camelCase.
func describeInCamelCase(kept []byte) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(kept, &doc); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	c := camelDescription{components: mapping(doc["components"]), own: ownNames()}
	bank, others := []any{doc["webhooks"]}, []any{}
	paths := mapping(doc["paths"])
	for path, item := range paths {
		if strings.HasPrefix(path, DefaultBasePath+"/") {
			bank = append(bank, item)
		} else {
			others = append(others, item)
		}
	}
	ofBank, ofOthers := c.reached(bank), c.reached(others)
	c.split(ofBank, ofOthers, paths)
	for _, item := range bank {
		c.rename(item)
	}
	for ref := range ofBank {
		c.rename(c.component(ref))
	}
	return json.MarshalIndent(doc, "", "  ")
}

func mapping(value any) map[string]any {
	is, _ := value.(map[string]any)
	return is
}

// ownNames are the names that are written otherwise: those of all members and of all that the endpoints take.
func ownNames() map[string]bool {
	own := map[string]bool{}
	var record func(m engine.Members)
	record = func(m engine.Members) {
		for name, inner := range m {
			own[name] = true
			record(inner)
		}
	}
	for endpoint, members := range answerMembers {
		record(members)
		takes := inputs[endpoint]
		for _, name := range append(takes.members[:len(takes.members):len(takes.members)], takes.parameters...) {
			own[name] = true
		}
	}
	return own
}

type camelDescription struct {
	components map[string]any
	own        map[string]bool
}

// component returns what a reference leads to.
func (c *camelDescription) component(ref string) any {
	kind, name, _ := strings.Cut(strings.TrimPrefix(ref, "#/components/"), "/")
	return mapping(c.components[kind])[name]
}

// reached returns the references that the parts of the description lead to.
func (c *camelDescription) reached(from []any) map[string]bool {
	found := map[string]bool{}
	var poll func(value any)
	poll = func(value any) {
		eachRef(value, func(_ map[string]any, ref string) {
			if ref != problemRef && !found[ref] {
				found[ref] = true
				poll(c.component(ref))
			}
		})
	}
	for _, one := range from {
		poll(one)
	}
	return found
}

// eachRef calls see for each reference within the value.
func eachRef(value any, see func(at map[string]any, ref string)) {
	switch value := value.(type) {
	case map[string]any:
		if ref, is := value["$ref"].(string); is {
			see(value, ref)
			return
		}
		for _, inner := range value {
			eachRef(inner, see)
		}
	case []any:
		for _, inner := range value {
			eachRef(inner, see)
		}
	}
}

// split gives what the bank's endpoints share with others, and is renamed, to those under a name of its own.
func (c *camelDescription) split(ofBank, ofOthers map[string]bool, paths map[string]any) {
	kept := map[string]bool{}
	for ref := range ofBank {
		if ofOthers[ref] && c.renames(ref, ofBank) {
			kept[ref] = true
		}
	}
	for ref := range kept {
		kind, name, _ := strings.Cut(strings.TrimPrefix(ref, "#/components/"), "/")
		mapping(c.components[kind])[name+snakeCaseSuffix] = copied(c.component(ref))
	}
	lead := func(at map[string]any, ref string) {
		if kept[ref] {
			at["$ref"] = ref + snakeCaseSuffix
		}
	}
	for path, item := range paths {
		if !strings.HasPrefix(path, DefaultBasePath+"/") {
			eachRef(item, lead)
		}
	}
	for kind, components := range c.components {
		for name, component := range mapping(components) {
			if !ofBank["#/components/"+kind+"/"+name] {
				eachRef(component, lead)
			}
		}
	}
}

// renames reports whether anything is renamed in what the reference leads to.
func (c *camelDescription) renames(ref string, ofBank map[string]bool) bool {
	for inner := range c.reached([]any{map[string]any{"$ref": ref}}) {
		if !ofBank[inner] {
			continue
		}
		renamed := copied(c.component(inner))
		c.rename(renamed)
		if !reflect.DeepEqual(renamed, c.component(inner)) {
			return true
		}
	}
	return false
}

func copied(value any) any {
	switch value := value.(type) {
	case map[string]any:
		all := maps.Clone(value)
		for name := range all {
			all[name] = copied(all[name])
		}
		return all
	case []any:
		all := make([]any, len(value))
		for i := range value {
			all[i] = copied(value[i])
		}
		return all
	default:
		return value
	}
}

// rename writes a part of the description, a schema or an operation, in camelCase.
func (c *camelDescription) rename(part any) {
	switch part := part.(type) {
	case map[string]any:
		if part["in"] == "query" {
			part["name"] = c.written(part["name"])
		}
		for key, value := range part {
			part[key] = c.renameUnder(key, value)
		}
	case []any:
		for _, item := range part {
			c.rename(item)
		}
	}
}

// renameUnder returns what stands under a keyword of the description.
func (c *camelDescription) renameUnder(key string, value any) any {
	switch key {
	case "properties":
		properties := make(map[string]any)
		for name, schema := range mapping(value) {
			c.rename(schema)
			properties[c.written(name).(string)] = schema
		}
		return properties
	case "required":
		if names, is := value.([]any); is {
			for i := range names {
				names[i] = c.written(names[i])
			}
		}
	case "example", "value":
		return c.example(value)
	case "description", "summary":
		if text, is := value.(string); is {
			return quotedName.ReplaceAllStringFunc(text, func(name string) string {
				return "`" + c.written(strings.Trim(name, "`")).(string) + "`"
			})
		}
	case problemMedia:
	default:
		c.rename(value)
	}
	return value
}

var quotedName = regexp.MustCompile("`[a-z]+(_[a-z]+)+`")

// written returns one of our names in camelCase, and all else as it is.
func (c *camelDescription) written(name any) any {
	if text, is := name.(string); is && c.own[text] {
		return engine.CamelCase(text)
	}
	return name
}

func (c *camelDescription) example(value any) any {
	switch value := value.(type) {
	case map[string]any:
		renamed := make(map[string]any, len(value))
		for name, inner := range value {
			renamed[c.written(name).(string)] = c.example(inner)
		}
		return renamed
	case []any:
		for i := range value {
			value[i] = c.example(value[i])
		}
	}
	return value
}
