package engine

import (
	"context"
	"maps"
	"slices"
)

// Authenticate starts a process: the first scenario that the login matches, else the rule set's
// fallback. It refuses with [CodeUnknownBank], [CodeUnknownScenario] or [CodeScenarioValue].
func (b *Bank) Authenticate(ctx context.Context, login Login, within ...Within[ProcessState]) (ProcessState, error) {
	state, sure, err := b.authenticate(ctx, login, false, within)
	if err != nil && !sure && CodeOf(err) != CodeUnavailable && ctx.Err() == nil { // the session may have been another meanwhile
		state, _, err = b.authenticate(ctx, login, true, within)
	}
	return state, err
}

// authenticate is [Bank.Authenticate]. Unless it is to be sure of the session it goes by what is lately known of it, and says
// whether that was sure.
func (b *Bank) authenticate(ctx context.Context, login Login, sure bool,
	within []Within[ProcessState]) (_ ProcessState, _ bool, err error) {
	rs := b.rules.Load()
	if err := completeLogin(rs, &login); err != nil {
		return ProcessState{}, true, err
	}
	var session Session
	if sure {
		session, err = b.session(ctx, login.Session)
	} else {
		session, sure, err = b.sessionLately(ctx, login.Session)
	}
	if err != nil {
		return ProcessState{}, true, err
	}
	if session.Version == 0 && session.ID != DefaultSession {
		if err := b.Sessions().admit(ctx, session.ID); err != nil {
			return ProcessState{}, sure, err
		}
	}
	if rs, err = b.own.rulesFor(rs, &session); err != nil {
		return ProcessState{}, sure, err
	}
	var state ProcessState
	var made *changedProcess
	var asked *inquiry
	err = b.run(ctx, rs, b.at(session.Clock), operation{
		session: &session, request: requestOf(ctx),
		load: func(c *change) error {
			state = ProcessState{}
			if !sure {
				if err := c.tx.ExpectSession(session); err != nil {
					return err
				}
			}
			if err := b.Sessions().keep(c.tx, session); err != nil {
				return err
			}
			q := c.inquire(&login)
			q.user().underWay = true
			scenario, err := rs.choose(q)
			if err != nil {
				return err
			}
			made, err = c.newProcess(q, scenario)
			q.login.AnsweredBy(scenario.Name, scenario.Trigger)
			asked = q
			return err
		},
		decide: func(c *change) (*ResponseShape, error) {
			if !c.asksFaults(ctx) {
				return nil, nil
			}
			return c.decideFaults(ctx, asked.afterLogin())
		},
		apply: func(c *change) error {
			err := c.anotherLogin(ctx, &login, made.flow)
			c.process(made)
			return err
		},
		compose: func(c *change) error {
			if c.refused() {
				state.Scenario, state.Rules, state.Shape = made.record.Scenario, made.record.Rules, c.answer
				return nil
			}
			state = c.state(made)
			return runWithin(c.tx, state, within)
		},
	})
	if err != nil {
		return ProcessState{}, sure, err
	}
	return state, sure, nil
}

func completeLogin(rs *RuleSet, login *Login) error {
	if login.Session == "" {
		login.Session = DefaultSession
	}
	if login.Bank == "" {
		login.Bank = rs.DefaultBank
	}
	if _, ok := rs.Bank(login.Bank); !ok && !login.AsBank {
		return &Error{Code: CodeUnknownBank, Message: unknownName("bank", login.Bank, bankSlugs(rs.Banks)), Related: login.Bank}
	}
	login.under(rs.usernameRule(login.Bank))
	if login.Scenario != "" {
		if _, ok := rs.Scenario(login.Scenario); !ok {
			names := slices.Collect(maps.Keys(rs.names))
			return &Error{Code: CodeUnknownScenario, Message: unknownName("scenario", login.Scenario, names), Related: login.Scenario}
		}
	}
	return nil
}

func bankSlugs(banks []Institution) []string {
	slugs := make([]string, len(banks))
	for i, bank := range banks {
		slugs[i] = bank.Slug
	}
	return slugs
}

// choose returns the scenario that answers the login. Facts are read, and attempts counted, only
// where a scenario that the login reaches asks for them.
func (rs *RuleSet) choose(q *inquiry) (*Scenario, error) {
	if rs.countsUser(q.login) {
		q.user().raise(CountUserAttempts, "")
	}
	if q.login.AsBank {
		return rs.chooseOfCase(q)
	}
	if q.login.Scenario != "" {
		scenario, _ := rs.Scenario(q.login.Scenario)
		return scenario, nil
	}
	c := rs.candidates(q.login)
	for scenario := c.next(); scenario != nil; scenario = c.next() {
		holds, err := scenario.answers(q)
		if holds || err != nil {
			return scenario, err
		}
	}
	return rs.Fallback, nil
}

// answers reports whether a scenario that the login reaches is the one that answers it.
func (s *Scenario) answers(q *inquiry) (bool, error) {
	if q.rules.countsAttempts(s) {
		q.user().raise(CountAttempts, s.Trigger)
	}
	w := s.When.under(q.login.rule)
	if w.combined(q.login) == always {
		return true, nil
	}
	q.caseID = s.Trigger
	return q.ask(w, "scenario "+s.Name)
}

// newProcess returns the process that the scenario starts, brought up to now.
func (c *change) newProcess(q *inquiry, scenario *Scenario) (*changedProcess, error) {
	flow, login := scenario.Flow, q.login
	captures := scenario.When.captures(login, c.rs.kept(flow.names))
	if err := flow.CheckCaptures(captures); err != nil {
		return nil, err
	}
	seed, err := scenario.seed(c.tx, login.Session, c.session.seed(c.rs))
	if err != nil {
		return nil, err
	}
	p := Process{
		ID: c.bank.newID(), Session: login.Session, Bank: login.Bank, Username: login.Username,
		Scenario: scenario.Name, Trigger: scenario.Trigger, Rules: c.rs.ID(), FlowHash: flow.hash,
		Captures: captures, Seed: seed, API: login.API, RedirectURI: login.RedirectURI, State: login.State,
		CreatedAt: c.now, Version: 1,
	}
	if flow.ages {
		p.SessionBegan = copyTime(&c.session.BeganAt)
	}
	p.enter(0, c.now)
	p, moves := flow.Resolve(p, c.now)
	return &changedProcess{flow: flow, record: &p, moves: moves, made: true, shapes: true, history: q.history}, nil
}

// seed returns the seed of a login's random choices. Only scenarios that make any count logins.
func (s *Scenario) seed(tx Tx, session string, sessionSeed uint64) (uint64, error) {
	if !s.Flow.random {
		return 0, nil
	}
	ordinal, err := tx.AddCounter(CounterKey{Session: session, Kind: CountLogins, Name: s.Name}, 1)
	if err != nil {
		return 0, err
	}
	return loginSeed(sessionSeed, s.Name, ordinal), nil
}

func (rs *RuleSet) hit(scenario string) {
	if s, ok := rs.Scenario(scenario); ok {
		s.hits.Add(1)
	}
}
