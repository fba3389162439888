package httpapi

import (
	"cmp"
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

// What records are called in refusals.
const (
	processNoun    = "bank authentication process"
	connectionNoun = "bank connection"
)

// authenticate starts a process, or gives one that is named a further password.
func authenticate(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	if id, given := f.text("bank_authentication_process_id", maxName); given {
		return x.furtherPassword(f, id)
	}
	login := engine.Login{
		Session:     x.session,
		Bank:        f.optional("bank_slug", maxName),
		Username:    cmp.Or(x.username, f.required("username", maxName)),
		Password:    f.required("password", maxSecret),
		RedirectURI: x.redirectURI(f),
		State:       f.optional("state", maxRedirect),
		Header:      headerOf(x.r),
		Fields:      f.further(x.api.bank.Rules().Fields),
	}
	if err := f.err(); err != nil {
		return err
	}
	if login.Scenario, err = x.forcedScenario(); err != nil {
		return err
	}
	if err := x.explainIfAsked(login); err != nil {
		return err
	}
	x.login = login
	x.request.Password, x.request.Fields = login.Password, login.Fields
	state, err := x.api.bank.Authenticate(x.context(), login, x.keepProcess()...)
	if err == nil && !state.Refused() {
		x.decided(&state, login.Scenario != "")
		x.phone = x.phoneURL(&state)
	}
	return x.answerProcess(&state, err)
}

// redirectURI returns the field redirect_uri, which must lead to a host that the configuration allows.
func (x *exchange) redirectURI(f *fields) string {
	uri := f.optional("redirect_uri", maxRedirect)
	if uri == "" {
		return ""
	}
	if err := x.api.redirects.Check(uri); err != nil {
		f.fault("redirect_uri", err.Error())
		return ""
	}
	return uri
}

func (x *exchange) furtherPassword(f *fields, id string) error {
	password := f.required("password", maxSecret)
	if err := f.err(); err != nil {
		return err
	}
	return x.continueProcess(id, engine.Input{Kind: engine.EventPassword, Value: password})
}

// confirmChallengeResponse gives a process what the user answered or chose. Neither means a poll,
// as clients of decoupled banks do.
func confirmChallengeResponse(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	id := f.required("bank_authentication_process_id", maxName)
	answers, inFields := x.answers(f, id)
	response, answered := "", inFields
	if !inFields {
		response, answered = f.text("challenge_response", maxSecret)
	}
	procedure, chosen := f.text("two_step_procedure_id", maxName)
	if answered && chosen {
		f.fault("two_step_procedure_id", "must not come together with "+f.naming.sent("challenge_response"))
	}
	if err := f.err(); err != nil {
		return err
	}
	switch {
	case answered:
		return x.continueProcess(id, engine.Input{Kind: engine.EventChallengeResponse, Value: response, Fields: answers})
	case chosen:
		return x.continueProcess(id, engine.Input{Kind: engine.EventTwoStepProcedure, Value: procedure})
	default:
		return x.poll(id)
	}
}

// showProcess answers with a process as it is now.
func showProcess(x *exchange) error {
	if x.r.Method == http.MethodHead {
		return x.answerPoll(x.variable("id"))
	}
	return x.poll(x.variable("id"))
}

// answerPoll answers with a process and counts no poll: whoever asks for a header has not seen the process.
func (x *exchange) answerPoll(id string) error {
	id, err := checkIdentifier(processNoun, id)
	if err != nil {
		return err
	}
	state, err := x.api.bank.Process(x.context(), id)
	return x.answerProcess(&state, err)
}

func (x *exchange) poll(id string) error {
	id, err := checkIdentifier(processNoun, id)
	if err != nil {
		return err
	}
	state, err := x.api.bank.Poll(x.context(), id)
	return x.answerProcess(&state, err)
}

func (x *exchange) continueProcess(id string, in engine.Input) error {
	id, err := checkIdentifier(processNoun, id)
	if err != nil {
		return err
	}
	state, err := x.api.bank.Continue(x.context(), id, in, x.keepProcess()...)
	return x.answerProcess(&state, err)
}

// answerProcess answers with the process, unless that was composed and kept already.
func (x *exchange) answerProcess(state *engine.ProcessState, err error) error {
	x.outgoing.step = state.Shape // none where it was refused
	if err != nil {
		return err
	}
	if state.Refused() && state.ID == "" { // there is no process to tell of
		x.composeNothing(state.Scenario, state.Rules)
		return nil
	}
	if !x.claim.kept {
		x.composeProcess(state)
	}
	return nil
}

// composeNothing is the answer to a request that the bank has not carried out, and that is about no record:
// what refused it says the rest.
func (x *exchange) composeNothing(scenario, rules string) {
	x.compose(http.StatusOK, struct{}{})
	x.madeBy(scenario, rules)
}
