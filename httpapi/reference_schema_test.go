package httpapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemas describes each body that has members, in the order of openapi.yaml.
func (r *reference) schemas() {
	r.printf("\n## Bodies\n\nOf each member: its type, and what it means. Those of requests that must be there are marked.\n")
	begin := r.position("  schemas:", r.position("components:", 0))
	names := slices.Collect(mapKeys(r.doc.Components.Schemas))
	slices.SortFunc(names, func(a, b string) int {
		return r.position("    "+a+":", begin) - r.position("    "+b+":", begin)
	})
	for _, name := range names {
		schema := r.doc.Components.Schemas[name].Value
		if !r.ownSection(name) {
			continue
		}
		r.printf("\n### %s\n", name)
		if schema.Description != "" {
			r.printf("\n%s\n", strings.TrimSpace(schema.Description))
		}
		r.members(name, schema, r.position("    "+name+":", begin))
	}
}

// ownSection reports whether a schema has members to tell of.
func (r *reference) ownSection(name string) bool {
	ref := r.doc.Components.Schemas[name]
	return ref != nil && len(r.allMembers(ref.Value)) > 0
}

// allMembers are those of a schema and of its parts.
func (r *reference) allMembers(schema *openapi3.Schema) openapi3.Schemas {
	all := openapi3.Schemas{}
	for name, member := range schema.Properties {
		all[name] = member
	}
	for _, part := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		for name, member := range r.allMembers(part.Value) {
			all[name] = member
		}
	}
	return all
}

func (r *reference) members(name string, schema *openapi3.Schema, at int) {
	all := r.allMembers(schema)
	names := slices.Collect(mapKeys(all))
	position := func(member string) int { return r.position("        "+member+":", at) }
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(position(a)-position(b), strings.Compare(a, b)) })
	r.printf("\n| member | type | |\n|---|---|---|\n")
	request := strings.HasSuffix(name, "Request")
	for _, member := range names {
		ref := all[member]
		must := ""
		if request && slices.Contains(schema.Required, member) {
			must = " (required)"
		}
		about := ""
		if ref.Ref == "" {
			about = ref.Value.Description
		}
		r.printf("| `%s`%s | %s | %s |\n", member, must, cell(r.kind(ref)), cell(about))
	}
}

// kind says in a few words what a value is.
func (r *reference) kind(ref *openapi3.SchemaRef) string {
	if ref == nil || ref.Value == nil {
		return ""
	}
	if name, named := strings.CutPrefix(ref.Ref, "#/components/schemas/"); named && r.ownSection(name) {
		return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
	}
	schema := ref.Value
	for _, parts := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
		if len(parts) > 0 {
			return r.kinds(parts)
		}
	}
	switch {
	case len(schema.Enum) > 0:
		return oneOfThese(schema.Enum)
	case schema.Const != nil:
		return oneOfThese([]any{schema.Const})
	case schema.Type == nil:
		return "any"
	}
	return r.typed(schema)
}

func (r *reference) kinds(parts openapi3.SchemaRefs) string {
	var kinds []string
	for _, part := range parts {
		if kind := r.kind(part); kind != "" && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return strings.Join(kinds, " or ")
}

// typed names a schema's types, with what they are made of.
func (r *reference) typed(schema *openapi3.Schema) string {
	var kinds []string
	for _, kind := range schema.Type.Slice() {
		switch {
		case kind == "array":
			kind = "array of " + r.kind(schema.Items)
		case kind == "object" && schema.AdditionalProperties.Schema != nil:
			kind = "object of " + r.kind(schema.AdditionalProperties.Schema) + " by name"
		case kind == "string" && schema.Format != "":
			kind = "string (" + schema.Format + ")"
		}
		kinds = append(kinds, kind)
	}
	return strings.Join(kinds, " or ")
}

func oneOfThese(values []any) string {
	var words []string
	for _, value := range values {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err) // it was read from YAML
		}
		words = append(words, "`"+strings.Trim(string(text), `"`)+"`")
	}
	return strings.Join(words, ", ")
}
