package httpapi

import (
	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// about is what an exchange turned out to be about, for the journal.
type about struct {
	session, processID, connectionID string
	state                            string
	bank, username                   string
	decided                          bool
	decision                         journal.Decision
	flow                             *engine.Flow
	moves                            []engine.Move
}

func (a *about) process(state *engine.ProcessState) {
	a.session, a.processID, a.connectionID = state.Session, state.ID, state.ConnectionID
	a.state, a.bank, a.username = string(state.Status), state.Bank, state.Username
}

func (a *about) connection(state *engine.ConnectionState) {
	a.session, a.processID, a.connectionID = state.Session, state.ProcessID, state.ID
	a.state, a.bank, a.username = string(state.Status), state.Bank, state.Username
}

// decided notes which scenario a login led to. Under rules that were replaced meanwhile it is not
// known what the scenario asked for.
func (x *exchange) decided(state *engine.ProcessState, forced bool) {
	rules := x.api.bank.Rules()
	if rules.ID() != state.Rules {
		return
	}
	scenario, _ := rules.Scenario(state.Scenario)
	x.about.decided, x.about.decision = true, journal.Decision{Forced: forced, Scenario: scenario}
}
