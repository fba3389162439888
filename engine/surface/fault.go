package surface

import (
	"context"
	"slices"
	"strconv"

	"github.com/mockbank/mockbank/engine"
)

// faultNames lists what faults may call a request: what it lets the bank do, all apis, its api, and its endpoint.
func faultNames(api *API, endpoint *Endpoint, does OperationKind) []engine.Endpoint {
	var names []engine.Endpoint
	if name := does.fault(); name != "" {
		names = append(names, name)
	}
	names = append(names, engine.EndpointAPIs, engine.Endpoint("apis."+api.Name))
	if endpoint != nil {
		names = append(names, engine.Endpoint(endpoint.Name()))
	}
	return names
}

// faultable returns the context in which the bank carries the operation out: it asks the faults within the very
// transaction, so that what they refuse leaves everything as it was.
func (p *play) faultable(ctx context.Context) context.Context {
	r := p.host.Request
	if r == nil {
		return ctx
	}
	r.Endpoint, r.Header, r.Also = engine.EndpointAPIs, p.request.header, p.selected.faults
	r.Account = p.account()
	return engine.WithRequest(ctx, r)
}

// faultsFirst returns the context in which the bank carries the operation out. Where the endpoint counts requests, or
// refuses some by an answer, faults are asked before that, so that it counts only what none of them refused.
func (p *play) faultsFirst(ctx context.Context) (context.Context, error) {
	within := p.faultable(ctx)
	r := p.host.Request
	refuses := slices.ContainsFunc(p.selected.Answers, func(a *Answer) bool { return a.Refuses })
	if r == nil || p.endpoint.RateLimit == nil && !refuses {
		return within, nil
	}
	if err := p.checkFaults(ctx); err != nil {
		return ctx, err
	}
	r.Settled = true
	return engine.WithRequest(ctx, &engine.Request{Header: r.Header, Password: r.Password, Fields: r.Fields}), nil
}

// account names the account that the request is about, "" for none: by what its identifier was made for, so that one
// whose identifier stays with a new consent is still the same.
func (e *Env) account() string {
	if e.subject.kind == "" {
		return ""
	}
	return e.subject.kind + " " + strconv.Itoa(e.subject.element) + " " + e.subject.owner
}

// checkFaults asks the faults where the operation has not, since it changes nothing, and refuses a request that one
// of them lets the bank not carry out.
func (p *play) checkFaults(ctx context.Context) error {
	r := p.host.Request
	if r == nil {
		return nil
	}
	if !r.Decided {
		shape, err := p.host.Bank.Fault(ctx, r, p.about())
		if err != nil {
			return err
		}
		r.Decided, r.Fault, r.Refused = true, shape, shape != nil && shape.Refused
	}
	if r.Refused {
		return errNotCarriedOut()
	}
	return nil
}

// about tells faults and conditions what the request is about.
func (e *Env) about() engine.Subject {
	about := engine.Subject{Session: e.recordSession(), Account: e.account()}
	if e.login != nil {
		about.Bank, about.Username = e.login.Bank, e.login.Username
	}
	if c := e.connection; c != nil {
		at := c.AuthenticatedAt
		about.Bank, about.Username, about.Scenario, about.Case = c.Bank, c.Username, c.Scenario, c.Trigger
		about.ProcessID, about.ConnectionID, about.AuthenticatedAt = c.ProcessID, c.ID, &at
		about.Run = c.Run
	}
	if s := e.process; s != nil {
		about.Bank, about.Username, about.Scenario, about.Case, about.ProcessID = s.Bank, s.Username, s.Scenario, s.Trigger, s.ID
		if at, ok := e.authenticatedAt(); ok {
			about.AuthenticatedAt = &at
		}
	}
	return about
}
