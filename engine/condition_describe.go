package engine

import "strings"

// ConditionText is one part of a condition in the scenario language's words.
type ConditionText struct{ Key, Text string }

// Parts lists what a condition asks for, in the order of the table.
func (w *Condition) Parts() (all []ConditionText) {
	for i := range conditionKinds {
		if kind := &conditionKinds[i]; kind.asks(w) {
			all = append(all, kind.describe(w)...)
		}
	}
	return all
}

// String returns the condition in one line.
func (w *Condition) String() string {
	var parts []string
	for _, part := range w.Parts() {
		parts = append(parts, part.Key+": "+part.Text)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// describeNamed describes what is asked of things that have names.
func describeNamed[V any](key string, named map[string]V, text func(V) string) (all []ConditionText) {
	for _, name := range sortedNames(named) {
		all = append(all, ConditionText{key + "." + name, text(named[name])})
	}
	return all
}

func describeOne(key string, text func(w *Condition) string) func(w *Condition) []ConditionText {
	return func(w *Condition) []ConditionText { return []ConditionText{{key, text(w)}} }
}
