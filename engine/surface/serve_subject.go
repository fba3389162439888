package surface

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// choose finds the case that answers the request, and the record that it is about.
func (p *play) choose(ctx context.Context) error {
	loaded := false
	for _, one := range p.endpoint.Cases {
		if one.When.NeedsRecord() && !loaded {
			loaded = true
			if err := p.find(ctx, one); err != nil {
				return err
			}
		}
		if holds := one.When.holds(&p.Env); p.err != nil || !holds {
			if p.err != nil {
				return p.err
			}
			continue
		}
		p.selected = one
		if err := one.Expects.check(p.request); err != nil {
			return err
		}
		if loaded {
			return nil
		}
		return p.find(ctx, one)
	}
	return refuse(CodeNoCase, "none of the endpoint's cases takes the request")
}

// find finds the record that a request names, by `of` or by its path, and looks at it.
func (p *play) find(ctx context.Context, c *Case) error {
	for _, path := range c.secrets {
		if v, ok := p.request.at(path); ok {
			p.hideAll(v)
		}
	}
	holder := p.subject
	if err := p.name(c); err != nil {
		return err
	}
	if err := p.checkHolder(ctx, holder); err != nil || p.late(c) {
		return err
	}
	if err := p.load(ctx, c.Operation.Kind.needs()); err != nil {
		return err
	}
	return p.goByRecord(ctx)
}

// goByRecord lets the request go by the session of the record that it is about, and by its clock: who reads a record
// need not name its session again.
func (p *play) goByRecord(ctx context.Context) error {
	session := p.recordSession()
	if session == p.session || p.connections != nil {
		return nil
	}
	now, err := p.host.Bank.Now(ctx, session)
	if err != nil {
		return err
	}
	p.session, p.now = session, now
	return nil
}

// checkHolder refuses a request whose token was issued for one user, and that names a record of another's.
func (p *play) checkHolder(ctx context.Context, holder subject) error {
	if holder.process == "" || p.holder != nil && p.holder.Element == following || p.subject.process == "" && p.subject.connection == "" ||
		holder.process == p.subject.process || holder.connection != "" && holder.connection == p.subject.connection {
		return nil
	}
	held, err := p.host.Bank.Process(ctx, holder.process)
	if engine.CodeOf(err) == engine.CodeNotFound {
		return nil // it aged out, and nobody knows any more
	}
	if err != nil {
		return err
	}
	if err := p.load(ctx, ""); err != nil {
		return err
	}
	if who := p.about(); who.Session != held.Session || who.Bank != held.Bank || who.Username != held.Username {
		p.process, p.connection, p.subject = nil, nil, subject{}
		return refuse(CodeUnknownID, "the api has no such identifier for the holder of the token")
	}
	return nil
}

// name finds out which record the request names.
func (p *play) name(c *Case) error {
	for _, variable := range p.endpoint.variables {
		value := p.request.variables[variable]
		_, own := p.api.ids[variable]
		switch {
		case own:
			if err := p.byIdentifier(value, variable); err != nil {
				return err
			}
		case variable == "process" || variable == "connection":
			if err := p.byRecord(Target(variable), value); err != nil {
				return err
			}
		case variable == "bank":
			bank, ok := p.institution(value)
			if !ok {
				return &engine.Error{Code: engine.CodeNotFound, Message: "no bank has the slug " + shorten(value)}
			}
			p.bank = bank
		}
	}
	if c.Of == nil {
		return nil
	}
	text := Text(c.Of.Eval(&p.Env))
	if len(text) > 7 && strings.EqualFold(text[:7], "Bearer ") {
		text = strings.TrimSpace(text[7:])
	}
	if text == "" {
		r := refuse(CodeMissingFields, "the request does not say what it is about")
		if x, is := c.Of.(*Expression); is {
			name := strings.TrimPrefix(x.source, "body.")
			r = refuse(CodeMissingFields, "%s is required", name)
			r.Errors = []FieldError{{Pointer: pointer(name), Detail: "is required"}}
		}
		return r
	}
	return p.byRecord("", text)
}

func codeOf(err error) engine.Code {
	var own *Refusal
	if errors.As(err, &own) {
		return own.Code
	}
	return engine.CodeOf(err)
}

// byIdentifier takes one of the api's own identifiers: of this kind, or "" for any.
func (p *play) byIdentifier(text, kind string) error {
	found, err := p.Env.find(text)
	if declared := p.api.ids[found.Kind]; declared != nil && declared.Secret {
		p.hide(text)
	}
	if err != nil {
		return err
	}
	if kind != "" && found.Kind != kind {
		return refuse(CodeUnknownID, "the identifier is one of the kind %q, not %q", found.Kind, kind)
	}
	p.subject.process, p.subject.connection = found.Process, found.Connection
	p.subject.kind, p.subject.element, p.subject.owner = found.Kind, found.Element, found.Owner
	if p.api.ids[found.Kind].Once {
		p.subject.once = &found
	}
	return nil
}

// byRecord takes one of the api's own identifiers, or a record's: a process's, a connection's, or "" for either.
func (p *play) byRecord(target Target, text string) error {
	err := error(refuse(CodeUnknownID, "the api has no such identifier"))
	if len(p.api.ids) > 0 {
		err = p.byIdentifier(text, "")
	}
	if codeOf(err) != CodeUnknownID {
		return err
	}
	id, ok := canonicalUUID(text)
	if !ok {
		return err
	}
	p.subject = subject{}
	if target != OfConnection {
		p.subject.process = id
	}
	if target != OfProcess {
		p.subject.connection = id
	}
	return nil
}

// load looks at the record that the request names. An operation that needs one refuses a request that names
// none.
func (p *play) load(ctx context.Context, needs Target) error {
	if p.subject.connection != "" {
		state, err := p.host.Bank.PeekConnection(ctx, p.subject.connection)
		switch {
		case err == nil:
			p.connection = &state
			if p.subject.process == "" || p.subject.process == p.subject.connection {
				p.subject.process = state.ProcessID
			}
		case engine.CodeOf(err) != engine.CodeNotFound || p.subject.process == "" || needs == OfConnection &&
			p.subject.process != p.subject.connection:
			return err
		}
	}
	if p.subject.process != "" {
		if err := p.loadProcess(ctx, needs); err != nil {
			return err
		}
	}
	return p.enough(needs)
}

func (p *play) loadProcess(ctx context.Context, needs Target) error {
	state, err := p.host.Bank.Process(ctx, p.subject.process)
	if engine.CodeOf(err) == engine.CodeNotFound && p.connection != nil && needs != OfProcess {
		return nil // it aged out
	}
	if err != nil {
		return err
	}
	p.setProcess(state)
	if p.api.ConnectsWhenAuthenticated && state.Status == engine.Authenticated && state.ConnectionID == "" {
		if state, err = p.host.Bank.ConnectIfDue(ctx, state.ID); err != nil {
			return err
		}
		p.setProcess(state)
	}
	if p.connection == nil {
		return p.loadConnectionOf(ctx)
	}
	return nil
}

// loadConnectionOf looks at the connection that was made from the process, if it is there still.
func (p *play) loadConnectionOf(ctx context.Context) error {
	if p.process == nil || p.process.ConnectionID == "" {
		return nil
	}
	state, err := p.host.Bank.PeekConnection(ctx, p.process.ConnectionID)
	switch {
	case engine.CodeOf(err) == engine.CodeNotFound:
		p.connection = nil
		return nil
	case err != nil:
		return err
	}
	p.connection = &state
	return nil
}

// enough refuses a request that does not name what its operation works on.
func (p *play) enough(needs Target) error {
	switch {
	case needs == OfProcess && p.process == nil:
		return refuse(CodeUnknownID, "the request names no bank authentication process")
	case needs != OfConnection || p.connection != nil:
		return nil
	case p.process == nil:
		return refuse(CodeUnknownID, "the request names no bank connection")
	case p.process.ConnectionID != "":
		return &engine.Error{Code: engine.CodeNotFound, Message: "no bank connection has the identifier " + p.process.ConnectionID,
			Related: p.process.ConnectionID}
	case p.process.Status != engine.Authenticated:
		return &engine.Error{Code: engine.CodeNotAuthenticated, Message: fmt.Sprintf("the process is %s; it has no bank connection",
			p.process.Status)}
	default:
		return &engine.Error{Code: engine.CodeNotFound, Message: "no bank connection was made of the process yet"}
	}
}
