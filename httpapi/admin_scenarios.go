package httpapi

import (
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

// scenarioBody is a scenario in a list.
type scenarioBody struct {
	Name        string        `json:"name"`
	Description *string       `json:"description"`
	Tags        []string      `json:"tags"`
	Source      engine.Source `json:"source"`
	When        whenBody      `json:"when"`
	Hits        int64         `json:"hits"`
	FlowHash    string        `json:"flow_hash"`
}

// scenariosBody is a page of scenarios, in the order in which they are tried.
type scenariosBody struct {
	Scenarios  []scenarioBody `json:"scenarios"`
	NextCursor *string        `json:"next_cursor"`
}

// scenarioDetailBody is a scenario with its whole behaviour.
type scenarioDetailBody struct {
	scenarioBody
	Flow flowBody `json:"flow"`
}

func newScenarioBody(s *engine.Scenario) scenarioBody {
	return scenarioBody{
		Name: s.Name, Description: textOrNull(s.Description), Tags: listed(s.Tags), Source: s.Source,
		When: newWhenBody(&s.When), Hits: s.Hits(), FlowHash: s.Flow.Hash(),
	}
}

// listScenarios answers with a page of the live rule set's scenarios.
func listScenarios(x *exchange) error {
	q := x.query()
	page := q.page()
	rules := x.api.bank.Rules()
	start := 0
	if page.after != "" {
		start = positionOf(rules, page.after) + 1
		if start == 0 {
			q.fault("cursor", "names a scenario that there is no longer; begin again")
		}
	}
	if err := q.err(); err != nil {
		return err
	}
	x.compose(http.StatusOK, page.scenarios(rules.Scenarios[start:]))
	return nil
}

// positionOf returns where the rule set tries the scenario, -1 if it has none of the name.
func positionOf(rules *engine.RuleSet, name string) int {
	for i, s := range rules.Scenarios {
		if s.Name == name {
			return i
		}
	}
	return -1
}

func (p page) scenarios(rest []*engine.Scenario) *scenariosBody {
	shown := rest[:min(len(rest), p.limit)]
	body := &scenariosBody{Scenarios: make([]scenarioBody, len(shown))}
	for i, s := range shown {
		body.Scenarios[i] = newScenarioBody(s)
	}
	if len(rest) > p.limit {
		body.NextCursor = cursorAfter(shown[len(shown)-1].Name)
	}
	return body
}

// showScenario answers with a scenario and its flow.
func showScenario(x *exchange) error {
	name := x.variable("name")
	rules := x.api.bank.Rules()
	s, ok := rules.Scenario(name)
	if !ok {
		known := make([]string, len(rules.Scenarios))
		for i, one := range rules.Scenarios {
			known[i] = one.Name
		}
		return refuse(engine.CodeNotFound, "%s", unknownName("scenario has the name", name, known))
	}
	x.compose(http.StatusOK, &scenarioDetailBody{newScenarioBody(s), newFlowBody(s.Flow)})
	return nil
}
