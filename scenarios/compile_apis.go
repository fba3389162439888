package scenarios

import (
	"cmp"
	"errors"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"gopkg.in/yaml.v3"
)

// apiCompiler compiles one declared api.
type apiCompiler struct {
	*compiler
	written *API
	api     *surface.API
	root    *surface.Scope
	// webhooks are those of the api, as the bank knows them.
	webhooks []engine.Webhook
	// owner is the place that is compiled, and asked how many of its conditions ask the bank for facts.
	owner string
	asked int
}

// apiNames appear in addresses of faults, metrics and journals.
var apiName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)

// declareAPIs compiles the apis of all files.
func (c *compiler) declareAPIs(l *loader) (*surface.Set, []engine.Webhook) {
	names := make(map[string]Position)
	var apis []*surface.API
	var compilers []*apiCompiler
	for _, unit := range l.units {
		for i := range unit.document.APIs {
			written := &unit.document.APIs[i]
			if before, twice := names[written.Name]; twice && written.Name != "" {
				c.duplicate(written.value("name"), "api", written.Name, before.value("name"))
				continue
			}
			names[written.Name] = written.Position
			a := c.api(written)
			apis, compilers = append(apis, a.api), append(compilers, a)
		}
	}
	c.checkFaultNames(apis)
	if len(apis) == 0 || c.report.HasErrors() {
		return nil, nil
	}
	if c.checkRoutes(compilers); c.report.HasErrors() {
		return nil, nil
	}
	set, err := surface.NewSet(apis)
	if err != nil {
		c.report.add(compilers[0].written.at(), CodeConflict, "", "the apis cannot be served: %v", err)
		return nil, nil
	}
	var webhooks []engine.Webhook
	for _, one := range compilers {
		webhooks = append(webhooks, one.webhooks...)
	}
	return set, webhooks
}

// api compiles an api: first what its texts may name, then the texts.
func (c *compiler) api(written *API) *apiCompiler {
	c.throttle()
	a := &apiCompiler{compiler: c, written: written, api: surface.NewAPI(written.Name, strings.TrimSuffix(written.Base, "/"))}
	a.root = a.api.Root()
	a.checkName()
	a.settings()
	a.names()
	a.texts()
	a.endpoints()
	a.declareWebhooks()
	return a
}

func (a *apiCompiler) checkName() {
	if a.written.Name != "" && !apiName.MatchString(a.written.Name) {
		a.report.add(a.written.value("name"), CodeBadName, "use letters, digits, underscores and dashes", "%q is no name of an api",
			a.written.Name)
	}
	base := a.api.Base
	if base != "" && (base[0] != '/' || strings.ContainsAny(base, "{}?# ") || strings.Contains(base, "//")) {
		a.report.add(a.written.value("base"), CodeBadRoute, "such as /shop/v1", "%q is no path that routes can begin with", a.written.Base)
	}
	for _, own := range []string{"/admin", "/sessions", "/login", "/phone"} {
		if base == own || strings.HasPrefix(base, own+"/") {
			a.report.add(a.written.value("base"), CodeRouteTaken, "choose another path", "%s is mockbank's own", own)
		}
	}
}

// settings takes over what is a plain choice.
func (a *apiCompiler) settings() {
	w := a.written
	a.api.Source = w.source("name")
	a.api.ConnectsWhenAuthenticated = w.Connects == "when_authenticated"
	a.api.CredentialsOnPage = w.Credentials == "on_page"
	a.api.BanksFromScenarios = w.Banks == "from_scenarios"
	a.api.Accept = w.Accept
	if w.Tokens != nil {
		a.api.Tokens = &surface.Tokens{ExpiresAfter: w.Tokens.ExpiresAfter, Refresh: w.Tokens.Refresh, Form: w.Tokens.Form}
	}
	own := surface.OwnRoutes(a.server.BasePath)
	for _, route := range w.Replaces {
		if _, known := ownRoute(own, route); !known {
			a.report.add(w.value("replaces"), CodeUnknownWord, didYouMean(route, own), "%q is none of mockbank's own routes", route)
		}
		a.api.Replaces = append(a.api.Replaces, route)
	}
}

func ownRoute(own []string, route string) (string, bool) {
	for _, one := range own {
		if one == route {
			return one, true
		}
	}
	return "", false
}

// names declares what the api's texts may name.
func (a *apiCompiler) names() {
	w := a.written
	for name, table := range w.Words {
		a.api.DeclareWords(name, wordsOf(table))
	}
	for name, id := range w.IDs {
		if id == nil {
			continue
		}
		secret := id.Once
		if id.Secret != nil {
			secret = *id.Secret
		}
		if !apiName.MatchString(name) {
			a.report.add(Position{file: w.file, node: w.child("ids")}.key(name), CodeBadName,
				"use letters, digits, underscores and dashes", "%q is no name of an id", name)
		}
		a.api.DeclareID(&surface.Kind{
			Name: name, Of: surface.Target(id.Of), Prefix: id.Prefix, Once: id.Once, ExpiresAfter: id.ExpiresAfter,
			ForEachUser: id.NewWithEachConsent != nil && !*id.NewWithEachConsent, Secret: secret,
		}, id.Each != nil)
	}
	for name, value := range w.Data {
		a.api.DeclareData(name, shapeOf(value.node))
	}
	for _, group := range a.groups() {
		a.api.DeclareCapture(group)
	}
	for _, endpoint := range w.Endpoints {
		if endpoint != nil {
			a.declareKept(&endpoint.APICase)
		}
	}
}

// groups lists the named groups of all scenarios.
func (a *apiCompiler) groups() []string {
	var names []string
	for _, one := range a.cases {
		names = append(names, groupNames(&one.written.When)...)
	}
	return names
}

func (a *apiCompiler) declareKept(one *APICase) {
	if one.Keep != nil {
		for _, name := range one.Keep.fields {
			head, _, _ := strings.Cut(name, ".")
			a.api.DeclareKept(head)
		}
		for name := range one.Keep.values {
			a.api.DeclareKept(name)
		}
	}
	if one.Does != nil {
		for i := range one.Does.cases {
			a.declareKept(&one.Does.cases[i])
		}
	}
}

// shapeOf says which members the data has, as it is written.
func shapeOf(node *yaml.Node) *surface.Shape {
	node = follow(node)
	switch node.Kind {
	case yaml.MappingNode:
		if list, _ := eachOf(node); list != nil {
			return surface.ShapeOfAnything()
		}
		members := make(map[string]*surface.Shape)
		for key, value := range pairs(node) {
			members[key.Value] = shapeOf(value)
		}
		return surface.ShapeOfMembers(members)
	case yaml.SequenceNode:
		var element *surface.Shape
		for _, item := range node.Content {
			element = element.Merge(shapeOf(item))
		}
		if element == nil {
			element = surface.ShapeOfAnything()
		}
		return surface.ShapeOfList(element)
	default:
		if surface.HasExpression(node.Value) {
			return surface.ShapeOfAnything()
		}
		return surface.ShapeOfScalar()
	}
}

// texts compiles what is not an endpoint's.
func (a *apiCompiler) texts() {
	w := a.written
	a.declaredTexts()
	for decision, returns := range w.Returns {
		if returns != nil {
			a.api.Returns[decision] = a.returns(returns)
		}
	}
	a.checkReturns()
	a.problem(w.Problem)
}

// checkReturns warns of what comes back of decisions that no page has.
func (a *apiCompiler) checkReturns() {
	under := Position{file: a.written.file, node: a.written.child("returns")}
	if len(a.written.Returns) == 0 || under.node == nil {
		return
	}
	known := a.decisions()
	for key := range pairs(under.node) {
		if !slices.Contains(known, key.Value) {
			a.report.add(under.key(key.Value), CodeUnknownDecision,
				cmp.Or(didYouMean(key.Value, known), "declare it at a step: `decisions: [{id: …, name: …}]`"),
				"no step offers the decision %q: nothing comes back so", key.Value)
		}
	}
}

// decisions lists those that there are on the bank's pages.
func (a *apiCompiler) decisions() []string {
	known := []string{engine.Approved, engine.Declined}
	for _, one := range a.cases {
		if one.rule == nil || one.rule.Flow == nil {
			continue
		}
		for i := range one.rule.Flow.Steps {
			for _, decision := range one.rule.Flow.Steps[i].Decisions {
				if !slices.Contains(known, decision.ID) {
					known = append(known, decision.ID)
				}
			}
		}
	}
	return known
}

func (a *apiCompiler) returns(written *APIReturns) *surface.Returns {
	returns := &surface.Returns{Nowhere: written.nowhere}
	query := Position{file: written.file, node: written.child("query")}
	if query.node == nil {
		return returns
	}
	for key := range pairs(query.node) {
		returns.Names = append(returns.Names, key.Value)
		returns.Nodes = append(returns.Nodes, a.value(a.root, written.Query[key.Value].node))
	}
	return returns
}

func (a *apiCompiler) problem(written *APIProblem) {
	if written == nil {
		return
	}
	a.owns("problem")
	if written.Body != nil {
		a.api.Problems = []*surface.Answer{{Body: a.value(a.root, written.Body.node), Source: written.Source()}}
		return
	}
	if len(written.Answers) == 0 {
		a.report.add(written.at(), CodeNoAnswer, "list an answer, or take it out",
			"problem lists no answer: refusals look as if it were not there")
	}
	for i := range written.Answers {
		a.api.Problems = append(a.api.Problems, a.answer(a.root, &written.Answers[i]))
	}
}

// value compiles a piece of an answer.
func (a *apiCompiler) value(scope *surface.Scope, node *yaml.Node) surface.Node {
	node = follow(node)
	switch node.Kind {
	case yaml.MappingNode:
		if list, is := eachOf(node); list != nil {
			inner, each := scope.Each(a.value(scope, list))
			each.Is = a.value(inner, is)
			return each
		}
		a.checkEach(node)
		var names []string
		var nodes []surface.Node
		for key, value := range pairs(node) {
			names, nodes = append(names, follow(key).Value), append(nodes, a.value(scope, value))
		}
		return surface.NewMembers(names, nodes)
	case yaml.SequenceNode:
		items := make(surface.Items, len(node.Content))
		for i, item := range node.Content {
			items[i] = a.value(scope, item)
		}
		return items
	default:
		return a.scalarValue(scope, node)
	}
}

// checkEach reports what was meant as `{each: list, is: element}`, and has another word for `is`.
func (a *apiCompiler) checkEach(node *yaml.Node) {
	_, list := lookUp(node, "each")
	if list == nil || len(node.Content) != 4 || !surface.HasExpression(follow(list).Value) {
		return
	}
	for key := range pairs(node) {
		if key.Value != "each" {
			a.report.add(spanOf(a.written.file, key), CodeConflict, "write `is`",
				"beside `each` stands `is`, what each element becomes, not %q", key.Value)
		}
	}
}

// eachOf returns the list and the element of `{each: list, is: element}`, nil for any other mapping.
func eachOf(node *yaml.Node) (list, is *yaml.Node) {
	if len(node.Content) != 4 {
		return nil, nil
	}
	_, list = lookUp(node, "each")
	_, is = lookUp(node, "is")
	if list == nil || is == nil {
		return nil, nil
	}
	return list, is
}

func (a *apiCompiler) scalarValue(scope *surface.Scope, node *yaml.Node) surface.Node {
	if !surface.HasExpression(node.Value) {
		const asText = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
		return surface.Scalar(node.Value, node.Style&asText != 0)
	}
	compiled, err := scope.Compile(node.Value)
	for _, warning := range scope.Warnings() {
		a.report.add(spanOf(a.written.file, node), CodeWordLacks, "add them, or `any`", "%s", warning)
	}
	var wrong *surface.PathError
	if errors.As(err, &wrong) {
		a.report.add(a.spanWithin(node, wrong.Expression), CodeUnknownPath, wrong.Hint, "%s", wrong.Message)
		return surface.NewLiteral(nil)
	}
	return compiled
}

// spanWithin returns where an expression stands in a text.
func (a *apiCompiler) spanWithin(node *yaml.Node, expression string) span {
	at := spanOf(a.written.file, node)
	line := []rune(a.written.file.line(node.Line))
	if len(line) > maxShownLine || at.column < 1 || at.column > len(line) {
		return at
	}
	rest := string(line[at.column-1:])
	if i := strings.Index(rest, expression); expression != "" && i >= 0 {
		at.column += len([]rune(rest[:i]))
		at.end = at.column + len([]rune(expression))
	}
	return at
}

// headers compiles headers in the order in which they are written.
func (a *apiCompiler) headers(scope *surface.Scope, in Position, values map[string]Value) []surface.Header {
	under := Position{file: in.file, node: in.child("headers")}
	if under.node == nil {
		return nil
	}
	var headers []surface.Header
	for key := range pairs(under.node) {
		name := key.Value
		value, has := values[name]
		if !has {
			continue
		}
		switch canonical := textproto.CanonicalMIMEHeaderKey(name); {
		case !headerForm.MatchString(name):
			a.report.add(under.key(name), CodeBadHeader, "use letters, digits and dashes", "%q is no name of a header", name)
		case ownHeaders[canonical]:
			a.report.add(under.key(name), CodeBadHeader, "take it out; to break an answer on its way, use `fault`",
				"mockbank sets the header %s itself", canonical)
		}
		headers = append(headers, surface.Header{Name: textproto.CanonicalMIMEHeaderKey(name), Value: a.value(scope, value.node)})
	}
	return headers
}

// condition compiles a `when`; nil is none.
func (a *apiCompiler) condition(written *APIWhen) *surface.Condition {
	if written == nil {
		return nil
	}
	c := &surface.Condition{
		Bank: written.Bank, Username: written.Username, Scenario: written.Scenario, Session: written.Session,
		Process: written.Process, Connection: written.Connection, Error: written.Error, Not: a.condition(written.Not),
		Fields: written.Fields,
	}
	a.checkStatuses(written, "process", written.Process, texts(engine.Statuses()))
	a.checkStatuses(written, "connection", written.Connection, texts(engine.ImportStatuses()))
	if written.Headers != nil {
		c.Headers = make(map[string]engine.Matcher, len(written.Headers))
		for name, matcher := range written.Headers {
			c.Headers[textproto.CanonicalMIMEHeaderKey(name)] = matcher
		}
	}
	if written.OlderThan != nil {
		c.SetOlderThan(*written.OlderThan)
	}
	if written.has("any_of") && len(written.AnyOf) == 0 {
		a.report.add(written.value("any_of"), CodeEmptyMatcher, "write at least one condition, or take it out",
			"any_of has no condition: it would never hold")
	}
	for _, one := range written.AnyOf {
		c.AnyOf = append(c.AnyOf, a.condition(one))
	}
	a.facts(written, c)
	if err := c.Compile(); err != nil {
		a.report.add(written.at(), CodeBadPattern, "", "%v", err)
	}
	return c
}

// apiPosition is the `when` of an api, which has no key for what is not known there.
var apiPosition = whenPosition{name: "an api", knows: ^engine.Knowledge(0)}

// facts compiles what a condition asks the bank for.
func (a *apiCompiler) facts(written *APIWhen, into *surface.Condition) {
	when := When{Position: written.Position, FactKeys: written.FactKeys}
	asked := a.ownCondition(&when, apiPosition)
	if asked.Facts.None() {
		return
	}
	if runs := written.Runs; runs != nil && !runs.Within.IsZero() {
		a.report.add(written.key("runs"), CodeConditionUnfit, "ask in a case of `update`",
			"an api knows which update it is, not when the others were")
	}
	for to, from := range map[*engine.Matcher]*engine.Matcher{&asked.Bank: written.Bank, &asked.Username: written.Username,
		&asked.Scenario: written.Scenario} {
		if from != nil {
			*to = *from // so that only those are counted which it may be about
		}
	}
	a.asked++
	into.Facts, into.Owner = &asked, a.owner+" "+strconv.Itoa(a.asked)
}

// owns names the place whose conditions are compiled next, for the numbers of their draws.
func (a *apiCompiler) owns(position string) { a.owner, a.asked = "apis."+a.api.Name+" "+position, 0 }

// checkStatuses reports texts that are no status.
func (a *apiCompiler) checkStatuses(in *APIWhen, key string, matcher *engine.Matcher, statuses []string) {
	if matcher == nil {
		return
	}
	for _, text := range literalsIn(matcher) {
		if _, known := indexOf(statuses, text); !known && text != "" {
			a.report.add(in.value(key), CodeUnknownStatus, didYouMean(text, statuses), "%q is no status of a %s", text, key)
		}
	}
}

func indexOf(words []string, word string) (int, bool) {
	for i, one := range words {
		if one == word {
			return i, true
		}
	}
	return 0, false
}
