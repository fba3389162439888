package httpapi

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// declared is what an exchange has to do with a declared api; nil for most.
type declared struct {
	match    *surface.Match
	host     surface.Host
	request  surface.Request
	response *surface.Response
}

// declaredFor returns the declared endpoint that answers the request, nil for none. Mockbank's own routes come
// first, unless an api takes them over.
func (a *api) declaredFor(x *exchange, own bool) *endpoint {
	set := surface.Of(a.bank.Rules())
	if set == nil {
		return nil
	}
	path, accept := x.r.URL.EscapedPath(), one(x.r.Header, "Accept")
	var m *surface.Match
	if own {
		m = set.Before(x.r.Method, path, accept)
	} else {
		m = set.Match(x.r.Method, path, accept)
	}
	if m == nil || m.Endpoint == nil && x.match.MatchErr == nil {
		return nil
	}
	x.declared = &declared{match: m}
	return a.declaredEndpoint(m)
}

// declaredEndpoint returns the endpoint that stands for a declared one in logs, metrics and the journal.
func (a *api) declaredEndpoint(m *surface.Match) *endpoint {
	name := "apis." + m.API.Name
	if m.Endpoint != nil {
		name = m.Endpoint.Name()
	}
	if known, ok := a.declaredEndpoints.Load(name); ok {
		return known.(*endpoint)
	}
	e := a.metered(&endpoint{
		name: name, guard: guardDeclared, answer: answerDeclared, session: sessionOfDeclared, journalled: true, fault: "apis",
	})
	known, _ := a.declaredEndpoints.LoadOrStore(name, e)
	return known.(*endpoint)
}

// guardDeclared lets a request in: an api's own tokens are its own to check, so that a refusal looks as the
// api says. Where the server has tokens, an api without any wants one of those.
func guardDeclared(x *exchange) error {
	d := x.declared
	d.host = surface.Host{
		Bank: x.api.bank, APIs: x.api.apis, Rules: x.api.bank.Rules(), Key: x.api.config.IdentifierKey, BaseURL: x.baseURL() + x.prefix,
		CheckRedirect: x.api.redirects.Check, Describe: x.describeProblem, Picture: x.declaredPicture,
		SigningKey: x.api.config.SigningKey,
	}
	d.request = surface.Request{
		Method: x.r.Method, Path: x.r.URL.Path, Header: x.r.Header.Get, Session: x.session, ID: x.requestID,
	}
	if len(x.api.access().bank) == 0 {
		return nil
	}
	err := guardBank(x)
	d.host.Admitted = err == nil
	if d.match.API.Tokens != nil {
		return nil
	}
	return err
}

// sessionOfDeclared takes the session from the user name that the request maps, where the configuration lets it
// be there.
func sessionOfDeclared(x *exchange) error {
	if err := x.decodeDeclared(); err != nil {
		return err
	}
	d := x.declared
	if !x.api.config.SessionsByLogin {
		return nil
	}
	username, session := splitLogin(d.match.LoginName(&d.host, &d.request))
	if session == "" {
		return nil
	}
	if x.session != engine.DefaultSession && x.session != session {
		return refuse(codeInvalidFields, "the user name names another session than the request's header or path; name it once, or alike")
	}
	x.session, d.request.Session, d.request.Username = session, session, username
	return nil
}

// decodeDeclared decodes the query and the body.
func (x *exchange) decodeDeclared() (err error) {
	d := x.declared
	if d.request.Query, err = url.ParseQuery(x.r.URL.RawQuery); err != nil {
		return refuse(codeInvalidParameters, "the query must be well-formed: write %% as %%25 and ; as %%3B")
	}
	if d.request.Scenario, err = x.forcedScenario(); err != nil {
		return err
	}
	body := bytes.TrimPrefix(x.body.Bytes(), byteOrderMark)
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	form, err := x.isForm(body)
	if err != nil {
		return err
	}
	if !form {
		if d.request.Body, err = surface.DecodeJSON(body); err != nil {
			return refuse(codeMalformedJSON, "%s", err)
		}
		return nil
	}
	f, err := formFields(body)
	if err != nil {
		return err
	}
	if d.request.Body, err = surface.DecodeForm(f.form); err != nil {
		return refuse(codeMalformedForm, "%s", err)
	}
	return nil
}

// answerDeclared plays a declared endpoint.
func answerDeclared(x *exchange) error {
	d := x.declared
	if x.claim.held {
		d.host.Keep = func(tx engine.Tx, r *surface.Response) error {
			x.takeDeclared(r)
			return x.keep(tx)
		}
	}
	x.takeDeclared(d.match.Serve(x.context(), &d.host, &d.request))
	return x.shapeDeclared()
}

// takeDeclared makes a declared endpoint's answer the exchange's.
func (x *exchange) takeDeclared(r *surface.Response) {
	x.declared.response = r
	r.Secrets = append(r.Secrets, x.declared.passwords()...)
	x.answer.reset()
	x.answer.Status, x.answer.ContentType = r.Status, r.ContentType
	for _, field := range r.Header {
		x.answer.set(field.Name, field.Value)
	}
	x.answer.body.Write(r.Body)
	x.code, x.cause = r.Code, r.Err
	x.outgoing.step = r.Step
	if r.Login != nil {
		x.login = *r.Login
	}
	switch {
	case r.Process != nil:
		x.about.process(r.Process)
		x.madeBy(r.Process.Scenario, r.Process.Rules)
		if r.Login != nil {
			x.decided(r.Process, r.Login.Scenario != "")
			x.phone = x.phoneURL(r.Process)
		}
	case r.Connection != nil:
		x.about.connection(r.Connection)
		x.madeBy(r.Connection.Scenario, r.Connection.Rules)
	}
	if r.Connection != nil {
		x.about.connectionID = r.Connection.ID
	}
}

// shapeDeclared chooses how the answer itself says that it is shaped on the wire.
func (x *exchange) shapeDeclared() error {
	r := x.declared.response
	if r.Shape == nil {
		return nil
	}
	shape, err := x.api.apis.ShapeAnswer(x.context(), x.sessionOfRecord(), r.Name, r.Shape)
	if err != nil || shape == nil {
		return err
	}
	if x.outgoing.step != nil {
		both := x.outgoing.step.Under(shape)
		shape = &both
	}
	x.outgoing.step = shape
	return nil
}

// refuseDeclared makes a refusal the answer, as the api's problems look.
func (x *exchange) refuseDeclared(err error) {
	d := x.declared
	x.takeDeclared(d.match.Refuse(&d.host, &d.request, err))
}

// composeDeclaredFailure makes a refusal of the status the answer, as the api's problems look.
func (x *exchange) composeDeclaredFailure(status int) {
	d := x.declared
	x.takeDeclared(d.match.RefuseWith(&d.host, &d.request, surface.Played(status, http.StatusText(status))))
	x.answer.Status = status
}

// describeProblem tells a declared api of an error as much as is meant for clients.
func (x *exchange) describeProblem(err error) surface.Problem {
	var own *surface.Refusal
	if errors.As(err, &own) {
		return surface.Describe(err)
	}
	p, header := describe(err)
	out := surface.Problem{
		Type: p.Type, Title: p.Title, Detail: p.Detail, Status: p.Status, Code: p.Code, ConnectionID: p.ConnectionID,
	}
	for _, one := range p.Errors {
		fault := surface.FieldError{Parameter: one.Parameter, Detail: one.Detail}
		if one.Pointer != nil {
			fault.Pointer = *one.Pointer
		}
		out.Errors = append(out.Errors, fault)
	}
	for _, field := range header {
		out.Header = append(out.Header, surface.HeaderField{Name: field.Name, Value: field.Value})
	}
	return out
}

// declaredPicture returns what a challenge shows, as the bank's own answers have it.
func (x *exchange) declaredPicture(state *engine.ProcessState) (image, optical any) {
	picture, code := x.picture(state)
	if picture != nil {
		image = &surface.Object{Names: []string{"mime_type", "data"}, Values: []any{picture.MIMEType, picture.Data}}
	}
	if code != nil {
		optical = *code
	}
	return image, optical
}

// composeDeclaredAgain composes the answer anew, from the record as it is now.
func (x *exchange) composeDeclaredAgain() {
	if r := x.declared.response; r != nil && r.Again != nil {
		step := x.outgoing.step
		r.Again(x.context())
		x.takeDeclared(r)
		x.outgoing.step = step
	}
}

// takesBody reports whether requests of the method bring a body that the endpoint reads.
func (e *endpoint) takesBody(x *exchange) bool {
	if x.declared != nil {
		return x.r.Method != http.MethodGet && x.r.Method != http.MethodHead
	}
	return x.r.Method == http.MethodPost
}
