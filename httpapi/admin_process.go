package httpapi

import (
	"cmp"
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

// inspectedBody is a process with what only the bank's own people see of it.
type inspectedBody struct {
	processBody
	Session      string  `json:"session"`
	Username     string  `json:"username"`
	Scenario     *string `json:"scenario"`
	Rules        string  `json:"rules"`
	FlowHash     string  `json:"flow_hash"`
	StepsEntered int     `json:"steps_entered"`
	WrongAnswers int     `json:"wrong_answers"`
	Polls        int     `json:"polls"`
	RedirectURI  *string `json:"redirect_uri"`
	ConnectionID *string `json:"bank_connection_id"`
	// PhoneURL is where the user decides, null where the process does not ask on the phone.
	PhoneURL *string `json:"phone_url"`
}

// inspect returns the process, seen from inside.
func (x *exchange) inspect(state *engine.ProcessState, in *translator) inspectedBody {
	body := x.processBody(state)
	in.process(&body, state)
	return inspectedBody{
		processBody: body,
		Session:     state.Session, Username: state.Username, Scenario: textOrNull(state.Scenario),
		Rules: state.Rules, FlowHash: state.FlowHash, StepsEntered: state.Visits,
		WrongAnswers: state.WrongAnswers, Polls: state.Polls,
		RedirectURI: textOrNull(state.RedirectURI), ConnectionID: textOrNull(state.ConnectionID),
		PhoneURL: textOrNull(x.phoneURL(state)),
	}
}

// composeInspected makes the process, seen from inside, the exchange's answer.
func (x *exchange) composeInspected(state *engine.ProcessState) {
	in := translator{x: x}
	body := x.inspect(state, &in)
	x.compose(http.StatusOK, &body)
	in.announce()
	x.madeBy(state.Scenario, state.Rules)
}

// processesBody is a page of processes, seen from inside.
type processesBody struct {
	Processes  []inspectedBody `json:"processes"`
	NextCursor *string         `json:"next_cursor"`
}

// listProcesses answers with a page of a session's processes, the first to have begun ahead: of those that are open, or all.
// None counts it as a poll.
func listProcesses(x *exchange) error {
	q := x.query()
	page := q.page()
	if _, ok := canonicalUUID(page.after); !ok && page.after != "" {
		q.fault("cursor", cursorFault)
	}
	filter := engine.ProcessFilter{Session: cmp.Or(q.text("session"), x.session), Open: q.choice("open", "false", "true") == "true",
		After: page.after, Limit: page.limit + 1}
	if err := q.err(); err != nil {
		return err
	}
	states, err := x.api.bank.Processes(x.context(), filter)
	if err != nil {
		return err
	}
	in := translator{x: x}
	body := processesBody{Processes: []inspectedBody{}}
	for i := range states[:min(len(states), page.limit)] {
		body.Processes = append(body.Processes, x.inspect(&states[i], &in))
	}
	if len(states) > page.limit {
		body.NextCursor = cursorAfter(states[page.limit-1].ID)
	}
	x.compose(http.StatusOK, &body)
	in.announce()
	return nil
}

// inspectProcess answers with a process as it is now; no scenario counts it as a poll.
func inspectProcess(x *exchange) error {
	id, err := x.identifier(processNoun)
	if err != nil {
		return err
	}
	state, err := x.api.bank.Process(x.context(), id)
	if err != nil {
		return err
	}
	x.composeInspected(&state)
	return nil
}

func approve(x *exchange) error { return x.decide(engine.Approved) }

func decline(x *exchange) error { return x.decide(engine.Declined) }

// decide plays the user who decides: on the phone, or on the login page where the process's step
// asks there.
func (x *exchange) decide(decision string) error {
	id, err := x.identifier(processNoun)
	if err != nil {
		return err
	}
	var within []engine.Within[engine.ProcessState]
	if x.claim.held {
		within = append(within, func(tx engine.Tx, state engine.ProcessState) error {
			x.composeInspected(&state)
			return x.keep(tx)
		})
	}
	asked := engine.Input{Kind: engine.EventApproval, Value: decision}
	state, err := x.api.bank.Continue(x.context(), id, asked, within...)
	if engine.CodeOf(err) == engine.CodeNoChallengeOpen {
		asked.Kind = asked.Kind.Spec().Else
		redirected, again := x.api.bank.Continue(x.context(), id, asked, within...)
		if engine.CodeOf(again) != engine.CodeNoChallengeOpen {
			state, err = redirected, again
		}
	}
	if err == nil && !x.claim.kept {
		x.composeInspected(&state)
	}
	return err
}
