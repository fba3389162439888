package surface

import (
	"context"
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
	Fault(ctx context.Context, r *engine.Request, about engine.Subject) (*engine.ResponseShape, error)
	Now(ctx context.Context, session string) (time.Time, error)
}

// APIs are what the bank does for declared apis alone; [engine.APIs] are.
type APIs interface {
	Holds(ctx context.Context, tx engine.Tx, w *engine.Condition, owner string, about engine.Subject) (bool, error)
	CountRequest(ctx context.Context, session, name string, limit *engine.RateLimit) (engine.Standing, error)
	Records(ctx context.Context) engine.SurfaceRecords
	Change(ctx context.Context, change func(tx engine.Tx) error) error
	NewID() string
}

// Host is what an api is served by.
type Host struct {
	Bank Bank
	APIs APIs
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
	Step  *engine.ResponseShape
	Shape *engine.Response
	Name  string // of the answer's counts
	// Secrets are texts that no journal may hold, and Noted what it may hold of the request.
	Secrets  []string
	Recorded []Recorded
	// Again composes the answer anew from the record as it is by then, nil where nothing can have changed.
	Again func(ctx context.Context)
}

// Recorded is a field of the request that a journal may show, by its name in the request.
type Recorded struct {
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
	p.records = host.APIs.Records(ctx)
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
