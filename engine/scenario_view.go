package engine

// TakesAll reports whether the scenario takes every login that no other took: a catch-all.
func (s *Scenario) TakesAll() bool {
	w := &s.When
	return w.Bank.MatchesAll() && w.Username.MatchesAll() && w.Password.MatchesAll() && w.Session.MatchesAll() &&
		len(w.Headers) == 0 && w.Facts.None()
}

// Describe lists the conditions of a `when` in the scenario language's words; Key and Wanted are set.
func (w *Condition) Describe() []ExplainedCondition {
	var all []ExplainedCondition
	for _, text := range w.texts(&Login{}) {
		all = append(all, ExplainedCondition{Key: text.key, Wanted: text.matcher.String(), Secret: text.secret})
	}
	for _, fact := range []struct {
		key  string
		want *Range
	}{{"attempt", w.Facts.Attempt}, {"connections", w.Facts.Connections}, {"open_processes", w.Facts.OpenProcesses}} {
		if fact.want != nil {
			all = append(all, ExplainedCondition{Key: fact.key, Wanted: fact.want.String()})
		}
	}
	for _, name := range sortedNames(w.Facts.Counters) {
		wanted := w.Facts.Counters[name]
		all = append(all, ExplainedCondition{Key: "counters." + name, Wanted: wanted.String()})
	}
	return all
}
