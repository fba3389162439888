package scenariotest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"github.com/mockbank/mockbank/scenarios"
)

// asked is a request to a declared api, its texts expanded.
type asked struct {
	method, path, session string
	header                textproto.MIMEHeader
	body                  any
}

// request asks a declared api. What the answer is about is what later steps are about.
func (p *performance) request(ctx context.Context, step *scenarios.TestStep) (answer, error) {
	asked, err := p.expanded(step.Request)
	if err != nil {
		return answer{}, err
	}
	given, err := p.stage.request(ctx, asked)
	if err != nil {
		return answer{}, err
	}
	if given.id != "" || given.connection != "" {
		p.current = &subject{process: given.id, connection: given.connection}
	}
	if p.answers == nil {
		p.answers = make(map[string]any)
	}
	said := map[string]any{"body": given.fields["body"], "headers": given.fields["headers"], "http_status": given.fields["http_status"]}
	if step.As != "" {
		p.answers[step.As] = said
	}
	maps.Copy(p.answers, said)
	return given, nil
}

// expanded puts parts of answers before into a request.
func (p *performance) expanded(written *scenarios.TestRequest) (*asked, error) {
	var missing error
	expand := func(text string) any {
		value, err := scenarios.ExpandAnswers(text,
			func(path string) (any, bool) { return surface.Follow(map[string]any(p.answers), path) })
		if err != nil && missing == nil {
			missing = err
		}
		return value
	}
	a := &asked{session: written.Session, header: textproto.MIMEHeader{}, body: written.Body.Data(expand)}
	a.method, a.path = written.Route()
	a.path = surface.Text(expand(a.path))
	for name, value := range written.Headers {
		a.header.Set(name, surface.Text(expand(value)))
	}
	return a, missing
}

// testKey makes identifiers the same in every run.
var testKey = []byte("the key of identifiers in tests of scenarios")

// testURL is where clients reach a bank that is in memory only.
const testURL = "http://bank.test"

// testSigningKey is what webhooks are signed with there.
var testSigningKey = sync.OnceValue(func() *engine.SigningKey {
	key, err := engine.NewSigningKey(testKey)
	if err != nil {
		panic(err) // it always makes the same
	}
	return key
})

// request asks the declared api in memory: it is played by the very code that serves it.
func (s *bankStage) request(ctx context.Context, asked *asked) (answer, error) {
	path, query, _ := strings.Cut(asked.path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return answer{}, fmt.Errorf("the query of %s: %w", asked.path, err)
	}
	rules := s.bank.Rules()
	m := surface.Of(rules).Match(asked.method, path, asked.header.Get("Accept"))
	if m == nil {
		return answer{},
			fmt.Errorf("no declared api has anything at %s: the bank's own endpoints have steps of their own, such as `authenticate`", path)
	}
	body, err := reencoded(asked.body)
	if err != nil {
		return answer{}, err
	}
	session := asked.session
	if session == "" {
		session = engine.DefaultSession
	}
	if err := s.enter(ctx, session); err != nil {
		return answer{}, err
	}
	host := surface.Host{Bank: s.bank, APIs: s.bank.APIs(), Rules: rules, Key: testKey, BaseURL: testURL, SigningKey: testSigningKey()}
	shaped := shapedRequest{match: m, host: &host, faults: &engine.Request{Header: asked.header.Get}, request: &surface.Request{
		Method: asked.method, Path: path, Query: values, Header: asked.header.Get, Body: body, Session: session, ID: s.newID(),
	}}
	host.Request = shaped.faults
	r := m.Serve(ctx, &host, shaped.request)
	if r.Err != nil {
		return answer{}, r.Err
	}
	if r, err = s.shape(ctx, &shaped, r); err != nil {
		return answer{}, err
	}
	header := http.Header{}
	for _, field := range r.Header {
		header.Set(field.Name, field.Value)
	}
	if r.ContentType != "" {
		header.Set("Content-Type", r.ContentType)
	}
	given := requestAnswer(r.Status, header, r.Body)
	if c := r.Connection; c != nil {
		given.id, given.connection, given.fields["scenario"] = c.ProcessID, c.ID, c.Scenario
	}
	if p := r.Process; p != nil {
		given.id, given.connection, given.fields["scenario"] = p.ID, cmp.Or(given.connection, p.ConnectionID), p.Scenario
	}
	if given.connection != "" && !slices.Contains(s.connections, given.connection) {
		s.connections = append(s.connections, given.connection)
	}
	return given, nil
}

// reencoded returns a body as it is read from the wire.
func reencoded(body any) (any, error) {
	if body == nil {
		return nil, nil
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return surface.DecodeJSON(text)
}

// requestAnswer is what a declared api answered, as expectations see it.
func requestAnswer(status int, header http.Header, text []byte) answer {
	headers := make(map[string]any, len(header))
	for name := range header {
		headers[name] = header.Get(name)
	}
	var body any
	if len(text) > 0 && json.Unmarshal(text, &body) != nil {
		body = string(text)
	}
	return answer{kind: aboutRequest, fields: map[string]any{"http_status": status, "headers": headers, "body": body}}
}
