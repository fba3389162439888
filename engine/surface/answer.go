package surface

import (
	"context"
	"errors"
	"net/textproto"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

const (
	jsonMedia    = "application/json"
	problemMedia = "application/problem+json"
)

// withinProcess returns what is done within the transaction that changes a process: what the api keeps of it,
// the identifier that is used up, and, where the answer is kept for repeats, the answer.
func (p *play) withinProcess() []engine.Within[engine.ProcessState] {
	return []engine.Within[engine.ProcessState]{func(tx engine.Tx, state engine.ProcessState) error {
		before := p.process
		p.setProcess(state)
		if before == nil || before.ID != state.ID {
			p.connection = nil
		}
		begun := before == nil || before.ID != state.ID
		if err := p.keepFields(tx, begun); err != nil {
			return err
		}
		if begun {
			if err := p.follow(tx); err != nil {
				return err
			}
		}
		p.response.Step = state.Shape
		return p.within(tx)
	}}
}

// withinConnection is as withinProcess, for a change of a connection.
func (p *play) withinConnection() []engine.Within[engine.ConnectionState] {
	return []engine.Within[engine.ConnectionState]{func(tx engine.Tx, state engine.ConnectionState) error {
		p.connection = &state
		if err := p.keepFields(tx, false); err != nil {
			return err
		}
		return p.within(tx)
	}}
}

// within uses up the identifier that named the record, and composes an answer that is kept for repeats. Where
// the api connects by itself the answer is composed once that is done.
func (p *play) within(tx engine.Tx) error {
	p.asked = nil // which is undone where this is run again
	if err := p.useUp(tx); err != nil {
		return err
	}
	p.subjectUsed = true
	if p.host.Keep == nil || p.api.ConnectsWhenAuthenticated {
		return nil
	}
	outside := p.records
	p.records = tx
	defer func() { p.records = outside }()
	if err := p.compose(); err != nil {
		return err
	}
	if err := p.save(tx); err != nil {
		return err
	}
	p.composed = true
	return p.host.Keep(tx, p.response)
}

// useUp marks the identifier as used that works once and named the record.
func (p *play) useUp(tx engine.Tx) error {
	if p.subject.once == nil {
		return nil
	}
	err := tx.UseIdentifier(p.api.Name, p.subject.once.Lookup, p.now)
	if errors.Is(err, engine.ErrStale) {
		return refuse(CodeIDUsed, "the identifier of the kind %q was used already", p.subject.kind)
	}
	return err
}

// keepFields stores the fields of the request that the api keeps with the process.
func (p *play) keepFields(tx engine.Tx, begun bool) error {
	if !begun && len(p.selected.Keep) == 0 {
		return nil
	}
	id := p.processID()
	fields := map[string]any{}
	if !begun {
		if byAPI, err := p.begunByAPI(tx, id); err != nil || !byAPI {
			return err // nothing is kept of what no api began
		}
		k, err := tx.Kept(id)
		if err = ignoreMissing(err); err != nil {
			return err
		}
		if before := decodeKept(k.Fields); before != nil {
			fields = before
		}
	}
	for _, keep := range p.selected.Keep {
		if keep.Value != nil {
			fields[keep.Name] = keep.Value.Eval(&p.Env)
		} else if v, ok := p.request.field(keep.Name); ok {
			setDotted(fields, keep.Name, v)
		}
	}
	encoded := encodeKept(fields)
	if len(encoded) > maxKept {
		return refuse(CodeInvalidFields, "the fields that the api keeps have more than %d bytes together", maxKept)
	}
	p.kept, p.keptRead = fields, true
	if len(fields) == 0 {
		return nil
	}
	return tx.SaveKept(engine.Kept{ProcessID: id, Session: p.recordSession(), API: p.api.Name, Fields: encoded})
}

// begunByAPI reports whether a declared api began the process.
func (p *play) begunByAPI(tx engine.Tx, id string) (bool, error) {
	if p.process != nil {
		return p.process.API != "", nil
	}
	process, err := tx.Process(id)
	return process.API != "", ignoreMissing(err)
}

// maxKept bounds what is kept of one process, in bytes.
const maxKept = 64 << 10

// compose makes the answer: the first whose condition holds.
func (p *play) compose() error {
	p.ids, p.issued, p.err, p.dataSeen, p.elements, p.made = identifiers{}, issued{}, nil, nil, nil, 0
	answer := first(p.selected.Answers, &p.Env)
	if answer == nil {
		p.composeDefault()
		return p.err
	}
	p.write(answer, statusOK)
	p.response.Shape, p.response.Name = answer.Response, p.endpoint.Name()
	return p.err
}

func first(answers []*Answer, e *Env) *Answer {
	for _, answer := range answers {
		if !answer.Refuses && answer.When.holds(e) {
			return answer
		}
	}
	return nil
}

const (
	statusOK        = 200
	statusNoContent = 204

	statusTooManyRequests = 429
)

// composeDefault answers where the endpoint declares no answer that fits.
func (p *play) composeDefault() {
	switch p.selected.Operation.Kind {
	case DoesKeys:
		keys := &Object{Names: []string{"keys"}, Values: []any{p.keys()}}
		p.response.Status, p.response.ContentType, p.response.Body = statusOK, p.media(),
			append(appendJSON(p.response.Body[:0], keys), '\n')
	case DoesBanks:
		p.response.Status, p.response.ContentType, p.response.Body = statusOK, p.media(),
			append(appendJSON(p.response.Body[:0], p.bankList()), '\n')
	default:
		p.response.Status = statusNoContent
	}
}

func (p *play) media() string {
	if p.api.Accept != "" {
		return p.api.Accept
	}
	return jsonMedia
}

// write writes an answer; status is that of one that declares none.
func (p *play) write(answer *Answer, status int) {
	r := p.response
	r.Status, r.ContentType, r.Body, r.Header, r.Encoded = status, "", r.Body[:0], r.Header[:0], !answer.Raw
	if answer.Status != 0 {
		r.Status = answer.Status
	}
	switch {
	case answer.Body == nil && answer.Set == nil:
	case answer.Set != nil || len(answer.Remove) > 0:
		r.ContentType = p.media()
		r.Body = append(appendJSON(r.Body, answer.changed(&p.Env)), '\n')
	case answer.Raw:
		r.ContentType = "text/plain; charset=utf-8"
		r.Body = append(r.Body, Text(answer.Body.Eval(&p.Env))...)
	default:
		r.ContentType = p.media()
		r.Body = append(answer.Body.append(&p.Env, r.Body), '\n')
	}
	if len(r.Body) > maxAnswer {
		p.failTooLarge()
	}
	p.writeHeaders(answer.Headers)
}

func (p *play) writeHeaders(headers []Header) {
	for _, header := range headers {
		value := header.Value.Eval(&p.Env)
		if value == nil {
			continue
		}
		text := headerText(Text(value))
		if textproto.CanonicalMIMEHeaderKey(header.Name) == "Content-Type" {
			p.response.ContentType = text
			continue
		}
		p.response.Header = append(p.response.Header, HeaderField{header.Name, text})
	}
}

// headerText lets no line end within a header.
func headerText(text string) string {
	clean := []byte(text)
	for i, c := range clean {
		if c < ' ' && c != '\t' || c == 0x7f {
			clean[i] = ' '
		}
	}
	return string(clean)
}

// store stores what the answer has made: identifiers, and tokens.
func (p *play) store(ctx context.Context) error {
	once := p.subject.once != nil && !p.subjectUsed
	keeps := len(p.selected.Keep) > 0 && !p.keptRead && p.processID() != ""
	if len(p.ids.pending) == 0 && !once && p.spent == nil && !keeps {
		return nil
	}
	return p.host.APIs.Change(ctx, func(tx engine.Tx) error {
		if once {
			if err := p.useUp(tx); err != nil {
				return err
			}
		}
		if keeps {
			if err := p.keepFields(tx, false); err != nil {
				return err
			}
		}
		return p.save(tx)
	})
}

func (p *play) save(tx engine.Tx) error {
	if p.spent != nil {
		err := tx.UseIdentifier(p.api.Name, p.spent.Lookup, p.now)
		if errors.Is(err, engine.ErrStale) {
			return refuse(CodeInvalidGrant, "the refresh token was used already")
		}
		if err != nil {
			return err
		}
	}
	for _, one := range p.ids.pending {
		if err := tx.SaveIdentifier(one); err != nil {
			return err
		}
	}
	return nil
}

// again composes the answer anew, from the record as it is now. One that cannot be read leaves it as it was.
func (p *play) again(ctx context.Context) {
	before := *p.response
	before.Body = append([]byte(nil), p.response.Body...)
	p.host.ctx, p.records = ctx, p.host.APIs.Records(ctx)
	if err := p.readAgain(ctx); err != nil || p.compose() != nil || p.store(ctx) != nil {
		*p.response = before
	}
	p.finish()
}

func (p *play) readAgain(ctx context.Context) (err error) {
	if p.now, err = p.host.Bank.Now(ctx, p.session); err != nil {
		return err
	}
	if p.process != nil {
		state, err := p.host.Bank.Process(ctx, p.process.ID)
		if err != nil {
			return err
		}
		p.setProcess(state)
	}
	if p.connection != nil {
		state, err := p.host.Bank.PeekConnection(ctx, p.connection.ID)
		if err != nil {
			return err
		}
		p.connection = &state
	}
	return nil
}

// refuse makes a refusal the answer, as the api's problems look.
func (p *play) refuse(err error) {
	p.readLatest()
	describe := p.host.Describe
	if describe == nil {
		describe = Describe
	}
	problem := describe(err)
	if problem.Status >= 500 {
		p.response.Err = err
	}
	p.ComposeProblem(problem)
}

// readLatest looks at the records that the request names, where that was left for later: a refusal may tell of them.
func (p *play) readLatest() {
	if p.selected == nil || p.connection != nil || p.process == nil && p.subject.process == "" && p.subject.connection == "" {
		return
	}
	if p.process != nil {
		p.fail(p.loadConnectionOf(p.host.ctx))
		return
	}
	_ = p.load(p.host.ctx, "") // what is refused may be that there is none
}

// ComposeProblem makes a problem the answer.
func (p *play) ComposeProblem(problem Problem) {
	p.ids, p.issued, p.err, p.dataSeen, p.elements, p.made = identifiers{}, issued{}, nil, nil, nil, 0
	problem.RequestID = p.request.ID
	p.problem = &problem
	p.response.Code, p.response.Again = problem.Code, nil
	answer := first(p.api.Problems, &p.Env)
	if answer == nil {
		r := p.response
		r.Status, r.ContentType, r.Header = problem.Status, problemMedia, r.Header[:0]
		r.Body = append(appendJSON(r.Body[:0], problem.value()), '\n')
	} else {
		p.write(answer, problem.Status)
	}
	p.response.Header = append(p.response.Header, problem.Header...)
}

// finish tells what the answer was about.
func (p *play) finish() {
	r := p.response
	r.Process, r.Connection = p.process, p.connection
	if p.limit != nil {
		p.limit.write(p)
	}
	r.Secrets = p.secrets
	if p.selected != nil {
		r.Recorded = p.recorded()
	}
}

// recorded lists the fields of the request that a journal may show, by what they are mapped to.
func (p *play) recorded() []Recorded {
	var all []Recorded
	for _, name := range p.selected.inputs {
		x, is := p.selected.Operation.Inputs[name].(*Expression)
		if !is {
			continue
		}
		if v := x.value(&p.Env); v != nil {
			all = append(all, Recorded{Name: x.source, Value: Text(v), Input: name})
		}
	}
	return all
}

// setDotted sets a value beneath a dotted name.
func setDotted(object map[string]any, name string, value any) {
	for {
		head, rest, more := cutDot(name)
		if !more {
			object[head] = value
			return
		}
		inner, is := object[head].(map[string]any)
		if !is {
			inner = map[string]any{}
			object[head] = inner
		}
		object, name = inner, rest
	}
}

func cutDot(name string) (head, rest string, more bool) {
	for i := range len(name) {
		if name[i] == '.' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}

// BringsBack reports whether the browser brings a parameter of that name back from the bank's page, whatever it says.
func (a *API) BringsBack(name string) bool {
	for _, returns := range a.Returns {
		if i := slices.Index(returns.Names, name); i >= 0 {
			if _, reads := returns.Nodes[i].(*Expression); reads {
				return true
			}
		}
	}
	return false
}

// Return returns what the browser brings back to the app once a process has ended with a decision, a scenario's own
// before the plain one: parameters that are nil are taken away.
func (a *API) Return(ctx context.Context, host *Host, state *engine.ProcessState,
	decision string) (query map[string]*string, nowhere bool, err error) {
	returns := a.Returns[state.OwnDecision()]
	if returns == nil {
		returns = a.Returns[decision]
	}
	if returns == nil {
		return nil, false, nil
	}
	host.ctx = ctx
	p := &play{
		response: &Response{}, selected: &Case{},
		Env: Env{api: a, host: host, request: &Request{Session: state.Session}, session: state.Session, process: state},
	}
	p.records = host.APIs.Records(ctx)
	if p.now, err = host.Bank.Now(ctx, state.Session); err != nil {
		return nil, false, err
	}
	if err := p.loadConnectionOf(ctx); err != nil {
		return nil, false, err
	}
	query = make(map[string]*string, len(returns.Names))
	for i, name := range returns.Names {
		value := returns.Nodes[i].Eval(&p.Env)
		if value == nil {
			query[name] = nil
			continue
		}
		text := Text(value)
		query[name] = &text
	}
	if p.err != nil {
		return nil, false, p.err
	}
	return query, returns.Nowhere, p.store(ctx)
}
