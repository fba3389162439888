package engine

// TakesAll reports whether the scenario takes every login that no other took: a catch-all.
func (s *Scenario) TakesAll() bool {
	w := &s.When
	return w.Empty()
}

// Describe lists the conditions of a `when` in the scenario language's words; Key and Wanted are set.
func (w *Condition) Describe() []ExplainedCondition {
	var all []ExplainedCondition
	for _, text := range w.texts(&Login{}) {
		all = append(all, ExplainedCondition{Key: text.key, Wanted: text.matcher.String(), Secret: text.secret})
	}
	for i := range conditionKinds {
		kind := &conditionKinds[i]
		if kind.holds == nil || !kind.asks(w) {
			continue
		}
		for _, part := range kind.describe(w) {
			all = append(all, ExplainedCondition{Key: part.Key, Wanted: part.Text})
		}
	}
	return all
}
