package engine

import (
	"context"
	"time"
)

// NearestScenarios is how many scenarios an [Explanation] shows beside the one that answers.
const NearestScenarios = 5

// Explanation says which scenario answers a login, and why the nearest others do not.
type Explanation struct {
	// Rules is the rule set that decides (see [RuleSet.ID]).
	Rules string `json:"rules"`
	// Forced says that the request names its scenario, so that no condition was asked.
	Forced bool `json:"forced"`
	// Match is the scenario that answers; nil where none matches and the answer is NoScenario.
	Match      *ExplainedScenario `json:"match"`
	NoScenario *Failure           `json:"no_scenario"`
	// Refused is the code that the login is refused with though a scenario matches, else "":
	// [CodeScenarioValue], where what the login's named groups capture makes no duration, percent or picture.
	Refused Code `json:"refused"`
	// Later are scenarios that the login fulfils too, but which stand after the one that answers, or
	// are passed over since the request names another.
	Later []ExplainedScenario `json:"later"`
	// Nearest are those that fail in the fewest conditions, the nearest first.
	Nearest []ExplainedScenario `json:"nearest"`
}

// ExplainedScenario is a scenario with what became of its conditions.
type ExplainedScenario struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Source      Source `json:"source"`
	// Status is that of the first step.
	Status     Status               `json:"status"`
	Conditions []ExplainedCondition `json:"conditions"`

	failed, distance int
}

// ExplainedCondition is one condition of a scenario's `when`, held against a login.
type ExplainedCondition struct {
	// Key is the condition's place in `when`, such as "password" or "headers.X-Team".
	Key   string `json:"key"`
	Holds bool   `json:"holds"`
	// Wanted is the condition in the scenario language's words.
	Wanted string `json:"wanted"`
	// Had is the login's value; it is "" for a secret, which is never shown.
	Had string `json:"had"`
	// Secret says that the value is not shown.
	Secret bool `json:"secret"`
	// Hint says how near a value came that failed, such as "differs only in case".
	Hint string `json:"hint"`
}

// AssumedFacts are facts to explain a login with, in place of those that the store holds.
type AssumedFacts struct {
	Attempt       *int
	Connections   *int
	OpenProcesses *int
	Counters      map[string]int
	// Time stands in place of the session's, SessionAge of its age.
	Time       *time.Time
	SessionAge *time.Duration
	// LastAuthenticated is how long ago the user was.
	LastAuthenticated *time.Duration
	// Draw is what each probability draws, from 0 to 1.
	Draw     *float64
	Switches map[string]bool
}

// Explain tells what [Bank.Authenticate] would decide about a login now, and why. It changes nothing:
// facts are read as that login would find them, and none is raised. It refuses with [CodeUnknownBank]
// and [CodeUnknownScenario].
func (b *Bank) Explain(ctx context.Context, login Login, assumed AssumedFacts) (Explanation, error) {
	rs := b.rules.Load()
	if err := completeLogin(rs, &login); err != nil {
		return Explanation{}, err
	}
	session, err := b.session(ctx, login.Session)
	if err != nil {
		return Explanation{}, err
	}
	now := b.at(session.Clock)
	at := now
	if assumed.Time != nil {
		at = *assumed.Time
	}
	login.at = at
	near, err := rs.nearest(ctx, &login)
	if err != nil {
		return Explanation{}, err
	}
	var result Explanation
	err = b.store.Update(ctx, func(tx Tx) error {
		c := change{bank: b, tx: tx, rs: rs, now: now, session: &session}
		q := c.inquire(&login)
		q.assumed, login.at = &assumed, at
		q.user().underWay = true
		x := explainer{rules: rs, login: &login, facts: q}
		var err error
		result, err = x.explain(near)
		return err
	})
	if err != nil {
		return Explanation{}, err
	}
	return result, nil
}

// explainer explains one login, within a transaction that only reads.
type explainer struct {
	rules *RuleSet
	login *Login
	facts *inquiry
}

func (x *explainer) explain(near []*Scenario) (Explanation, error) {
	e := Explanation{Rules: x.rules.ID(), Forced: x.login.Scenario != "", Later: []ExplainedScenario{}, Nearest: []ExplainedScenario{}}
	answers, err := x.decide(&e)
	if err != nil {
		return Explanation{}, err
	}
	if answers == nil {
		e.NoScenario = x.rules.Fallback.Flow.Steps[0].Error
	} else if err := answers.Flow.CheckCaptures(answers.When.captures(x.login, answers.Flow.names)); err != nil {
		e.Refused = CodeOf(err)
	}
	for _, s := range near {
		if s == answers {
			continue
		}
		explained, err := x.scenario(s)
		if err != nil {
			return Explanation{}, err
		}
		if explained.failed == 0 {
			e.Later = append(e.Later, explained)
		} else {
			e.Nearest = append(e.Nearest, explained)
		}
	}
	e.Later, e.Nearest = e.Later[:min(len(e.Later), NearestScenarios)], sortNearest(e.Nearest)
	return e, nil
}

// decide finds the scenario that answers, nil where none does.
func (x *explainer) decide(e *Explanation) (*Scenario, error) {
	if e.Forced {
		s, _ := x.rules.Scenario(x.login.Scenario)
		explained, err := x.scenario(s)
		e.Match = &explained
		return s, err
	}
	c := x.rules.candidates(x.login)
	for s := c.next(); s != nil; s = c.next() {
		explained, err := x.scenario(s)
		if err != nil {
			return nil, err
		}
		if explained.failed == 0 {
			e.Match = &explained
			return s, nil
		}
	}
	return nil, nil
}

// scenario holds the login against all of a scenario's conditions.
func (x *explainer) scenario(s *Scenario) (ExplainedScenario, error) {
	explained := ExplainedScenario{
		Name: s.Name, Description: s.Description, Source: s.Source, Status: s.Flow.Steps[0].Status,
		Conditions: []ExplainedCondition{},
	}
	w := s.When.under(x.login.rule)
	for _, text := range w.texts(x.login) {
		condition := text.explain()
		explained.add(condition, text.distance())
	}
	x.facts.caseID = s.Trigger
	if err := x.facts.drawFor(w, "scenario "+s.Name); err != nil {
		return explained, err
	}
	for i := range conditionKinds {
		kind := &conditionKinds[i]
		if kind.holds == nil || !kind.asks(w) {
			continue
		}
		said, err := kind.explain(w, x.facts)
		if err != nil {
			return explained, err
		}
		for _, condition := range said {
			explained.add(condition, 0)
		}
	}
	return explained, nil
}

func (s *ExplainedScenario) add(condition ExplainedCondition, distance int) {
	s.Conditions = append(s.Conditions, condition)
	if !condition.Holds {
		s.failed++
		s.distance += distance
	}
}
