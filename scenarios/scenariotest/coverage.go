package scenariotest

import (
	"cmp"
	"slices"
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// exercised counts logins by scenario, and transitions. It is safe for concurrent use.
type exercised struct {
	mu     sync.Mutex
	logins map[string]int
	taken  map[transitionKey]int
}

// transitionKey is a way out of a step of a scenario; its expiry has the index -1.
type transitionKey struct {
	scenario         string
	step, transition int
}

func newExercised() *exercised {
	return &exercised{logins: make(map[string]int), taken: make(map[transitionKey]int)}
}

// login counts a login that a scenario answered.
func (e *exercised) login(scenario string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.logins[scenario]++
}

// transition counts a transition. Those by which an import opens its process again are none of a
// scenario's.
func (e *exercised) transition(scenario string, move engine.Move) {
	if move.Event == engine.EventAwait {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.taken[transitionKey{scenario, move.From, move.Transition}]++
}

// Coverage tells what of a rule set was exercised.
type Coverage struct {
	Scenarios []ScenarioCoverage `json:"scenarios"`
	// Exercised and Total count scenarios and transitions together.
	Exercised int `json:"exercised"`
	Total     int `json:"total"`
}

// Percent is how much was exercised, from 0 to 100; 100 where there is nothing.
func (c *Coverage) Percent() float64 {
	if c.Total == 0 {
		return 100
	}
	return 100 * float64(c.Exercised) / float64(c.Total)
}

// ScenarioCoverage tells what of a scenario was exercised.
type ScenarioCoverage struct {
	Name   string        `json:"name"`
	Source engine.Source `json:"source"`
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
	Status engine.Status `json:"status"`
	Taken  int           `json:"taken"`
}

// report tells what of the rule set was exercised, in the order of the scenarios.
func (e *exercised) report(rs *engine.RuleSet) Coverage {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := Coverage{Scenarios: make([]ScenarioCoverage, 0, len(rs.Scenarios))}
	for _, scenario := range rs.Scenarios {
		one := e.scenario(scenario)
		c.Scenarios = append(c.Scenarios, one)
		c.count(one.Logins)
		for i := range one.Transitions {
			c.count(one.Transitions[i].Taken)
		}
	}
	return c
}

func (c *Coverage) count(times int) {
	c.Total++
	if times > 0 {
		c.Exercised++
	}
}

func (e *exercised) scenario(s *engine.Scenario) ScenarioCoverage {
	out := ScenarioCoverage{Name: s.Name, Source: s.Source, Logins: e.logins[s.Name], Transitions: []TransitionCoverage{}}
	for i, step := range s.Flow.Describe().Steps {
		for j, way := range step.Next {
			if j == len(s.Flow.Steps[i].Next) {
				j = -1 // the expiry comes last
			}
			out.Transitions = append(out.Transitions, TransitionCoverage{
				Step: step.Name, Event: way.Event, To: way.To, Status: way.Status, Taken: e.taken[transitionKey{s.Name, i, j}],
			})
		}
	}
	return out
}

// Never lists what was never exercised: scenarios that answered no login, and of the others the
// transitions that were never taken.
func (c *Coverage) Never() []ScenarioCoverage {
	var never []ScenarioCoverage
	for _, one := range c.Scenarios {
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
