package engine

import "context"

// Near returns the scenarios that a login missed by the fewest conditions, the nearest first, without asking
// the store: it is told of a login after it was answered, as catch-alls do. Of a scenario whose texts all hold
// the facts, as far as it has any, are what failed. The scenario that answered is left out, and so are further
// catch-alls. No secret is in what is returned. A context that has ended returns what there is.
func (rs *RuleSet) Near(ctx context.Context, login *Login, answered *Scenario) []ExplainedScenario {
	near, err := rs.nearest(ctx, login)
	if err != nil {
		return nil
	}
	var all []ExplainedScenario
	for _, s := range near {
		if s == answered || s.TakesAll() {
			continue
		}
		explained := ExplainedScenario{
			Name: s.Name, Description: s.Description, Source: s.Source, Status: s.Flow.Steps[0].Status, Conditions: []ExplainedCondition{},
		}
		for _, text := range s.When.under(login.rule).texts(login) {
			explained.add(text.explain(), text.distance())
		}
		if explained.failed == 0 {
			explained.addMissedFacts(s)
		}
		if explained.failed > 0 {
			all = append(all, explained)
		}
	}
	return sortNearest(all)
}

// addMissedFacts adds the facts of a scenario that a login missed by one of them.
func (e *ExplainedScenario) addMissedFacts(s *Scenario) {
	for _, condition := range s.When.Describe() {
		if !s.When.isText(condition.Key) {
			condition.Hint = hintFact
			e.add(condition, 0)
		}
	}
}

// isText reports whether the key is that of a condition on one of the login's texts.
func (w *Condition) isText(key string) bool {
	for _, text := range w.texts(&Login{}) {
		if text.key == key {
			return true
		}
	}
	return false
}
