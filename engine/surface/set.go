package surface

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Set is every api of a configuration. It never changes once it is built.
type Set struct {
	APIs []*API

	byName map[string]*API
	// before says that some api's routes go before mockbank's own.
	before bool
}

// NewSet gathers apis.
func NewSet(apis []*API) (*Set, error) {
	s := &Set{APIs: apis, byName: make(map[string]*API, len(apis))}
	for _, api := range apis {
		s.byName[api.Name] = api
		s.before = s.before || len(api.Replaces) > 0 || api.Accept != ""
		api.endpoints = new(routes)
		shared := api.reads()
		for _, e := range api.Endpoints {
			e.API = api
			e.finish(shared)
			if other := api.endpoints.add(e); other != nil {
				return nil, fmt.Errorf("two endpoints are %s %s", e.Method, e.Path)
			}
		}
	}
	return s, nil
}

// Of returns the apis of a rule set, nil where it has none.
func Of(rules *engine.RuleSet) *Set {
	s, _ := rules.Surfaces.(*Set)
	return s
}

// API returns the api of a name.
func (s *Set) API(name string) (*API, bool) {
	if s == nil {
		return nil, false
	}
	api, ok := s.byName[name]
	return api, ok
}

// ConnectsWhenAuthenticated implements [engine.Surfaces].
func (s *Set) ConnectsWhenAuthenticated(name string) bool {
	api, ok := s.byName[name]
	return ok && api.ConnectsWhenAuthenticated
}

// Captures implements [engine.Surfaces].
func (s *Set) Captures() []string {
	var names []string
	for _, api := range s.APIs {
		names = append(names, sortedNames(api.captured)...)
	}
	return names
}

// Conditions implements [engine.Surfaces].
func (s *Set) Conditions() []*engine.Condition {
	var all []*engine.Condition
	record := func(c *Condition) {
		if c.Facts != nil {
			all = append(all, c.Facts)
		}
	}
	for _, api := range s.APIs {
		for _, answer := range api.Problems {
			answer.When.Walk(record)
		}
		for _, webhook := range api.Webhooks {
			webhook.When.Walk(record)
		}
		for _, e := range api.Endpoints {
			for _, c := range e.Cases {
				c.When.Walk(record)
				for _, answer := range c.Answers {
					answer.When.Walk(record)
				}
			}
		}
	}
	return all
}

// Match is what a request's method, path and media type lead to.
type Match struct {
	API *API
	// Endpoint is nil where the path leads nowhere, or does not take the method: Refusal says so.
	Endpoint  *Endpoint
	Variables map[string]string
	Refusal   error
	// Veiled are the parts of the path that no log and no journal may hold.
	Veiled []string
}

// Match finds the api that answers a request, nil where none does. The path is as it came, escaped.
func (s *Set) Match(method, path, accept string) *Match {
	if s == nil {
		return nil
	}
	segments := splitPath(path)
	var wrong, beneath *Match
	for _, api := range s.APIs {
		if !beneathBase(path, api.Base) || api.Accept != "" && !accepts(accept, api.Accept) {
			continue
		}
		m := api.match(method, segments)
		switch {
		case m.Endpoint != nil:
			return m
		case codeOf(m.Refusal) == CodeMethodNotAllowed:
			if wrong == nil {
				wrong = m
			}
		case beneath == nil || len(api.Base) > len(beneath.API.Base):
			beneath = m
		}
	}
	if wrong != nil {
		return wrong
	}
	return beneath
}

// Before is as Match, for requests that an api takes over from mockbank's own routes: nil where none does.
func (s *Set) Before(method, path, accept string) *Match {
	if s == nil || !s.before || !slices.ContainsFunc(s.APIs, func(a *API) bool { return a.goesBefore(path, accept) }) {
		return nil
	}
	m := s.Match(method, path, accept)
	if m == nil || m.Endpoint == nil || m.API.Accept == "" && len(m.API.Replaces) == 0 {
		return nil
	}
	return m
}

// goesBefore reports whether the api may take a request over from mockbank's own routes.
func (a *API) goesBefore(path, accept string) bool {
	return beneathBase(path, a.Base) && (len(a.Replaces) > 0 && a.Accept == "" || a.Accept != "" && accepts(accept, a.Accept))
}

func (a *API) match(method string, segments []string) *Match {
	m := &Match{API: a}
	if method == "HEAD" {
		method = "GET"
	}
	found := a.endpoints.find(segments, method)
	if found == nil {
		m.Veiled = a.secretsAmong(segments)
		m.Refusal = refuse(CodeUnknownPath, "the api %s has nothing at this path; %s", a.Name, a.has())
		return m
	}
	e := found.endpoints[method]
	if e == nil {
		allowed := strings.Join(found.allowed(), ", ")
		r := refuse(CodeMethodNotAllowed, "the path takes %s", allowed)
		r.Header = []HeaderField{{"Allow", allowed}}
		m.Refusal = r
		for _, other := range found.endpoints {
			m.Veiled = append(m.Veiled, other.veiledIn(segments)...)
		}
		return m
	}
	m.Endpoint, m.Veiled = e, e.veiledIn(segments)
	if len(e.variables) > 0 {
		m.Variables = make(map[string]string, len(e.variables))
		for i, segment := range e.parts {
			if name := variableOf(segment); name != "" {
				m.Variables[name] = segments[i]
			}
		}
	}
	return m
}

// has tells of an api's endpoints, as many as one line takes.
func (a *API) has() string {
	const most = 5
	var names []string
	for _, e := range a.Endpoints {
		names = append(names, e.Method+" "+e.FullPath())
	}
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return "it has " + strings.Join(names, ", ")
}

// beneathBase reports whether a path is an api's base, or lies beneath it.
func beneathBase(path, base string) bool {
	return strings.HasPrefix(path, base) && (len(path) == len(base) || path[len(base)] == '/')
}

// accepts reports whether an Accept header names a media type.
func accepts(header, media string) bool {
	return slices.ContainsFunc(strings.Split(header, ","), func(one string) bool {
		kind, _, _ := strings.Cut(one, ";")
		return strings.EqualFold(strings.TrimSpace(kind), media)
	})
}

// Beneath reports whether a path lies beneath some api's base.
func (s *Set) Beneath(path string) bool {
	return s != nil && slices.ContainsFunc(s.APIs, func(a *API) bool { return beneathBase(path, a.Base) })
}

// Refuse answers a request that was refused before it was served.
func (m *Match) Refuse(host *Host, r *Request, err error) *Response {
	p := &play{endpoint: m.Endpoint, response: &Response{}, Env: Env{api: m.API, host: host, request: r, session: r.Session}}
	p.refuse(err)
	p.finish()
	return p.response
}

// RefuseWith answers a request with a problem.
func (m *Match) RefuseWith(host *Host, r *Request, problem Problem) *Response {
	p := &play{endpoint: m.Endpoint, response: &Response{}, Env: Env{api: m.API, host: host, request: r, session: r.Session}}
	p.ComposeProblem(problem)
	p.finish()
	return p.response
}

// Names lists what faults may call a request that no case of the endpoint took: all apis, its api, and itself.
func (m *Match) Names() []engine.Endpoint {
	return faultNames(m.API, m.Endpoint, DoesNothing)
}

// LoginName returns the user name that a request's login has, "" where it is none.
func (m *Match) LoginName(host *Host, r *Request) string {
	if m.Endpoint == nil {
		return ""
	}
	r.variables = m.Variables
	e := &Env{api: m.API, host: host, request: r, session: r.Session}
	for _, c := range m.Endpoint.Cases {
		node := c.Operation.Inputs["username"]
		if c.Operation.Kind != DoesAuthenticate || node == nil || c.When.NeedsRecord() || !c.When.holds(e) {
			continue
		}
		return Text(node.Eval(e))
	}
	return ""
}
