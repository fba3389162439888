package httpapi

import (
	"sync"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// about is what an exchange turned out to be about, for the journal.
type about struct {
	session, processID, connectionID string
	state                            string
	failure                          string // the code of what the bank says went wrong
	progress                         int    // of an import, -1 for none
	bank, username                   string
	scenario, caseID                 string
	returns                          string    // what the login's `state` said, which goes back with the browser
	authenticatedAt                  time.Time // since when the user of a connection is, zero for a process
	run                              int       // of a connection's import
	decided                          bool
	decision                         journal.Decision
	near                             []engine.ExplainedScenario
	flow                             *engine.Flow
	moves                            []engine.Move
	// at is the session's time at which the bank did first what the request asks for, zero where it did nothing.
	at time.Time
	// faults are those that the request gave its session, as they were written; "" for none.
	faults string
	// switched is the switch that the console set, "" for none.
	switched   string
	switchedOn bool
	// offered are the procedures that the user can choose from now.
	offered []engine.Procedure
}

func (a *about) process(state *engine.ProcessState) {
	a.session, a.processID, a.connectionID = state.Session, state.ID, state.ConnectionID
	a.state, a.bank, a.username = string(state.Status), state.Bank, state.Username
	a.failure, a.progress, a.returns = codeOf(state.Error), -1, state.State
	a.authenticatedAt, a.run = time.Time{}, 0
	a.offered = nil
	if state.Challenge != nil {
		a.offered = state.Challenge.Procedures
	}
	a.scenario, a.caseID = state.Scenario, state.Trigger
}

func codeOf(f *engine.Failure) string {
	if f == nil {
		return ""
	}
	return string(f.Code)
}

func (a *about) connection(state *engine.ConnectionState) {
	a.session, a.processID, a.connectionID = state.Session, state.ProcessID, state.ID
	a.state, a.bank, a.username = string(state.Status), state.Bank, state.Username
	a.failure, a.progress = codeOf(state.Error), state.Progress
	a.authenticatedAt, a.run = state.AuthenticatedAt, state.Run
	a.scenario, a.caseID = state.Scenario, state.Trigger
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
	if !forced && (scenario == nil || scenario.TakesAll()) && x.api.nears.take(x.began) {
		login := x.login
		login.Bank = state.Bank // as it was found where none was named
		x.about.near = rules.Near(x.context(), &login, scenario)
	}
}

// maxNears is for how many logins a second it is worked out what they missed: that looks at every scenario.
const maxNears = 20

// pace lets something happen so many times a second.
type pace struct {
	mu     sync.Mutex
	second int64
	taken  int
}

func (p *pace) take(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if second := now.Unix(); second != p.second {
		p.second, p.taken = second, 0
	}
	p.taken++
	return p.taken <= maxNears
}
