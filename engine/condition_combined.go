package engine

import (
	"fmt"
	"strings"
)

// anyOfCondition holds where one of the conditions within it does.
var anyOfCondition = ConditionKind{
	Key:  "any_of",
	asks: func(w *Condition) bool { return len(w.AnyOf) > 0 },
	describe: describeOne("any_of", func(w *Condition) string {
		var parts []string
		for i := range w.AnyOf {
			parts = append(parts, w.AnyOf[i].String())
		}
		return strings.Join(parts, " or ")
	}),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		found := false
		for i := range w.AnyOf {
			holds, err := w.AnyOf[i].holds(q)
			if err != nil {
				return false, err
			}
			found = found || holds
		}
		return found, nil
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		said := ExplainedCondition{Key: "any_of"}
		var wanted, had []string
		for i := range w.AnyOf {
			one, err := w.AnyOf[i].summary(q)
			if err != nil {
				return nil, err
			}
			said.Holds = said.Holds || one.Holds
			wanted, had = append(wanted, one.Wanted), append(had, one.Had)
		}
		said.Wanted, said.Had = strings.Join(wanted, " or "), strings.Join(had, " or ")
		return []ExplainedCondition{said}, nil
	},
}

// notCondition holds where the condition within it does not.
var notCondition = ConditionKind{
	Key:      "not",
	asks:     func(w *Condition) bool { return w.Not != nil },
	describe: describeOne("not", func(w *Condition) string { return w.Not.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		holds, err := w.Not.holds(q)
		return !holds, err
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		one, err := w.Not.summary(q)
		one.Key, one.Holds, one.Wanted = "not", !one.Holds, "not "+one.Wanted
		return []ExplainedCondition{one}, err
	},
}

// holds reports whether all of the condition is so.
func (w *Condition) holds(q *inquiry) (bool, error) {
	all := w.credentials(q.login) && w.surroundings(q.login)
	for i := range conditionKinds {
		kind := &conditionKinds[i]
		if kind.holds == nil || !kind.asks(w) {
			continue
		}
		holds, err := kind.holds(w, q)
		if err != nil {
			return false, err
		}
		all = all && holds
	}
	return all, nil
}

// explain says of each part of the condition whether it holds.
func (w *Condition) explain(q *inquiry) (all []ExplainedCondition, err error) {
	for i := range conditionKinds {
		kind := &conditionKinds[i]
		if !kind.asks(w) {
			continue
		}
		said, err := kind.explain(w, q)
		if err != nil {
			return nil, err
		}
		all = append(all, said...)
	}
	return all, nil
}

// summary says in one line what a condition within another asks, and how it is. What is secret is not shown.
func (w *Condition) summary(q *inquiry) (ExplainedCondition, error) {
	parts, err := w.explain(q)
	if err != nil {
		return ExplainedCondition{}, err
	}
	said := ExplainedCondition{Holds: true}
	var wanted, had []string
	for _, part := range parts {
		said.Holds = said.Holds && part.Holds
		if part.Key == "not" { // which its text says
			wanted = append(wanted, part.Wanted)
		} else {
			wanted = append(wanted, part.Key+" "+part.Wanted)
		}
		if part.Secret {
			part.Had = "(not shown)"
		}
		had = append(had, fmt.Sprintf("%s %s", part.Key, part.Had))
	}
	said.Wanted = "{" + strings.Join(wanted, ", ") + "}"
	said.Had = "{" + strings.Join(had, ", ") + "}"
	return said, nil
}
