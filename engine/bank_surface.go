package engine

import (
	"cmp"
	"context"
	"time"
)

// Surfaces is what the bank itself has to know of declared apis.
type Surfaces interface {
	// ConnectsWhenAuthenticated reports whether the import of a process that the api began starts as its
	// user is authenticated, without a call.
	ConnectsWhenAuthenticated(api string) bool
	// Conditions lists those that answers and cases of the apis ask the bank for.
	Conditions() []*Condition
	// Captures lists the named groups of scenarios that texts of the apis tell.
	Captures() []string
}

// APIs are what a [Bank] does for declared apis, beside what it does for its own.
type APIs struct{ bank *Bank }

// APIs returns what the bank does for declared apis.
func (b *Bank) APIs() APIs { return APIs{b} }

// Holds reports whether a condition of a declared api holds for what a request is about. owner names whose draws they
// are. It is asked within a transaction, or in one of its own where tx is nil.
func (a APIs) Holds(ctx context.Context, tx Tx, w *Condition, owner string, about Subject) (holds bool, err error) {
	rs := a.bank.rules.Load()
	ask := func(tx Tx) error {
		session, err := a.bank.sessionWithin(tx, cmp.Or(about.Session, DefaultSession))
		if err != nil {
			return err
		}
		q := &inquiry{
			tx: tx, rules: rs, login: rs.loginOf(session.ID, about.Bank, about.Username, about.Scenario), caseID: about.Case,
			now: a.bank.at(session.Clock), session: session, authenticatedAt: about.AuthenticatedAt, run: runOf(about.Run),
			processID: about.ProcessID, connectionID: about.ConnectionID, account: about.Account,
		}
		q.login.at = q.now
		holds, err = q.askRecord(w, owner)
		return err
	}
	if tx != nil {
		err = ask(tx)
	} else {
		err = a.bank.change(ctx, ask)
	}
	return holds, err
}

// Records reads what declared apis keep, outside of any transaction.
func (a APIs) Records(ctx context.Context) SurfaceRecords { return a.bank.store.Surface(ctx) }

// Change runs a change of what declared apis keep in one transaction. It may be run more than once.
func (a APIs) Change(ctx context.Context, change func(tx Tx) error) error {
	return a.bank.change(ctx, change)
}

// ShapeAnswer chooses how a declared answer of this name is shaped on the wire, nil for not at all.
func (a APIs) ShapeAnswer(ctx context.Context, session, name string, response *Response) (*ResponseShape, error) {
	s, err := a.bank.session(ctx, session)
	if err != nil {
		return nil, err
	}
	return choice{
		response: response, key: CounterKey{Session: s.ID, Kind: CountAnswers, Name: name},
		seed: loginSeed(s.seed(a.bank.rules.Load()), name, 0), now: a.bank.at(s.Clock),
	}.decide(ctx, a.bank)
}

// NewID returns an identifier that no record has.
func (a APIs) NewID() string { return a.bank.newID() }

// chooseOfCase returns the scenario that a login chose by name, or, where its facts do not hold, the first of
// its case whose facts do.
func (rs *RuleSet) chooseOfCase(q *inquiry) (*Scenario, error) {
	chosen, ok := rs.Scenario(q.login.Scenario)
	if !ok {
		return rs.Fallback, nil
	}
	for _, scenario := range rs.ofCase(chosen) {
		if rs.countsAttempts(scenario) {
			q.user().raise(CountAttempts, scenario.Trigger)
		}
		q.caseID = scenario.Trigger
		holds, err := q.ask(scenario.When.onlyFacts(), "scenario "+scenario.Name)
		if err != nil || holds {
			return scenario, err
		}
	}
	return chosen, nil
}

// ofCase lists the scenarios of one case, this one first.
func (rs *RuleSet) ofCase(first *Scenario) []*Scenario {
	all := []*Scenario{first}
	if !first.When.Factual() && !first.counted {
		return all
	}
	for _, scenario := range rs.Scenarios {
		if scenario != first && scenario.Trigger == first.Trigger {
			all = append(all, scenario)
		}
	}
	return all
}

// NeedsCaptures reports whether the scenario's texts take something from a login, so that it cannot be played
// without one that it matches.
func (s *Scenario) NeedsCaptures() bool { return len(s.Flow.names) > 0 }

// OnPageStep is the name of the step in which a process waits for credentials to be typed on the bank's page.
const OnPageStep = "credentials on the page"

// credentialsFlow is the flow of a process whose user has yet to log in, on the bank's page.
func credentialsFlow() *Flow {
	flow := &Flow{Steps: []Step{{Name: OnPageStep, Status: RedirectRequired}}}
	if err := flow.Freeze(); err != nil {
		panic(err) // it is one step
	}
	return flow
}

// BeginOnPage starts a process whose credentials are still to be typed on the bank's page: see
// [Bank.Identify]. It refuses with [CodeUnknownBank].
func (b *Bank) BeginOnPage(ctx context.Context, login Login, within ...Within[ProcessState]) (ProcessState, error) {
	rs := b.rules.Load()
	login.Session, login.Bank = cmp.Or(login.Session, DefaultSession), cmp.Or(login.Bank, rs.DefaultBank)
	if _, ok := rs.Bank(login.Bank); !ok {
		return ProcessState{}, &Error{Code: CodeUnknownBank, Message: unknownName("bank", login.Bank, bankSlugs(rs.Banks)),
			Related: login.Bank}
	}
	session, err := b.session(ctx, login.Session)
	if err != nil {
		return ProcessState{}, err
	}
	if session.Version == 0 && session.ID != DefaultSession {
		if err := b.Sessions().admit(ctx, session.ID); err != nil {
			return ProcessState{}, err
		}
	}
	var state ProcessState
	err = b.run(ctx, rs, b.at(session.Clock), operation{
		session: &session, request: requestOf(ctx),
		load:   func(c *change) error { return b.Sessions().keep(c.tx, session) },
		decide: func(c *change) (*ResponseShape, error) { return c.decideFaults(ctx, c.inquire(&login)) },
		apply: func(c *change) error {
			p := Process{
				ID: b.newID(), Session: login.Session, Bank: login.Bank, Username: login.Username, Rules: rs.ID(),
				FlowHash: rs.onPage.hash, API: login.API, RedirectURI: login.RedirectURI, State: login.State, CreatedAt: c.now, Version: 1,
			}
			p.enter(0, c.now)
			made := &changedProcess{flow: rs.onPage, record: &p, made: true}
			c.process(made)
			state = c.state(made)
			return nil
		},
		compose: func(c *change) error {
			if c.refused() {
				state = ProcessState{Shape: c.answer}
				return nil
			}
			return runWithin(c.tx, state, within)
		},
	})
	return state, err
}

// AwaitsCredentials reports whether the process waits for credentials to be typed on the bank's page.
func (s *ProcessState) AwaitsCredentials() bool { return s.step != nil && s.step.Name == OnPageStep }

// Identify gives a process the credentials that its user typed on the bank's page: it goes on as the scenario
// says that they match. It refuses with [CodeNotFound], and with [CodeNoChallengeOpen] where the process has
// them already.
func (b *Bank) Identify(ctx context.Context, processID string, login Login) (ProcessState, error) {
	found, _, session, err := b.process(ctx, processID)
	if err != nil {
		return ProcessState{}, err
	}
	rs := b.rules.Load()
	login.Session, login.Bank = found.Session, found.Bank
	login.under(rs.usernameRule(login.Bank))
	var state ProcessState
	var bound *changedProcess
	now := b.at(session.Clock)
	err = b.run(ctx, rs, now, operation{
		session: &session,
		load: func(c *change) error {
			before, err := c.tx.Process(processID)
			if err != nil {
				return missing(err, processNoun, processID)
			}
			if rs.onPage == nil || before.FlowHash != rs.onPage.hash {
				return refuse(CodeNoChallengeOpen, "the process has its credentials already")
			}
			c.now = later(c.now, before.UpdatedAt)
			q := c.inquire(&login)
			q.user().underWay = true
			scenario, err := rs.choose(q)
			if err != nil {
				return err
			}
			if bound, err = c.newProcess(q, scenario); err != nil {
				return err
			}
			bound.rebinds(&before)
			return nil
		},
		apply: func(c *change) error {
			c.process(bound)
			return nil
		},
		compose: func(c *change) error {
			state = c.state(bound)
			return nil
		},
	})
	if err != nil {
		return ProcessState{}, err
	}
	return b.connectIfDue(ctx, state)
}

// rebinds lets the new process take the place of one that was there before any scenario was chosen.
func (p *changedProcess) rebinds(before *Process) {
	p.rebound, p.shapes = true, false
	p.record.ID, p.record.CreatedAt, p.record.Version = before.ID, before.CreatedAt, before.Version
	p.record.RedirectURI, p.record.State, p.record.API = before.RedirectURI, before.State, before.API
}

// connectIfDue makes the connection of a process whose api connects as its user is authenticated. Its import
// began at that moment, whenever this is called; calling it again changes nothing.
func (b *Bank) connectIfDue(ctx context.Context, state ProcessState) (ProcessState, error) {
	ctx = WithRequest(ctx, nil) // no client asks for it
	rs := b.rules.Load()
	if rs.Surfaces == nil || state.Refused() || state.Status != Authenticated || state.ConnectionID != "" || state.API == "" ||
		!rs.Surfaces.ConnectsWhenAuthenticated(state.API) {
		return state, nil
	}
	made, err := b.connectFrom(ctx, state.ID, func(p *Process) time.Time { return p.EnteredAt })
	switch CodeOf(err) {
	case CodeAlreadyUsed, CodeNotAuthenticated: // by another, or it went on
		return b.Process(ctx, state.ID)
	}
	if err != nil {
		return state, err
	}
	state.ConnectionID = made.ID
	return state, nil
}

// ConnectIfDue brings a process up to now, and makes its connection where its api connects as its user is
// authenticated.
func (b *Bank) ConnectIfDue(ctx context.Context, processID string) (ProcessState, error) {
	state, err := b.Process(ctx, processID)
	if err != nil {
		return state, err
	}
	return b.connectIfDue(ctx, state)
}
