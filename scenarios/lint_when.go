package scenarios

import (
	"maps"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// lintSwitches warns of switches that nobody asks for.
func (c *compiler) lintSwitches() {
	for _, name := range slices.Sorted(maps.Keys(c.switches)) {
		if declared := c.switches[name]; !declared.used {
			c.report.add(declared.at, CodeUnusedSwitch, "ask for it in a `when`, or take it out", "no condition asks for the switch %q",
				name)
		}
	}
}

// lintScenarioNames warns of conditions on scenarios that there are not.
func (c *compiler) lintScenarioNames(l []*unit) {
	known := make([]string, 0, len(c.cases))
	for _, one := range c.cases {
		known = append(known, one.rule.Name)
	}
	for i := range c.faults {
		if i == 0 || c.faults[i].written != c.faults[i-1].written {
			c.lintScenarioName(&c.faults[i].written.When, known)
		}
	}
	for _, unit := range l {
		for i := range unit.document.Webhooks {
			c.lintScenarioName(&unit.document.Webhooks[i].When, known)
		}
	}
}

func (c *compiler) lintScenarioName(when *When, known []string) {
	if when.Scenario != nil {
		for _, name := range literalsIn(when.Scenario) {
			if !slices.Contains(known, name) {
				c.report.add(when.value("scenario"), CodeNoSuchScenario, didYouMean(name, known), "no scenario is called %q", name)
			}
		}
	}
	for i := range when.AnyOf {
		c.lintScenarioName(&when.AnyOf[i], known)
	}
	if when.Not != nil {
		c.lintScenarioName(when.Not, known)
	}
}

// lintLiterals warns of matchers in which a capture seems to be meant, where none is known yet.
func (c *compiler) lintLiterals(when *When) {
	for key, matcher := range when.matchers() {
		if found := placeholdersIn(matcher); len(found) > 0 {
			c.report.add(when.value(key), CodeLiteralPlaceholder,
				"captures are known after the login: in the transitions and updates of its scenario",
				"%s is compared with ${%s} to the letter: nothing is captured here", key, found[0])
		}
	}
}

// plain reports whether only matchers decide, and all of them at once.
func plain(when *engine.Condition) bool {
	return !when.Factual() && len(when.AnyOf) == 0 && when.Not == nil && len(when.Fields) == 0
}
