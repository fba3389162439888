package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// textCondition is a condition on one of a login's texts, with the login's value.
type textCondition struct {
	key     string
	matcher *Matcher
	value   string
	secret  bool
	// at is the moment of the login.
	at time.Time
}

// texts lists the condition's texts: those that every scenario has, where they say anything, and the
// headers by name.
func (w *Condition) texts(login *Login) []textCondition {
	all := make([]textCondition, 0, 4+len(w.Headers))
	for _, text := range []textCondition{
		{"bank", &w.Bank, login.Bank, false, login.at},
		{"username", &w.Username, login.Username, false, login.at},
		{"password", &w.Password, login.Password, true, login.at},
		{"session", &w.Session, login.Session, false, login.at},
	} {
		if text.key != "session" || !text.matcher.MatchesAll() {
			all = append(all, text)
		}
	}
	for _, name := range sortedNames(w.Headers) {
		matcher := w.Headers[name]
		all = append(all, textCondition{"headers." + name, &matcher, login.header(name), secretHeader(name), login.at})
	}
	for _, name := range sortedNames(w.Fields) {
		matcher := w.Fields[name]
		all = append(all, textCondition{"fields." + name, &matcher, login.Fields[name], true, login.at})
	}
	return all
}

// secretHeader reports whether a header of this name may bring a secret.
func secretHeader(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"auth", "cookie", "token", "key", "secret", "password"}, func(word string) bool {
		return strings.Contains(name, word)
	})
}

func (t *textCondition) explain() ExplainedCondition {
	condition := ExplainedCondition{
		Key: t.key, Holds: t.matcher.MatchAt(t.value, t.at), Wanted: t.matcher.String(), Had: t.value, Secret: t.secret,
	}
	if t.secret {
		condition.Had = ""
	}
	if !condition.Holds {
		condition.Hint = t.hint()
	}
	return condition
}

// The ways in which a value is told to miss a condition.
const (
	hintEmpty    = "is empty"
	hintCase     = "differs only in case"
	hintSpace    = "has white space around it"
	hintDistance = "edit distance %d"
	hintDiffers  = "differs"
	// hintFact is that of a condition on anything but a text.
	hintFact = "did not hold"
)

// Hints lists everything that [ExplainedCondition.Hint] can be beside "", with %d for a number: what a translation has
// to know.
func Hints() []string {
	return []string{hintEmpty, hintCase, hintSpace, hintDistance, hintDiffers, hintFact}
}

// hint says how a value that failed differs. It never contains the value.
func (t *textCondition) hint() string {
	lax := t.matcher.ignoringCase()
	switch trimmed := strings.TrimSpace(t.value); {
	case t.value == "":
		return hintEmpty
	case lax.Compile() == nil && lax.MatchAt(t.value, t.at):
		return hintCase
	case trimmed != t.value && t.matcher.MatchAt(trimmed, t.at):
		return hintSpace
	}
	if d := t.distance(); d <= 3 {
		return fmt.Sprintf(hintDistance, d)
	}
	return hintDiffers
}

// ignoringCase returns a matcher of its own that takes capital and small letters for the same.
func (m *Matcher) ignoringCase() *Matcher {
	lax := *m
	lax.IgnoreCase = true
	lax.OneOf = nil
	for i := range m.OneOf {
		lax.OneOf = append(lax.OneOf, *m.OneOf[i].ignoringCase())
	}
	if m.Not != nil {
		lax.Not = m.Not.ignoringCase()
	}
	return &lax
}

// far is the distance of a value that cannot be measured, or is not worth measuring.
const far = 64

// distance is how many edits away the value is from one that the matcher takes, far at most.
func (t *textCondition) distance() int { return t.matcher.distance(t.value, t.at) }

func (m *Matcher) distance(value string, at time.Time) int {
	if m.MatchAt(value, at) {
		return 0
	}
	best := far
	near := func(part, want string) { best = min(best, boundedDistance(part, want)) }
	switch {
	case m.Equals != nil:
		near(value, *m.Equals)
	case m.Prefix != "":
		near(value[:min(len(value), len(m.Prefix))], m.Prefix)
	case m.Suffix != "":
		near(value[max(0, len(value)-len(m.Suffix)):], m.Suffix)
	case m.pattern != nil && m.pattern.literals.prefix != "":
		start := m.pattern.literals.prefix
		near(value[:min(len(value), len(start))], start)
		best = min(best+1, far) // what follows the start counts for something
	}
	for i := range m.OneOf {
		best = min(best, m.OneOf[i].distance(value, at))
	}
	return best
}

func boundedDistance(a, b string) int {
	if len(a) > 4*far || len(b) > 4*far {
		return far
	}
	return min(EditDistance(a, b), far)
}

// nearest returns the scenarios whose texts the login fulfils, and those that it comes nearest to.
// What facts say of them is not known yet, so there are some to spare.
func (rs *RuleSet) nearest(ctx context.Context, login *Login) ([]*Scenario, error) {
	var best []nearScenario
	for i, s := range rs.Scenarios {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		candidate := nearScenario{Scenario: s, position: i}
		texts := s.When.under(login.rule).texts(login)
		for j := range texts {
			if !texts[j].matcher.MatchAt(texts[j].value, login.at) {
				candidate.failed++
			}
		}
		if len(best) == 2*NearestScenarios && candidate.failed > best[len(best)-1].failed {
			continue // not worth measuring
		}
		for j := range texts {
			candidate.distance += texts[j].distance()
		}
		at, _ := slices.BinarySearchFunc(best, candidate, nearScenario.compare)
		best = slices.Insert(best, at, candidate)
		best = best[:min(len(best), 2*NearestScenarios)]
	}
	scenarios := make([]*Scenario, len(best))
	for i := range best {
		scenarios[i] = best[i].Scenario
	}
	return scenarios, nil
}

type nearScenario struct {
	*Scenario
	position, failed, distance int
}

func (n nearScenario) compare(other nearScenario) int {
	if n.failed != other.failed {
		return n.failed - other.failed
	}
	if n.distance != other.distance {
		return n.distance - other.distance
	}
	return n.position - other.position
}

// sortNearest puts those first that fail in the fewest conditions and come nearest in the texts.
func sortNearest(all []ExplainedScenario) []ExplainedScenario {
	slices.SortStableFunc(all, func(a, b ExplainedScenario) int {
		if a.failed != b.failed {
			return a.failed - b.failed
		}
		return a.distance - b.distance
	})
	return all[:min(len(all), NearestScenarios)]
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
