package scenariotest

import (
	"context"
	"net/url"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// location is where the browser goes on from the bank's page, "" for nowhere: of a process that a declared api began,
// with what that says it brings back.
func (s *bankStage) location(ctx context.Context, state *engine.ProcessState) (string, error) {
	rules := s.bank.Rules()
	api, known := surface.Of(rules).API(state.API)
	if !known || state.Decision() == "" {
		return state.ReturnURL(), nil
	}
	host := surface.Host{Bank: s.bank, APIs: s.bank.APIs(), Rules: rules, Key: testKey, BaseURL: testURL}
	query, nowhere, err := api.Return(ctx, &host, state, state.Decision())
	if err != nil || nowhere {
		return "", err
	}
	return engine.WithQuery(state.ReturnURL(), query), nil
}

// broughtBack lets later requests name what the browser brought back from the bank's page: `${query.code}`.
func (p *performance) broughtBack(location any) {
	text, is := location.(string)
	if !is {
		return
	}
	at, err := url.Parse(text)
	if err != nil {
		return // there is nothing in it
	}
	query := make(map[string]any)
	for name, values := range at.Query() {
		query[name] = values[0]
	}
	if p.answers == nil {
		p.answers = make(map[string]any)
	}
	p.answers["location"], p.answers["query"] = text, query
}
