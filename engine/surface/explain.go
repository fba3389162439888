package surface

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Explanation says what an api does with the requests of a route.
type Explanation struct {
	API      string        `json:"api"`
	Endpoint string        `json:"endpoint"`
	Source   engine.Source `json:"source"`
	// Description is the author's, "" for none.
	Description string `json:"description,omitempty"`
	// Token says that requests need a bearer token which the api issued.
	Token bool `json:"token"`
	// Expects lists what the body must hold, whichever case answers.
	Expects []string `json:"expects,omitempty"`
	// RateLimit is in words, "" for none.
	RateLimit string          `json:"rate_limit,omitempty"`
	Cases     []ExplainedCase `json:"cases"`
	// Faults are the names by which faults may call the request.
	Faults []engine.Endpoint `json:"faults"`
}

// ExplainedCase is one thing that an endpoint does.
type ExplainedCase struct {
	// When is the condition in words, "" for always.
	When    string   `json:"when,omitempty"`
	Expects []string `json:"expects,omitempty"`
	// Of is what names the record, "" where the path or nothing does.
	Of string `json:"of,omitempty"`
	// Does is the operation, "nothing" for none, and Inputs where what it takes comes from.
	Does    string            `json:"does"`
	Inputs  map[string]string `json:"inputs,omitempty"`
	Keep    []string          `json:"keep,omitempty"`
	Answers []ExplainedAnswer `json:"answers"`
}

// ExplainedAnswer is one that is given where its condition holds.
type ExplainedAnswer struct {
	When   string        `json:"when,omitempty"`
	Status int           `json:"status"`
	Source engine.Source `json:"source"`
	// Refuses says that nothing is done where it is given.
	Refuses bool `json:"refuses,omitempty"`
	// RateLimit, where not "", gives it only to requests beyond that many.
	RateLimit string `json:"rate_limit,omitempty"`
}

// Explain says what becomes of requests of the method and path.
func (m *Match) Explain() (*Explanation, error) {
	if m.Endpoint == nil {
		return nil, m.Refusal
	}
	e := m.Endpoint
	x := &Explanation{
		API: e.API.Name, Endpoint: e.Name(), Source: e.Source, Description: e.Description, Token: e.API.Tokens != nil && !e.open,
		Expects: e.Expects.explain(), RateLimit: e.RateLimit.explain(), Cases: []ExplainedCase{}, Faults: m.Names(),
	}
	for _, one := range e.Cases {
		x.Cases = append(x.Cases, one.explain())
	}
	if len(e.Cases) == 1 {
		x.Faults = faultNames(e.API, e, e.Cases[0].Operation.Kind)
	}
	return x, nil
}

func (c *Case) explain() ExplainedCase {
	x := ExplainedCase{
		When: c.When.explain(), Expects: c.Expects.explain(), Of: written(c.Of), Does: string(c.Operation.Kind),
		Answers: []ExplainedAnswer{},
	}
	if x.Does == "" {
		x.Does = "nothing"
	}
	if len(c.Operation.Inputs)+len(c.Operation.Fields) > 0 {
		x.Inputs = make(map[string]string)
	}
	for name, node := range c.Operation.Inputs {
		x.Inputs[name] = written(node)
	}
	for name, node := range c.Operation.Fields {
		x.Inputs["fields."+name] = written(node)
	}
	for _, keep := range c.Keep {
		x.Keep = append(x.Keep, keep.Name)
	}
	for _, answer := range c.Answers {
		one := ExplainedAnswer{
			When: answer.When.explain(), Status: answer.Status, Source: answer.Source, Refuses: answer.Refuses,
			RateLimit: answer.RateLimit.explain(),
		}
		switch {
		case one.Status == 0 && answer.RateLimit != nil:
			one.Status = statusTooManyRequests
		case one.Status == 0:
			one.Status = statusOK
		}
		x.Answers = append(x.Answers, one)
	}
	return x
}

func (x *Expects) explain() []string {
	switch {
	case x == nil:
		return nil
	case x.Schema != nil:
		return x.Schema.Required
	default:
		return x.Fields
	}
}

func (l *RateLimit) explain() string {
	if l == nil {
		return ""
	}
	per := " a day"
	if l.Limit.Window != engine.WindowDay {
		per = " in " + engine.FormatDuration(l.Limit.Per)
	}
	whose := l.For
	if whose == "" {
		whose = "session"
	}
	return fmt.Sprintf("%d%s for each %s", l.Limit.Requests, per, whose)
}

// written returns a node as the file has it, "" for none.
func written(node Node) string {
	switch node := node.(type) {
	case nil:
		return ""
	case *Expression:
		return "${" + node.source + "}"
	case *Mixed:
		return node.source
	case *Literal:
		return Text(node.value)
	default:
		return "…"
	}
}

// explain returns the condition in one line, "" where it always holds.
func (c *Condition) explain() string {
	if c.Always() {
		return ""
	}
	var parts []string
	add := func(key string, m *engine.Matcher) {
		if m != nil {
			parts = append(parts, key+": "+m.String())
		}
	}
	add("bank", c.Bank)
	add("username", c.Username)
	add("scenario", c.Scenario)
	add("session", c.Session)
	for _, name := range sortedNames(c.Headers) {
		m := c.Headers[name]
		add("headers."+name, &m)
	}
	for _, name := range sortedNames(c.Fields) {
		m := c.Fields[name]
		add("fields."+name, &m)
	}
	add("process", c.Process)
	add("connection", c.Connection)
	add("error", c.Error)
	if c.aged {
		parts = append(parts, "older_than: "+engine.FormatDuration(c.OlderThan))
	}
	if c.Facts != nil {
		for _, part := range c.Facts.Parts() {
			parts = append(parts, part.Key+": "+part.Text)
		}
	}
	if c.AnyOf != nil {
		var others []string
		for _, one := range c.AnyOf {
			others = append(others, one.explain())
		}
		parts = append(parts, "any_of: ["+strings.Join(others, ", ")+"]")
	}
	if c.Not != nil {
		parts = append(parts, "not: "+c.Not.explain())
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// Login returns the login that a request leads to, nil where it leads to none as far as the request itself says.
func (m *Match) Login(ctx context.Context, host *Host, r *Request, now time.Time) (*engine.Login, error) {
	if m.Endpoint == nil {
		return nil, m.Refusal
	}
	r.variables, host.ctx = m.Variables, ctx
	p := &play{endpoint: m.Endpoint, response: &Response{}, Env: Env{api: m.API, host: host, request: r, session: r.Session, now: now}}
	for _, one := range m.Endpoint.Cases {
		if one.When.NeedsRecord() || !one.When.holds(&p.Env) {
			continue
		}
		if p.selected = one; one.Operation.Kind != DoesAuthenticate {
			return nil, nil
		}
		for _, variable := range m.Endpoint.variables {
			if bank, known := p.institution(m.Variables[variable]); known && variable == "bank" {
				p.bank = bank
			}
		}
		err := p.readLogin()
		return p.login, err
	}
	return nil, refuse(CodeNoCase, "none of the endpoint's cases takes the request")
}
