package httpapi

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// sections are the names in each section of the components.
func sections(doc *openapi3.T) map[string][]string {
	c := doc.Components
	return map[string][]string{
		"schemas": slices.Collect(maps.Keys(c.Schemas)), "parameters": slices.Collect(maps.Keys(c.Parameters)),
		"headers": slices.Collect(maps.Keys(c.Headers)), "responses": slices.Collect(maps.Keys(c.Responses)),
	}
}

// Generators of clients make one type of each component, so that no name may be there twice, be it in another
// case or an operation's.
func TestNamesOfTheDescription(t *testing.T) {
	t.Parallel()
	doc := description(t)
	taken := map[string]string{}
	take := func(name, what string) {
		if other, found := taken[strings.ToLower(name)]; found {
			t.Errorf("%s is the name of %s and of %s", name, what, other)
		}
		taken[strings.ToLower(name)] = what
	}
	for section, names := range sections(doc) {
		for _, name := range names {
			take(name, section)
		}
	}
	camel := regexp.MustCompile(`^[a-z]+[a-zA-Z0-9]*$`)
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			take(operation.OperationID, "operation "+method+" "+path)
			if !camel.MatchString(operation.OperationID) {
				t.Errorf("operationId %s does not read as a method", operation.OperationID)
			}
		}
	}
}

// Each operation says what it does, whose token it wants, and shows an example of every answer in JSON.
func TestOperationsAreDescribed(t *testing.T) {
	t.Parallel()
	for path, item := range description(t).Paths.Map() {
		for method, operation := range item.Operations() {
			at := method + " " + path
			if operation.Summary == "" || operation.Description == "" || len(operation.Tags) == 0 {
				t.Errorf("%s lacks a summary, a description or a tag", at)
			}
			admin := operation.Security != nil && strings.Contains(schemesOf(operation), "adminToken")
			if strings.HasPrefix(path, "/admin/") != admin {
				t.Errorf("%s wants %s", at, schemesOf(operation))
			}
			for status, answer := range operation.Responses.Map() {
				for kind, content := range answer.Value.Content {
					if strings.HasSuffix(kind, "json") && content.Example == nil && len(content.Examples) == 0 {
						t.Errorf("%s: no example of %s", at, status)
					}
				}
			}
		}
	}
}

func schemesOf(operation *openapi3.Operation) string {
	var all []string
	if operation.Security != nil {
		for _, wanted := range *operation.Security {
			all = append(all, slices.Collect(maps.Keys(wanted))...)
		}
	}
	return strings.Join(all, ", ")
}

// A text in braces that holds a comma, without quotes, becomes a key that means nothing.
func TestNoKeyWithoutAValue(t *testing.T) {
	t.Parallel()
	var doc any
	if err := json.Unmarshal(documentAsJSON, &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(at string, value any)
	walk = func(at string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for name, inner := range value {
				if name == "example" || name == "examples" {
					continue
				}
				if inner == nil {
					t.Errorf("%s: key %q has no value", at, name)
				}
				walk(at+"/"+name, inner)
			}
		case []any:
			for _, inner := range value {
				walk(at, inner)
			}
		}
	}
	walk("", doc)
}

// Generators of clients know schemas of one type, or of one and null; what may be this or that is an anyOf, which
// the body of a form cannot have.
func TestSchemasHaveOneType(t *testing.T) {
	t.Parallel()
	for _, found := range regexp.MustCompile(`(?m)^.*\btype: \[([^\]]*)\]`).FindAllStringSubmatch(string(document), -1) {
		types := strings.Split(strings.ReplaceAll(found[1], `"`, ""), ", ")
		if others := slices.DeleteFunc(types, func(name string) bool { return name == "null" }); len(others) != 1 {
			t.Errorf("%s: write anyOf, one schema for each type", strings.TrimSpace(found[0]))
		}
	}
	for path, item := range description(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil || operation.RequestBody.Value.Content["application/x-www-form-urlencoded"] == nil {
				continue
			}
			form := operation.RequestBody.Value.Content["application/x-www-form-urlencoded"].Schema.Value
			for name, property := range form.Properties {
				if property.Value.AnyOf != nil || property.Value.OneOf != nil {
					t.Errorf("%s %s: the form's %s is this or that", method, path, name)
				}
			}
		}
	}
}
