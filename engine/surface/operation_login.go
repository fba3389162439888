package surface

import (
	"cmp"
	"context"
	"fmt"

	"github.com/mockbank/mockbank/engine"
)

// authenticate starts a process.
func (p *play) authenticate(ctx context.Context) error {
	login := *p.login
	begin := p.host.Bank.Authenticate
	if p.api.CredentialsOnPage && !login.AsBank && login.Scenario == "" && !p.selected.Operation.bringsCredentials() {
		begin = p.host.Bank.BeginOnPage
	}
	state, err := begin(ctx, login, p.withinProcess()...)
	if err != nil {
		return err
	}
	return p.gotProcess(ctx, state)
}

// errNotCarriedOut refuses what the bank did not carry out, as its scenario says.
func errNotCarriedOut() error {
	return refuse(CodeTooManyRequests, "the bank takes no more requests of this kind for now; Retry-After says when it does")
}

// readLogin gathers the inputs of a login, where the operation is one.
func (p *play) readLogin() error {
	if p.selected.Operation.Kind != DoesAuthenticate {
		return nil
	}
	login, err := p.loginInputs()
	if err != nil {
		return err
	}
	if r := p.host.Request; r != nil {
		r.Password, r.Fields = login.Password, login.Fields
	}
	p.login, p.response.Login = &login, &login
	return nil
}

func (p *play) loginInputs() (engine.Login, error) {
	login := engine.Login{API: p.api.Name, Session: p.session, Header: p.request.header, Scenario: p.request.Scenario}
	for _, one := range []struct {
		to      *string
		name    string
		longest int
	}{
		{&login.Bank, "bank", maxName}, {&login.Username, "username", maxName}, {&login.Password, "password", maxSecret},
		{&login.RedirectURI, "redirect_uri", maxRedirect}, {&login.State, "state", maxRedirect},
	} {
		text, err := p.input(one.name, one.longest)
		if err != nil {
			return login, err
		}
		*one.to = text
	}
	if p.request.Username != "" {
		login.Username = p.request.Username
	}
	if forced, err := p.input("scenario", maxName); err != nil {
		return login, err
	} else if forced != "" {
		login.Scenario = forced
	}
	if err := p.checkRedirect(login.RedirectURI); err != nil {
		return login, err
	}
	fields, err := p.loginFields()
	if err != nil {
		return login, err
	}
	login.Fields = fields
	p.chooseBank(&login)
	login.Bank = cmp.Or(login.Bank, p.host.Rules.DefaultBank)
	return login, nil
}

// loginFields returns the further members of the login that some condition asks for: those that the api maps one by
// one, or those of the object that it maps as a whole. Nobody may see them.
func (p *play) loginFields() (map[string]string, error) {
	o := &p.selected.Operation
	if o.Fields == nil && o.Inputs["fields"] == nil {
		return nil, nil
	}
	var all any
	if whole := o.Inputs["fields"]; whole != nil {
		all = whole.Eval(&p.Env)
	}
	fields := make(map[string]string)
	for _, name := range p.host.Rules.Fields {
		value, has := memberOf(all, name)
		if node := o.Fields[name]; node != nil {
			value, has = node.Eval(&p.Env), true
		}
		if !has || value == nil {
			continue
		}
		text := Text(value)
		p.hide(text)
		if len(text) > maxSecret {
			return nil, p.invalidInput(name, o.Fields[name], fmt.Sprintf("must have at most %d bytes", maxSecret))
		}
		fields[name] = text
	}
	return fields, nil
}

func (p *play) checkRedirect(uri string) error {
	if uri == "" || p.host.CheckRedirect == nil {
		return nil
	}
	err := p.host.CheckRedirect(uri)
	if err == nil {
		return nil
	}
	return p.invalidInput("redirect_uri", p.selected.Operation.Inputs["redirect_uri"], err.Error())
}

// tester is the user for whom a scenario is played that was chosen as a bank.
const tester = "tester"

// chooseBank lets the login play the scenario that it names as its bank.
func (p *play) chooseBank(login *engine.Login) {
	if p.bank != nil && login.Bank == "" {
		login.Bank = p.bank.Slug
	}
	if !p.api.BanksFromScenarios || login.Bank == "" || login.Scenario != "" {
		return
	}
	if _, declared := p.host.Rules.Bank(login.Bank); declared {
		return
	}
	if scenario, ok := p.host.Rules.Scenario(login.Bank); ok && !scenario.NeedsCaptures() {
		login.Scenario, login.AsBank, login.Username = scenario.Name, true, tester
	}
}
