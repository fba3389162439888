package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"gopkg.in/yaml.v3"
)

var (
	routeForm = regexp.MustCompile(`^([A-Z]+) +(/\S*)$`)
	// routeMethods are those that a route may have.
	routeMethods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	variableForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// endpoints compiles the api's endpoints in the order in which they are written.
func (a *apiCompiler) endpoints() {
	under := Position{file: a.written.file, node: a.written.child("endpoints")}
	if under.node == nil || under.node.Kind != yaml.MappingNode {
		return
	}
	for key := range pairs(under.node) {
		written := a.written.Endpoints[key.Value]
		if written == nil {
			continue
		}
		if e := a.endpoint(under, key.Value, written); e != nil {
			a.api.Endpoints = append(a.api.Endpoints, e)
		}
	}
}

func (a *apiCompiler) endpoint(under Position, route string, written *APIEndpoint) *surface.Endpoint {
	found := routeForm.FindStringSubmatch(route)
	if found == nil || !slices.Contains(routeMethods, found[1]) {
		a.report.add(under.key(route), CodeBadRoute, "write METHOD /path/{variable}, such as GET /accounts/{account}; methods are "+
			strings.Join(routeMethods, ", "),
			"%q is no route", route)
		return nil
	}
	e := &surface.Endpoint{API: a.api, Method: found[1], Path: found[2], Source: under.source(route), Description: written.Description,
		Open: written.Authorization == "none"}
	a.owns(e.Method + " " + e.Path)
	variables := surface.Variables(e.Path)
	a.checkVariables(under, route, variables)
	a.checkNamed(written, variables)
	scope := a.root.Within(variables)
	if written.Does != nil && written.Does.operation == "" && len(written.Does.cases) == 0 && written.Does.node.Kind == yaml.SequenceNode {
		a.report.add(written.key("does"), CodeNoAnswer, "list a case, or take it out", "does lists no case: the endpoint does nothing")
	}
	if written.Does == nil || len(written.Does.cases) == 0 {
		e.Cases = []*surface.Case{a.endpointCase(scope, &written.APICase, nil)}
	} else {
		e.Expects = a.expects(written.Expects)
		for i := range written.Does.cases {
			e.Cases = append(e.Cases, a.endpointCase(scope, &written.Does.cases[i], &written.APICase))
		}
		for i, one := range e.Cases[:len(e.Cases)-1] {
			if one.When.Always() {
				a.report.add(written.Does.cases[i+1].at(), CodeNeverFires, "move the one without `when` to the end",
					"this case is never taken: one before it always is")
				break
			}
		}
	}
	e.RateLimit = a.rateLimit(scope, written.RateLimit)
	return e
}

// checkVariables reports a variable that is written twice, or that names an id which there is not.
func (a *apiCompiler) checkVariables(under Position, route string, variables []string) {
	for i, name := range variables {
		switch {
		case !variableForm.MatchString(name):
			a.report.add(under.key(route), CodeBadRoute, "use letters, digits and underscores", "%q is no name of a variable", name)
		case slices.Contains(variables[:i], name):
			a.report.add(under.key(route), CodeBadRoute, "", "the variable %q is there twice", name)
		case name == "account" && a.written.IDs["account"] == nil:
			a.report.add(under.key(route), CodeUnknownPath, "add `ids: {account: {of: connection, each: \"${data.accounts}\"}}` to the api",
				"nothing declares the id %q that the path names", name)
		}
	}
}

// endpointCase compiles one case. What it does not say, the endpoint around it may.
func (a *apiCompiler) endpointCase(scope *surface.Scope, written, around *APICase) *surface.Case {
	scope = scope.Afresh()
	c := &surface.Case{When: a.condition(written.When)}
	of, keep := written.Of, written.Keep
	answers := written
	if around != nil {
		if of == nil {
			of = around.Of
		}
		if keep == nil {
			keep = around.Keep
		}
		if written.Answer == nil && len(written.Answers) == 0 {
			answers = around
		}
	}
	c.Expects = a.expects(written.Expects)
	if of != nil {
		c.Of = a.value(scope, of.node)
	}
	if written.Does != nil {
		c.Operation = a.operation(scope, written.Does)
	}
	c.Keep = a.keeps(scope, keep)
	if field, input := c.KeepsSecret(); field != "" {
		a.report.add(keep.at(), CodeSecretKept, "take it out of `keep`",
			"%q holds the %s of a login or an answer, which nothing may store", field, input)
	}
	a.answers(scope, c, answers)
	c.Issues, c.Renews = scope.Issues(), scope.Renews()
	return c
}

// answers compiles what a case says.
func (a *apiCompiler) answers(scope *surface.Scope, c *surface.Case, written *APICase) {
	if written.Answer != nil && len(written.Answers) > 0 {
		a.report.add(written.key("answers"), CodeConflict, "write all of them under `answers`",
			"an endpoint has `answer` or `answers`, not both")
	}
	if written.Answer != nil {
		c.Answers = []*surface.Answer{a.answer(scope, written.Answer)}
		return
	}
	if written.has("answers") && len(written.Answers) == 0 && written.child("answers") != nil {
		a.report.add(written.key("answers"), CodeNoAnswer, "list an answer, or take it out",
			"answers lists none: the endpoint answers 204 without a body")
	}
	for i := range written.Answers {
		c.Answers = append(c.Answers, a.answer(scope, &written.Answers[i]))
	}
	if last := len(c.Answers); last > 0 && (!c.Answers[last-1].When.Always() || c.Answers[last-1].Refuses) {
		a.report.add(written.Answers[last-1].at(), CodeNoAnswer, "add an answer without `when` at the end",
			"where no `when` holds the endpoint answers 204 without a body")
	}
	for i := range c.Answers[:max(0, len(c.Answers)-1)] {
		if c.Answers[i].When.Always() && !c.Answers[i].Refuses {
			a.report.add(written.Answers[i+1].at(), CodeNeverFires, "move the one without `when` to the end",
				"this answer is never given: one before it always is")
			break
		}
	}
}

func (a *apiCompiler) answer(scope *surface.Scope, written *APIAnswer) *surface.Answer {
	answer := &surface.Answer{When: a.condition(written.When), Source: written.Source()}
	if written.Status != nil {
		answer.Status = *written.Status
		if answer.Status < minStatus || answer.Status > maxStatus {
			a.report.add(written.value("status"), CodeBadHTTPStatus, "a status code such as 200, 429 or 503",
				"an answer's status code is from %d to %d, not %d", minStatus, maxStatus, answer.Status)
		}
	}
	answer.Headers = a.headers(scope, written.Position, written.Headers)
	if written.Body != nil {
		answer.Body = a.value(scope, written.Body.node)
		answer.Raw = rawText(written.Body.node)
	}
	answer.Response = a.shaping(written)
	answer.RateLimit = a.rateLimit(scope, written.RateLimit)
	answer.Refuses = written.Processed != nil && !*written.Processed || written.Processed == nil && written.RateLimit != nil
	if written.RateLimit != nil && !answer.Refuses {
		a.report.add(written.key("processed"), CodeConflict, "take `processed` out", "what is beyond an answer's limit is not carried out")
	}
	a.changes(scope, written, answer)
	return answer
}

// changes compiles what an answer lays over its body, and takes away of it.
func (a *apiCompiler) changes(scope *surface.Scope, written *APIAnswer, answer *surface.Answer) {
	answer.Remove = written.Remove
	patchOf(a.report, written.Position, nil, written.Remove)
	if written.Set == nil {
		return
	}
	if node := follow(written.Set.node); node.Kind != yaml.MappingNode {
		a.report.add(written.value("set"), CodeWrongType, "such as {status: SOMETHING_NEW}", "set must be a mapping of members")
		return
	}
	answer.Set = a.value(scope, written.Set.node)
}

// rawText reports whether a body is a text that is sent as it is, rather than as JSON.
func rawText(node *yaml.Node) bool {
	node = follow(node)
	if node.Kind != yaml.ScalarNode {
		return false
	}
	if !surface.HasExpression(node.Value) {
		return true
	}
	return !strings.HasPrefix(node.Value, "${") || strings.Count(node.Value, "${") != 1 || !strings.HasSuffix(node.Value, "}")
}

// shaping compiles what else an answer says about the wire; nil for nothing.
func (a *apiCompiler) shaping(written *APIAnswer) *engine.Response {
	shaped := Response{
		Position: written.Position, Delay: written.Delay, RetryAfter: written.RetryAfter, Fault: written.Fault,
		Probability: written.Probability, Dribble: written.Dribble,
	}
	if shaped.Delay == nil && shaped.RetryAfter == nil && shaped.Dribble == nil && shaped.Fault == "" {
		return nil
	}
	return responses{report: a.report, text: a.faultText, scopes: true}.response(&shaped)
}

// operation compiles what the bank does.
func (a *apiCompiler) operation(scope *surface.Scope, written *APIDoes) surface.Operation {
	o := surface.Operation{Kind: surface.OperationKind(written.operation), Inputs: map[string]surface.Node{}}
	if written.inputs == nil || o.Kind == "" {
		return o
	}
	known := o.Kind.Inputs()
	if written.inputs.Kind != yaml.MappingNode {
		if len(known) != 1 {
			a.report.add(spanOf(written.file, written.inputs), CodeWrongType, "write a mapping from "+strings.Join(known, ", "),
				"%s takes its inputs by name", o.Kind)
			return o
		}
		o.Inputs[known[0]] = a.value(scope, written.inputs)
		return o
	}
	for key, value := range pairs(written.inputs) {
		switch {
		case !slices.Contains(known, key.Value):
			hint := didYouMean(key.Value, known)
			if len(known) == 0 {
				hint = fmt.Sprintf("write `does: %s`", o.Kind)
			}
			a.report.add(spanOf(written.file, key), CodeUnknownKey, hint, "%s takes no %q", o.Kind, key.Value)
		case key.Value == "fields" && follow(value).Kind == yaml.MappingNode:
			o.Fields = map[string]surface.Node{}
			for name, field := range pairs(follow(value)) {
				o.Fields[name.Value] = a.value(scope, field)
			}
		default:
			o.Inputs[key.Value] = a.value(scope, value)
		}
	}
	return o
}

func (a *apiCompiler) keeps(scope *surface.Scope, written *APIKeep) []surface.Kept {
	if written == nil {
		return nil
	}
	var kept []surface.Kept
	a.checkFields(written.Position, written.fields)
	for _, name := range written.fields {
		kept = append(kept, surface.Kept{Name: name})
	}
	if written.values != nil {
		for key := range pairs(written.node) {
			value := written.values[key.Value]
			kept = append(kept, surface.Kept{Name: key.Value, Value: a.value(scope, value.node)})
		}
	}
	return kept
}

func (a *apiCompiler) expects(written *APIExpects) *surface.Expects {
	switch {
	case written == nil:
		return nil
	case written.schema != nil:
		return &surface.Expects{Schema: a.schema(written.schema)}
	default:
		a.checkFields(written.Position, written.fields)
		return &surface.Expects{Fields: written.fields}
	}
}

// checkFields reports names of a list that no field can have.
func (a *apiCompiler) checkFields(in Position, names []string) {
	for i, name := range names {
		if !slices.Contains(strings.Split(name, "."), "") {
			continue
		}
		at := in.at()
		if node := follow(in.node); node.Kind == yaml.SequenceNode && i < len(node.Content) {
			at = spanOf(in.file, node.Content[i])
		}
		a.report.add(at, CodeBadName, "write the field's name, and a dot between it and one inside, such as user.client_user_id",
			"%q names no field", name)
	}
}

// schemaTypes are those of JSON.
var schemaTypes = []string{"object", "array", "string", "number", "integer", "boolean", "null"}

func (a *apiCompiler) schema(written *APISchema) *surface.Schema {
	if written == nil {
		return nil
	}
	s := &surface.Schema{Types: written.Type, Required: written.Required, Items: a.schema(written.Items)}
	for _, one := range written.Type {
		if !slices.Contains(schemaTypes, one) {
			a.report.add(written.value("type"), CodeUnknownWord, didYouMean(one, schemaTypes), "%q is no type of JSON", one)
		}
	}
	if written.Properties != nil {
		s.Properties = make(map[string]*surface.Schema, len(written.Properties))
		for name, property := range written.Properties {
			s.Properties[name] = a.schema(property)
		}
	}
	for i := range written.Enum {
		s.Enum = append(s.Enum, surface.JSON(a.value(a.root, written.Enum[i].node)))
	}
	if written.Pattern != "" {
		pattern, err := regexp.Compile(written.Pattern)
		if err != nil {
			a.report.add(written.value("pattern"), CodeBadPattern, "mockbank's expressions are RE2: there is no look-around",
				"the pattern cannot be read: %v", err)
		}
		s.Pattern = pattern
	}
	return s
}

func (a *apiCompiler) rateLimit(scope *surface.Scope, written *APIRateLimit) *surface.RateLimit {
	if written == nil {
		return nil
	}
	plain := RateLimit{Position: written.Position, Per: written.Per, Requests: written.Requests, Window: written.Window, Zone: written.Zone}
	limit := &surface.RateLimit{Limit: *responses{report: a.report, text: a.faultText, scopes: true}.rateLimit(&plain), For: written.For}
	limit.Headers = a.headers(scope.Limits(), written.Position, written.Headers)
	return limit
}

// checkRoutes reports routes that are there already: mockbank's own, or another api's.
func (c *compiler) checkRoutes(apis []*apiCompiler) {
	own := surface.OwnRoutes(c.server.BasePath)
	seen := make(map[string]*apiCompiler)
	for _, a := range apis {
		under := Position{file: a.written.file, node: a.written.child("endpoints")}
		for _, e := range a.api.Endpoints {
			route := e.Method + " " + e.Path
			if taken := surface.Collision(own, e.Method, e.FullPath()); taken != "" && a.api.Accept == "" &&
				!slices.Contains(a.api.Replaces, taken) {
				a.report.add(under.key(route), CodeRouteTaken, fmt.Sprintf("choose another base, or write `replaces: [%s]`", taken),
					"the route is mockbank's own: %s", taken)
			}
			key := e.Method + " " + surface.Pattern(e.FullPath()) + " " + a.api.Accept
			if other := seen[key]; other != nil {
				a.report.add(under.key(route), CodeRouteTaken, "take one of them out", "the route is declared before, by the api %q",
					other.api.Name)
			}
			seen[key] = a
		}
	}
}
