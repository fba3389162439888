package surface

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Bank is what declared endpoints ask of the bank; [engine.Bank] is one.
type Bank interface {
	Authenticate(ctx context.Context, login engine.Login, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
	BeginOnPage(ctx context.Context, login engine.Login, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
	Continue(ctx context.Context, id string, in engine.Input, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
	Process(ctx context.Context, id string) (engine.ProcessState, error)
	Poll(ctx context.Context, id string) (engine.ProcessState, error)
	Connect(ctx context.Context, processID string, within ...engine.Within[engine.ConnectionState]) (engine.ConnectionState, error)
	ConnectIfDue(ctx context.Context, processID string) (engine.ProcessState, error)
	Connection(ctx context.Context, id string) (engine.ConnectionState, error)
	PeekConnection(ctx context.Context, id string) (engine.ConnectionState, error)
	UpdateConnection(ctx context.Context, id string, within ...engine.Within[engine.ConnectionState]) (engine.ConnectionState, error)
	DeleteConnection(ctx context.Context, id string) error
	Holds(ctx context.Context, tx engine.Tx, w *engine.Condition, owner string, about engine.Subject) (bool, error)
	CountRequest(ctx context.Context, session, name string, limit *engine.RateLimit) (engine.Standing, error)
	Fault(ctx context.Context, r *engine.Request, about engine.Subject) (*engine.Shape, error)
	Surface(ctx context.Context) engine.SurfaceRecords
	ChangeSurface(ctx context.Context, change func(tx engine.Tx) error) error
	Now(ctx context.Context, session string) (time.Time, error)
	NewID() string
}

// Host is what an api is served by.
type Host struct {
	Bank Bank
	// Rules are those that the request sees.
	Rules *engine.RuleSet
	// Key is the secret that identifiers follow from; all nodes of a database share it.
	Key []byte
	// BaseURL is the scheme and authority at which the client reaches the server, and the prefix of the session
	// where its path has one.
	BaseURL string
	// Picture returns what a challenge shows; nil shows nothing.
	Picture func(state *engine.ProcessState) (image, optical any)
	// CheckRedirect returns what is wrong with an address to come back to, in words that follow its name.
	CheckRedirect func(uri string) error
	// Admitted says that the request bears one of the server's own tokens.
	Admitted bool
	// Request is the client's, as faults see it, and takes what becomes of it; nil where faults are not asked.
	Request *engine.Request
	// Keep, where set, keeps a composed answer within the transaction that it tells of.
	Keep func(tx engine.Tx, r *Response) error
	// Describe tells clients of an error; nil is [Describe].
	Describe func(err error) Problem
	// SigningKey is the one that webhooks are signed with; nil for none.
	SigningKey *engine.SigningKey

	ctx context.Context
}

func (h *Host) pageURL(process string) string  { return h.BaseURL + "/login/" + process }
func (h *Host) phoneURL(process string) string { return h.BaseURL + "/phone/" + process }

// Response is an answer of a declared endpoint, not yet sent.
type Response struct {
	Status      int
	ContentType string
	Header      []HeaderField
	Body        []byte
	// Encoded says that the body was written as JSON.
	Encoded bool
	// Process and Connection are the records that it is about, nil for none.
	Process    *engine.ProcessState
	Connection *engine.ConnectionState
	// Login is that of an operation that authenticates.
	Login *engine.Login
	// Code and Err tell of a refusal.
	Code engine.Code
	Err  error
	// Step is how the record's step or point shapes the answer, Shape how the answer itself is.
	Step  *engine.Shape
	Shape *engine.Response
	Name  string // of the answer's counts
	// Secrets are texts that no journal may hold, and Noted what it may hold of the request.
	Secrets []string
	Noted   []Noted
	// Again composes the answer anew from the record as it is by then, nil where nothing can have changed.
	Again func(ctx context.Context)
}

// Noted is a field of the request that a journal may show, by its name in the request.
type Noted struct {
	Name, Value string
	// Input is what the field is mapped to.
	Input string
}

// subject is what the request names.
type subject struct {
	process, connection string
	// kind and element are those of the identifier that names it.
	kind    string
	element int
	// owner is what that identifier was made for.
	owner string
	// once is the identifier that is used up with the request, nil for none.
	once *engine.Identifier
}

// play is one request on its way.
type play struct {
	Env
	endpoint *Endpoint
	selected *Case
	response *Response
	composed bool
	// subjectUsed says that the identifier which works once was used up.
	subjectUsed bool
	spent       *engine.Identifier
	limit       *limited
}

// Serve answers the request: a refusal is an answer too.
func (m *Match) Serve(ctx context.Context, host *Host, r *Request) *Response {
	host.ctx = ctx
	r.variables = m.Variables
	p := &play{endpoint: m.Endpoint, response: &Response{}, Env: Env{api: m.API, host: host, request: r, session: r.Session}}
	p.records = host.Bank.Surface(ctx)
	if err := p.run(ctx, m); err != nil {
		p.refuse(err)
	}
	p.finish()
	return p.response
}

func (p *play) run(ctx context.Context, m *Match) (err error) {
	if m.Refusal != nil {
		return m.Refusal
	}
	if p.now, err = p.host.Bank.Now(ctx, p.session); err != nil {
		return err
	}
	if !p.endpoint.open {
		if err := p.checkToken(); err != nil {
			return err
		}
	}
	if err := p.endpoint.Expects.check(p.request); err != nil {
		return err
	}
	if err := p.choose(ctx); err != nil {
		return err
	}
	if err := p.readLogin(); err != nil {
		return err
	}
	within, err := p.faultsFirst(ctx)
	if err != nil {
		return err
	}
	if err := p.countRate(ctx); err != nil {
		return err
	}
	if refused, err := p.refuseByAnswer(ctx); refused || err != nil {
		return err
	}
	if err := p.operate(within); err != nil {
		return err
	}
	if err := p.checkFaults(ctx); err != nil {
		return err
	}
	if p.composed {
		return nil
	}
	if err := p.goByRecord(ctx); err != nil {
		return err
	}
	if err := p.compose(); err != nil {
		return err
	}
	if err := p.store(ctx); err != nil {
		return err
	}
	p.response.Again = p.again
	return nil
}

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
		case engine.CodeOf(err) != engine.CodeNotFound || p.subject.process == "" || needs == OfConnection && p.subject.process != p.subject.connection:
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
		return &engine.Error{Code: engine.CodeNotFound, Message: "no bank connection has the identifier " + p.process.ConnectionID, Related: p.process.ConnectionID}
	case p.process.Status != engine.Authenticated:
		return &engine.Error{Code: engine.CodeNotAuthenticated, Message: fmt.Sprintf("the process is %s; it has no bank connection", p.process.Status)}
	default:
		return &engine.Error{Code: engine.CodeNotFound, Message: "no bank connection was made of the process yet"}
	}
}

// at follows a path of names into the request.
func (r *Request) at(path []string) (any, bool) {
	var v any
	switch path[0] {
	case "body":
		v = r.Body
	case "query":
		v = r.queryObject()
	case "path":
		v = r.pathObject()
	case "header":
		if len(path) != 2 {
			return nil, false
		}
		return r.header(path[1]), true
	default:
		return nil, false
	}
	for _, name := range path[1:] {
		next, ok := memberOf(v, name)
		if !ok {
			return nil, false
		}
		v = next
	}
	return v, true
}

// canonicalUUID returns the id in lower case, and whether it has the form of a UUID.
func canonicalUUID(id string) (string, bool) {
	if len(id) != 36 {
		return "", false
	}
	for i := range len(id) {
		c := id[i] | 0x20
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if id[i] != '-' {
				return "", false
			}
		} else if (id[i] < '0' || id[i] > '9') && (c < 'a' || c > 'f') {
			return "", false
		}
	}
	return strings.ToLower(id), true
}

// shorten bounds what a refusal repeats of a client's text.
func shorten(text string) string {
	const longest = 100
	if len(text) <= longest {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q…", strings.ToValidUTF8(text[:longest], ""))
}
