package surface

import (
	"encoding/json"
	"strconv"
	"strings"
)

// OpenAPI describes the endpoints of every declared api as paths of an OpenAPI document, in their order; nil for none.
func (s *Set) OpenAPI() *Object {
	if s == nil {
		return nil
	}
	paths := &Object{}
	for _, api := range s.APIs {
		for _, e := range api.Endpoints {
			path := strings.TrimSuffix(e.FullPath(), "/")
			if path == "" {
				path = "/"
			}
			item, _ := paths.Member(path)
			operations, is := item.(*Object)
			if !is {
				operations = &Object{}
				paths.add(path, operations)
			}
			operations.add(strings.ToLower(e.Method), e.openAPI())
		}
	}
	return paths
}

func (e *Endpoint) openAPI() *Object {
	o := &Object{}
	o.add("operationId", operationID(e))
	o.add("tags", []any{e.API.Name})
	if e.Description != "" {
		o.add("summary", e.Description)
	}
	var parameters []any
	for _, name := range e.variables {
		parameters = append(parameters, &Object{
			Names: []string{"name", "in", "required", "schema"}, Values: []any{name, "path", true, typeOf("string")},
		})
	}
	if parameters != nil {
		o.add("parameters", parameters)
	}
	if e.Method != "GET" && e.Method != "DELETE" {
		o.add("requestBody", jsonContent(nil, e.expected()))
	}
	o.add("responses", e.responses())
	if e.API.Tokens == nil || e.open {
		o.add("security", []any{})
	}
	return o
}

func operationID(e *Endpoint) string {
	id := e.API.Name + "_" + strings.ToLower(e.Method)
	for _, segment := range splitPath(e.Path) {
		id += "_" + strings.Trim(segment, "{}")
	}
	return id
}

// expected is the schema of the request's body, as far as the endpoint says.
func (e *Endpoint) expected() any {
	expects := e.Expects
	if expects == nil && len(e.Cases) == 1 {
		expects = e.Cases[0].Expects
	}
	switch {
	case expects == nil:
		return typeOf("object")
	case expects.Schema != nil:
		return expects.Schema.openAPI()
	}
	schema := &Schema{Types: []string{"object"}}
	for _, name := range expects.Fields {
		schema.require(name)
	}
	return schema.openAPI()
}

// require adds a required member by its dotted name.
func (s *Schema) require(name string) {
	head, rest, inside := cutDot(name)
	if s.Properties == nil {
		s.Properties = make(map[string]*Schema)
	}
	if s.Properties[head] == nil {
		s.Properties[head] = &Schema{}
		s.Required = append(s.Required, head)
	}
	if inside {
		s.Properties[head].Types = []string{"object"}
		s.Properties[head].require(rest)
	}
}

func (s *Schema) openAPI() *Object {
	o := &Object{}
	switch len(s.Types) {
	case 0:
	case 1:
		o.add("type", s.Types[0])
	default:
		o.add("type", texts(s.Types))
	}
	if len(s.Required) > 0 {
		o.add("required", texts(s.Required))
	}
	if len(s.Properties) > 0 {
		properties := &Object{}
		for _, name := range sortedNames(s.Properties) {
			properties.add(name, s.Properties[name].openAPI())
		}
		o.add("properties", properties)
	}
	if s.Items != nil {
		o.add("items", s.Items.openAPI())
	}
	if s.Enum != nil {
		values := make([]any, len(s.Enum))
		for i, one := range s.Enum {
			values[i] = json.RawMessage(one)
		}
		o.add("enum", values)
	}
	if s.Pattern != nil {
		o.add("pattern", s.Pattern.String())
	}
	return o
}

// responses describe the answers by status; the shapes of several with one status are alternatives.
func (e *Endpoint) responses() *Object {
	all := &Object{}
	byStatus := make(map[int][]any)
	var order []int
	record := func(status int, shape any) {
		if _, known := byStatus[status]; !known {
			order = append(order, status)
		}
		byStatus[status] = append(byStatus[status], shape)
	}
	for _, c := range e.Cases {
		for _, answer := range c.Answers {
			record(answer.status(), nodeSchema(answer.Body))
		}
		if len(c.Answers) == 0 {
			record(c.defaultStatus(), nil)
		}
	}
	for _, status := range order {
		all.add(strconv.Itoa(status), jsonContent("an answer with the status "+strconv.Itoa(status), alternatives(byStatus[status])))
	}
	var problem any
	if len(e.API.Problems) > 0 {
		problem = nodeSchema(e.API.Problems[0].Body)
	}
	all.add("default", jsonContent("a refusal, as the api's problems look", problem))
	return all
}

func (a *Answer) status() int {
	switch {
	case a.Status != 0:
		return a.Status
	case a.RateLimit != nil:
		return statusTooManyRequests
	default:
		return statusOK
	}
}

func (c *Case) defaultStatus() int {
	if c.Operation.Kind == DoesKeys || c.Operation.Kind == DoesBanks {
		return statusOK
	}
	return statusNoContent
}

func alternatives(shapes []any) any {
	var known []any
	for _, one := range shapes {
		if one != nil {
			known = append(known, one)
		}
	}
	switch len(known) {
	case 0:
		return nil
	case 1:
		return known[0]
	default:
		return &Object{Names: []string{"anyOf"}, Values: []any{known}}
	}
}

// nodeSchema describes what a node makes, nil for nothing.
func nodeSchema(node Node) any {
	switch node := node.(type) {
	case nil:
		return nil
	case *Members:
		properties := &Object{}
		for i, name := range node.Names {
			properties.add(name, nodeSchema(node.Nodes[i]))
		}
		return &Object{Names: []string{"type", "properties"}, Values: []any{"object", properties}}
	case Items:
		var shapes []any
		for _, item := range node {
			shapes = append(shapes, nodeSchema(item))
		}
		return listOfShape(alternatives(shapes))
	case *Each:
		return listOfShape(nodeSchema(node.Is))
	case *Mixed:
		return typeOf("string")
	case *Literal:
		return &Object{Names: []string{"example"}, Values: []any{node.value}}
	default:
		return &Object{} // whatever the path leads to
	}
}

func listOfShape(items any) *Object {
	if items == nil {
		items = &Object{}
	}
	return &Object{Names: []string{"type", "items"}, Values: []any{"array", items}}
}

func typeOf(name string) *Object { return &Object{Names: []string{"type"}, Values: []any{name}} }

// jsonContent describes a body of JSON; a description is needed of answers only.
func jsonContent(description, schema any) *Object {
	o := &Object{}
	if description != nil {
		o.add("description", description)
	}
	if schema != nil {
		media := &Object{Names: []string{"schema"}, Values: []any{schema}}
		o.add("content", &Object{Names: []string{jsonMedia}, Values: []any{media}})
	}
	return o
}

func texts(words []string) []any {
	list := make([]any, len(words))
	for i, word := range words {
		list[i] = word
	}
	return list
}

// MarshalJSON implements [json.Marshaler].
func (o *Object) MarshalJSON() ([]byte, error) { return appendObject(nil, o), nil }
