package httpapi

import "github.com/mockbank/mockbank/engine"

// explanationBody says which scenario answers a login, and why the nearest others do not.
type explanationBody struct {
	Rules string `json:"rules"`
	// Forced says that the request names its scenario.
	Forced bool `json:"forced"`
	// Match is the scenario that answers; where there is none, NoScenario is the answer's error.
	Match      *explainedBody `json:"match"`
	NoScenario *failureBody   `json:"no_scenario"`
	// Refused is the code of the problem that the login is refused with though a scenario matches.
	Refused *string `json:"refused"`
	// Later would match too, but come later; Nearest fail in the fewest conditions.
	Later   []*explainedBody `json:"later"`
	Nearest []*explainedBody `json:"nearest"`
}

// explainedBody is a scenario with what became of its conditions.
type explainedBody struct {
	Name        string          `json:"name"`
	Description *string         `json:"description"`
	Source      engine.Source   `json:"source"`
	Status      engine.Status   `json:"status"`
	Conditions  []conditionBody `json:"conditions"`
}

// conditionBody is one condition, held against the login. A secret that the login had is never shown.
type conditionBody struct {
	Key    string  `json:"key"`
	Holds  bool    `json:"holds"`
	Wanted string  `json:"wanted"`
	Had    *string `json:"had"`
	Secret bool    `json:"secret"`
	Hint   *string `json:"hint"`
}

func newExplanationBody(e *engine.Explanation) *explanationBody {
	body := &explanationBody{
		Rules: e.Rules, Forced: e.Forced, NoScenario: e.NoScenario.Data(), Refused: textOrNull(string(e.Refused)),
		Later: make([]*explainedBody, len(e.Later)), Nearest: make([]*explainedBody, len(e.Nearest)),
	}
	if e.Match != nil {
		body.Match = newExplainedBody(e.Match)
	}
	for i := range e.Later {
		body.Later[i] = newExplainedBody(&e.Later[i])
	}
	for i := range e.Nearest {
		body.Nearest[i] = newExplainedBody(&e.Nearest[i])
	}
	return body
}

func newExplainedBody(s *engine.ExplainedScenario) *explainedBody {
	body := &explainedBody{
		Name: s.Name, Description: textOrNull(s.Description), Source: s.Source, Status: s.Status,
		Conditions: make([]conditionBody, len(s.Conditions)),
	}
	for i := range s.Conditions {
		c := &s.Conditions[i]
		body.Conditions[i] = conditionBody{c.Key, c.Holds, c.Wanted, nil, c.Secret, textOrNull(c.Hint)}
		if !c.Secret {
			body.Conditions[i].Had = &c.Had
		}
	}
	return body
}
