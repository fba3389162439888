package engine

import (
	"cmp"
	"slices"
	"sync"
)

// Coverage keeps which scenarios and transitions were exercised. The zero Coverage is ready, and safe
// for concurrent use. It goes by names and contents: a scenario that a reload changed begins anew.
type Coverage struct {
	mu     sync.Mutex
	logins map[flowKey]int
	taken  map[transitionKey]int
}

// flowKey is a scenario as it was when it was exercised.
type flowKey struct{ scenario, hash string }

// transitionKey is a way out of a step of a scenario; its expiry has the index -1.
type transitionKey struct {
	flowKey
	step, transition int
}

// Observe is an [Observer] that keeps what it is told. A transition that time took counts with each
// call that tells of it.
func (c *Coverage) Observe(o Observation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o.Process == nil || o.Flow == nil {
		return
	}
	if c.logins == nil {
		c.logins, c.taken = make(map[flowKey]int), make(map[transitionKey]int)
	}
	key := flowKey{o.Process.Scenario, o.Flow.hash}
	if o.Started && o.Connection == nil {
		c.logins[key]++
	}
	for _, move := range o.Moves {
		if move.Event != EventAwait {
			c.taken[transitionKey{key, move.From, move.Transition}]++
		}
	}
}

// CoverageReport tells what of a rule set was exercised.
type CoverageReport struct {
	Scenarios []ScenarioCoverage `json:"scenarios"`
	// Exercised and Total count scenarios and transitions together.
	Exercised int `json:"exercised"`
	Total     int `json:"total"`
}

// Percent is how much was exercised, from 0 to 100; 100 where there is nothing.
func (r *CoverageReport) Percent() float64 {
	if r.Total == 0 {
		return 100
	}
	return 100 * float64(r.Exercised) / float64(r.Total)
}

// ScenarioCoverage tells what of a scenario was exercised.
type ScenarioCoverage struct {
	Name   string `json:"name"`
	Source Source `json:"source"`
	// Logins is how many logins the scenario answered.
	Logins      int                  `json:"logins"`
	Transitions []TransitionCoverage `json:"transitions"`
}

// TransitionCoverage tells how often a transition was taken.
type TransitionCoverage struct {
	// Step is the name of the step that the transition leaves, To of the one that it enters.
	Step string `json:"step"`
	// Event is as a scenario writes it, such as "after: 2s".
	Event string `json:"event"`
	To    string `json:"to"`
	// Status is that of the step To.
	Status Status `json:"status"`
	Taken  int    `json:"taken"`
}

// Report tells what of the rule set was exercised, in the order of the scenarios.
func (c *Coverage) Report(rs *RuleSet) CoverageReport {
	c.mu.Lock()
	defer c.mu.Unlock()
	report := CoverageReport{Scenarios: make([]ScenarioCoverage, 0, len(rs.Scenarios))}
	for _, scenario := range rs.Scenarios {
		one := c.scenario(scenario)
		report.Scenarios = append(report.Scenarios, one)
		report.count(one.Logins)
		for i := range one.Transitions {
			report.count(one.Transitions[i].Taken)
		}
	}
	return report
}

func (r *CoverageReport) count(times int) {
	r.Total++
	if times > 0 {
		r.Exercised++
	}
}

func (c *Coverage) scenario(s *Scenario) ScenarioCoverage {
	key := flowKey{s.Name, s.Flow.hash}
	out := ScenarioCoverage{Name: s.Name, Source: s.Source, Logins: c.logins[key], Transitions: []TransitionCoverage{}}
	for i := range s.Flow.Steps {
		for j, way := range s.Flow.describeStep(&s.Flow.Steps[i]).Next {
			transition := j
			if j >= len(s.Flow.Steps[i].Next) {
				transition = -1
			}
			out.Transitions = append(out.Transitions, TransitionCoverage{
				Step: s.Flow.Steps[i].Name, Event: way.Event, To: way.To, Status: way.Status,
				Taken: c.taken[transitionKey{key, i, transition}],
			})
		}
	}
	return out
}

// Never lists what was never exercised: scenarios that answered no login, and of the others the
// transitions that were never taken.
func (r *CoverageReport) Never() []ScenarioCoverage {
	var never []ScenarioCoverage
	for _, one := range r.Scenarios {
		one.Transitions = slices.DeleteFunc(slices.Clone(one.Transitions), func(t TransitionCoverage) bool { return t.Taken > 0 })
		if one.Logins == 0 || len(one.Transitions) > 0 {
			never = append(never, one)
		}
	}
	slices.SortStableFunc(never, func(a, b ScenarioCoverage) int {
		return cmp.Compare(min(a.Logins, 1), min(b.Logins, 1))
	})
	return never
}
