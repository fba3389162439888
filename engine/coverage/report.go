package coverage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Report says what of a rule set was exercised.
type Report struct {
	// Session is the one that the report is of, "" for all.
	Session string
	Rules   *engine.RuleSet
	// Scenarios in the order in which they are tried.
	Scenarios []Scenario
	// Unmatched counts the logins that no scenario matched.
	Unmatched int64
	// DroppedSessions counts the sessions whose counts had to make room.
	DroppedSessions int64
	// Totals over all scenarios.
	ScenarioTotal, TransitionTotal Total
}

// Overall is the total of scenarios and transitions together.
func (r *Report) Overall() Total {
	return Total{
		Count:     r.ScenarioTotal.Count + r.TransitionTotal.Count,
		Exercised: r.ScenarioTotal.Exercised + r.TransitionTotal.Exercised,
	}
}

// Never returns what was never exercised: first the scenarios that answered no login, then those of
// whose transitions some were never taken, with these alone.
func (r *Report) Never() []Scenario {
	var never []Scenario
	for _, s := range r.Scenarios {
		s.Transitions = slices.DeleteFunc(slices.Clone(s.Transitions), func(t Transition) bool { return t.Taken > 0 })
		if s.Logins == 0 || len(s.Transitions) > 0 {
			never = append(never, s)
		}
	}
	slices.SortStableFunc(never, func(a, b Scenario) int { return cmp.Compare(min(a.Logins, 1), min(b.Logins, 1)) })
	return never
}

// Total is how many things there are, and how many of them were exercised.
type Total struct{ Count, Exercised int }

// Percent is the part that was exercised, rounded down to a tenth; of nothing, all of it was.
func (t Total) Percent() float64 {
	if t.Count == 0 {
		return 100
	}
	return float64(t.Exercised*1000/t.Count) / 10
}

func (t *Total) add(times int64) {
	t.Count++
	if times > 0 {
		t.Exercised++
	}
}

// Scenario is what was exercised of one scenario.
type Scenario struct {
	*engine.Scenario
	// Logins counts those that it answered.
	Logins      int64
	Transitions []Transition
}

// Transition is a way out of a step, and how often it was taken.
type Transition struct {
	// Step and To are names; Event is in the scenario language's words, such as "after: 2s".
	Step, Event, To string
	// Status is that of the step To.
	Status engine.Status
	Taken  int64
}

// Report returns what was exercised in a session, "" for all. A session that did nothing, or whose
// counts had to make room, has exercised nothing.
func (c *Collector) Report(session string) Report {
	counts, r := c.counts(session)
	for _, s := range r.Rules.Scenarios {
		scenario := newScenario(s, counts[s.Flow.Hash()])
		r.ScenarioTotal.add(scenario.Logins)
		for _, t := range scenario.Transitions {
			r.TransitionTotal.add(t.Taken)
		}
		r.Scenarios = append(r.Scenarios, scenario)
	}
	r.Unmatched = counts[r.Rules.Fallback.Flow.Hash()].logins
	return r
}

// counts returns a copy of the counts, so that they are described without the lock.
func (c *Collector) counts(session string) (map[string]count, Report) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.follow()
	from := c.all
	if session != "" {
		from = nil
		if e := c.sessions[session]; e != nil {
			from = e.Value.(*sessionTally).tally
		}
	}
	counts := make(map[string]count, len(from))
	for hash, found := range from {
		copied := count{found.logins, make(map[position]int64, len(found.taken))}
		for at, times := range found.taken {
			copied.taken[at] = times
		}
		counts[hash] = copied
	}
	return counts, Report{Session: session, Rules: c.live, DroppedSessions: c.dropped}
}

func newScenario(s *engine.Scenario, found count) Scenario {
	scenario := Scenario{Scenario: s, Logins: found.logins}
	for i, step := range s.Flow.Describe().Steps {
		for j, transition := range step.Next {
			if j == len(s.Flow.Steps[i].Next) {
				j = -1 // the expiry comes last
			}
			scenario.Transitions = append(scenario.Transitions, Transition{
				Step: step.Name, Event: transition.Event, To: transition.To, Status: transition.Status, Taken: found.taken[position{i, j}],
			})
		}
	}
	return scenario
}

// Untaken lists the transitions that were never taken, such as "asked: after: 2s -> done".
func (s *Scenario) Untaken() []string {
	var untaken []string
	for _, t := range s.Transitions {
		if t.Taken == 0 {
			untaken = append(untaken, spoken(t.Step, s.statusOf(t.Step))+": "+t.Event+" -> "+spoken(t.To, t.Status))
		}
	}
	return untaken
}

// statusOf returns the status of the step of this name.
func (s *Scenario) statusOf(name string) engine.Status {
	if s.Scenario == nil || s.Flow == nil {
		return ""
	}
	for i := range s.Flow.Steps {
		if s.Flow.Steps[i].Name == name {
			return s.Flow.Steps[i].Status
		}
	}
	return ""
}

// spoken returns what people call a step: its name, and where it was given none its status.
func spoken(name string, status engine.Status) string {
	if strings.ContainsAny(name, ".[") && status != "" {
		return string(status)
	}
	return name
}
