package record

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// declaredRoute begins the names of the endpoints of declared apis.
const declaredRoute = "apis."

// answered is what a declared api answered before: later requests may refer to its parts.
type answered struct {
	api  string
	step *yaml.Node
	body any
}

// request writes a request to a declared api. The journal has of it the path and what the endpoint maps; what else it
// brought is left out. Identifiers and tokens that an answer before gave are taken from that answer.
func (r *recorder) request(e *journal.Entry) {
	api := apiOf(e)
	if e.Request.Method == "HEAD" || e.Response.Code == "unauthorized" && field(e.Request.Header, "Authorization") == "" &&
		e.Process == "" {
		r.leaveOut(e)
		return
	}
	path := strings.TrimPrefix(e.Request.Path, "/sessions/"+r.Session.ID)
	if strings.Contains(path, journal.Redacted) || strings.Contains(path, cut) {
		r.gap(e, "its path has a secret, or is too long for the journal")
		return
	}
	r.at(e)
	request, step := flow(), block()
	match, explained := r.endpointOf(e, path)
	members, query := r.mapped(e, match, explained)
	target := r.referring(api, path)
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	add(request, "endpoint", quoteNode(e.Request.Method+" "+target))
	if explained != nil && explained.Token && field(e.Request.Header, "Authorization") != "" {
		token, found := r.tokenOf(api)
		if !found {
			r.gap(e, "the token is from no answer that the journal has")
			return
		}
		add(request, "headers", flow("Authorization", quoteNode("Bearer "+token)))
	} else if field(e.Request.Header, "Authorization") != "" { // of no token that the api gave: whether there is one may count
		add(request, "headers", flow("Authorization", quoteNode("Bearer x")))
	}
	if match != nil && match.API.Accept != "" {
		header := child(request, "headers")
		if header == nil {
			header = flow()
			add(request, "headers", header)
		}
		add(header, "Accept", text(match.API.Accept))
	}
	if len(members.Content) > 0 {
		add(request, "body", members)
	}
	add(step, "request", request)
	if hidden := e.Request.Hidden; hidden > 0 {
		r.pending = append(r.pending, fmt.Sprintf("%d members of this request are not in the journal; x stands where one is needed.",
			hidden))
	}
	r.append(step)
	r.expectRequest(e, step)
	r.takeRecords(e, step)
	var body any
	if json.Unmarshal(e.Response.Body, &body) == nil {
		r.heard = append(r.heard, answered{api, step, body})
	}
}

// apiOf is the name of the declared api that the exchange is with.
func apiOf(e *journal.Entry) string {
	api, _, _ := strings.Cut(strings.TrimPrefix(e.Route, declaredRoute), " ")
	return api
}

// takeRecords notes the process and the connection that the request began, or was about.
func (r *recorder) takeRecords(e *journal.Entry, step *yaml.Node) {
	if e.Decision != nil {
		r.logins++
	}
	if e.Process == "" && e.Connection == "" {
		return
	}
	s := &subject{process: e.Process, connection: e.Connection, step: step, name: nameOfStep(step)}
	if r.current = s; e.Process != "" {
		r.processes[e.Process] = s
	}
	if e.Connection != "" {
		r.connections[e.Connection] = s
	}
}

// endpointOf returns what answers the request, nil where nothing of that is declared any more.
func (r *recorder) endpointOf(e *journal.Entry, path string) (*surface.Match, *surface.Explanation) {
	set := surface.Of(r.Rules)
	if set == nil {
		return nil, nil
	}
	match := set.Match(e.Request.Method, path, field(e.Request.Header, "Accept"))
	if match == nil {
		return nil, nil
	}
	explained, err := match.Explain()
	if err != nil {
		return nil, nil
	}
	return match, explained
}

// mapped returns the request's members that the endpoint maps, and those of its query.
func (r *recorder) mapped(e *journal.Entry, match *surface.Match, explained *surface.Explanation) (body *yaml.Node, query url.Values) {
	body, query = flow(), url.Values{}
	if explained == nil {
		return body, query
	}
	for _, f := range e.Request.Body {
		member, whole := memberOf(f.Name)
		if member == "" || !whole {
			continue // made of several parts, or looked up: what it was made of, nobody knows
		}
		value, found := r.mappedValue(e, inputOf(explained, f.Name), f)
		if !found {
			r.gap(e, "no value is found for "+member)
			continue
		}
		if name, is := strings.CutPrefix(member, "query."); is {
			query.Set(name, value.Value)
			continue
		}
		setIn(body, strings.Split(member, "."), value)
	}
	if e.Request.Method == "GET" {
		neededInQuery(e, explained, query)
	} else if e.Request.Bytes > len("{}") {
		r.named(e, match.API, explained, body)
		spoken(e, match.API, explained, body)
		r.needed(explained, body)
	}
	return body, query
}

// withinBody is a member that an expression refers to.
var withinBody = regexp.MustCompile(`\bbody\.([A-Za-z_][A-Za-z0-9_.]*)`)

// memberOf returns the member of a request that an input is mapped from, and whether it is the whole of it, or what stands
// where that is missing.
func memberOf(source string) (member string, whole bool) {
	first, _, _ := strings.Cut(source, " ??")
	if plainName.MatchString(first) {
		return strings.TrimPrefix(first, "body."), true
	}
	if found := withinBody.FindStringSubmatch(source); found != nil {
		return found[1], false
	}
	return "", false
}

// lookedUp is a member that an endpoint looks up in a table of words.
var lookedUp = regexp.MustCompile(`^\$\{words\.([A-Za-z_][A-Za-z0-9_]*)\[body\.([A-Za-z_][A-Za-z0-9_.]*)\]\}$`)

// spoken puts the words that stand for what the endpoint's inputs were.
func spoken(e *journal.Entry, api *surface.API, explained *surface.Explanation, body *yaml.Node) {
	for _, one := range explained.Cases {
		for _, input := range slices.Sorted(maps.Keys(one.Inputs)) {
			parts := lookedUp.FindStringSubmatch(one.Inputs[input])
			if parts == nil || hasIn(body, strings.Split(parts[2], ".")) {
				continue
			}
			source := strings.TrimSuffix(strings.TrimPrefix(one.Inputs[input], "${"), "}")
			if said, found := api.WordFor(parts[1], field(e.Request.Body, source)); found {
				setIn(body, strings.Split(parts[2], "."), text(said))
			}
		}
	}
}

// needed puts a text where the endpoint wants a member that the journal does not have. What answers say of it is not expected.
func (r *recorder) needed(explained *surface.Explanation, body *yaml.Node) {
	wanted := slices.Clone(explained.Expects)
	for _, one := range explained.Cases {
		wanted = append(wanted, one.Expects...)
	}
	for _, name := range wanted {
		if parts := strings.Split(name, "."); plainName.MatchString(name) && !hasIn(body, parts) {
			setIn(body, parts, text("x"))
			r.unknown[parts[len(parts)-1]] = true
		}
	}
}

// neededInQuery is as needed, for a request without a body that brought parameters.
func neededInQuery(e *journal.Entry, explained *surface.Explanation, query url.Values) {
	if e.Request.Hidden == 0 {
		return
	}
	wanted := slices.Clone(explained.Expects)
	for _, one := range explained.Cases {
		wanted = append(wanted, one.Expects...)
	}
	for _, name := range wanted {
		if name = strings.TrimPrefix(name, "query."); plainName.MatchString(name) && !query.Has(name) {
			query.Set(name, "x")
		}
	}
}

func hasIn(node *yaml.Node, names []string) bool {
	for _, name := range names {
		if node == nil || node.Kind != yaml.MappingNode {
			return false
		}
		node = child(node, name)
	}
	return node != nil
}

// plainName is the name of a member, or of one within another: what an endpoint maps may be more than that.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

// named puts into a body what names the record that the request is about.
func (r *recorder) named(e *journal.Entry, api *surface.API, explained *surface.Explanation, body *yaml.Node) {
	for _, one := range explained.Cases {
		name, is := strings.CutPrefix(strings.TrimSuffix(one.Of, "}"), "${body.")
		if !is || !plainName.MatchString(name) {
			continue
		}
		parts := strings.Split(name, ".")
		if reference, found := r.naming(e, api, parts[len(parts)-1]); found {
			setIn(body, parts, quoteNode("${"+reference+"}"))
			return
		}
	}
}

// naming returns what names the record that the request is about: a member of the same name of an answer before, a parameter
// that the browser brought back, or the record's own identifier.
func (r *recorder) naming(e *journal.Entry, api *surface.API, name string) (string, bool) {
	if reference, found := r.reference(api.Name, func(path string, _ any) bool { return lastName(path) == name }); found {
		return reference, true
	}
	if r.broughtBack != "" && (e.Process == "" || e.Process == r.broughtBack) && api.BringsBack(name) {
		return "query." + name, true
	}
	return r.reference(api.Name, func(_ string, value any) bool {
		return value != "" && (value == e.Process || value == e.Connection)
	})
}

// inputOf returns what the endpoint maps a part of the request to, "" where nobody knows.
func inputOf(explained *surface.Explanation, name string) string {
	for _, one := range explained.Cases {
		for _, input := range slices.Sorted(maps.Keys(one.Inputs)) {
			if source := one.Inputs[input]; source == "${"+name+"}" || source == "${body."+name+"}" {
				return input
			}
		}
	}
	return ""
}

// mappedValue returns what the request brought for an input.
func (r *recorder) mappedValue(e *journal.Entry, input string, f journal.Field) (*yaml.Node, bool) {
	if f.Value != journal.Redacted && !strings.HasSuffix(f.Value, "?"+journal.Redacted) {
		return text(f.Value), true
	}
	switch input {
	case "password":
		if e.Decision == nil {
			return r.secretOfInput(e, engine.EventPassword)
		}
		login := r.shownTo(e)
		if e.Decision.Forced {
			return text(anything[0]), true
		}
		if !r.complete(login, r.scenarioOf(e), r.captures(e.Process)) {
			return nil, false
		}
		return text(login.Password), true
	case "response":
		return r.secretOfInput(e, engine.EventChallengeResponse)
	case "choice":
		return r.secretOfInput(e, engine.EventTwoStepProcedure)
	case "redirect_uri":
		return text(strings.TrimSuffix(f.Value, "?"+journal.Redacted)), f.Value != journal.Redacted
	case "state":
		return text("state"), true
	case "refresh":
		reference, found := r.reference(apiOf(e), func(path string, value any) bool {
			return value == journal.Redacted && strings.Contains(strings.ToLower(lastName(path)), "refresh")
		})
		return quoteNode("${" + reference + "}"), found
	}
	if name, is := strings.CutPrefix(input, "fields."); is {
		if s := r.scenarioOf(e); s != nil {
			matcher := s.When.Fields[name]
			return text(sample(&matcher, r.captures(e.Process))), true
		}
	}
	return nil, false
}

func (r *recorder) secretOfInput(e *journal.Entry, kind engine.EventKind) (*yaml.Node, bool) {
	captures := r.captures(e.Process)
	if m := taken(e, kind); m != nil {
		return takenBy(&e.Flow.Steps[m.From], m.Transition, captures)
	}
	return r.wrong(e, kind, captures)
}

// shownTo is a login by a declared api as far as the record has it.
func (r *recorder) shownTo(e *journal.Entry) *engine.Login {
	login := r.shown(e)
	if p, found := r.Process(e.Process); found {
		login.Bank, login.Username = p.Bank, p.Username
	}
	return login
}

// nameStep returns the name of a step, which it gets where it has none.
func (r *recorder) nameStep(step *yaml.Node) string {
	if name := nameOfStep(step); name != "" {
		return name
	}
	r.names++
	name := fmt.Sprintf("login-%d", r.names)
	if child(step, "request") != nil {
		name = fmt.Sprintf("answer_%d", r.names)
	}
	add(step, "as", word(name))
	for _, s := range r.processes {
		if s.step == step {
			s.name = name
		}
	}
	return name
}

func nameOfStep(step *yaml.Node) string {
	if name := child(step, "as"); name != nil {
		return name.Value
	}
	return ""
}

// enumerated is a word of an api, such as a status.
var enumerated = regexp.MustCompile(`^[A-Z][A-Z_]{1,60}$`)

// expectRequest expects the status, and what in the answer are words of the api or truths: other members may be another
// in each run.
func (r *recorder) expectRequest(e *journal.Entry, step *yaml.Node) {
	expected := flow()
	if e.Response.Status != 0 {
		add(expected, "http_status", number(e.Response.Status))
	}
	var body any
	if json.Unmarshal(e.Response.Body, &body) == nil && e.Response.Delayed == 0 {
		if words := r.wordsOf(body); words != nil {
			add(expected, "body", words)
		}
	}
	if len(expected.Content) > 0 {
		add(step, "expect", expected)
	}
}

func (r *recorder) wordsOf(value any) *yaml.Node {
	object, is := value.(map[string]any)
	if !is {
		return nil
	}
	words := flow()
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if r.unknown[name] {
			continue
		}
		switch member := object[name].(type) {
		case string:
			if enumerated.MatchString(member) {
				add(words, name, text(member))
			}
		case bool:
			add(words, name, flag(member))
		case map[string]any:
			if inner := r.wordsOf(member); inner != nil {
				add(words, name, inner)
			}
		}
	}
	if len(words.Content) == 0 {
		return nil
	}
	return words
}

// setIn sets a member within others.
func setIn(node *yaml.Node, names []string, value *yaml.Node) {
	for _, name := range names[:len(names)-1] {
		inner := child(node, name)
		if inner == nil || inner.Kind != yaml.MappingNode {
			inner = flow()
			add(node, name, inner)
		}
		node = inner
	}
	add(node, names[len(names)-1], value)
}

func quoteNode(said string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: said, Style: yaml.DoubleQuotedStyle}
}
