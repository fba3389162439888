package scenarios

import (
	"fmt"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// lint warns of what can be loaded and is hardly meant. units are the files in the order of loading.
func (c *compiler) lint(units []*unit) {
	main := units[len(units)-1]
	covers := newCovers()
	for _, one := range c.cases {
		c.throttle()
		by, own := covers.before(one), &one.written.origin
		if by != nil && own.spared {
			c.loader.readAgain(own.spare)
		}
		covers.add(one)
		if own.spared {
			continue
		}
		done, said := c.report.playing(one.written), c.report.said
		if by != nil {
			c.report.add(one.written.key("name"), CodeNeverMatches, "move it up, or narrow the other's `when`",
				"the scenario %q can never match: %q takes everything that it would (%s:%d)",
				one.rule.Name, by.rule.Name, by.rule.Source.File, by.rule.Source.Line)
		}
		c.lintFacts(one)
		one.flow.lint()
		c.lintUpdate(one)
		done()
		own.said = own.said || c.report.said != said
	}
	c.lintFaults()
	c.lintSwitches()
	c.lintScenarioNames(units)
	c.lintCounters()
	c.lintEvents(units)
	c.lintBanks(main)
}

// lintFacts warns of a scenario for the attempt before the first.
func (c *compiler) lintFacts(one *compiled) {
	if attempt := one.rule.When.Facts.Attempt; attempt != nil && attempt.Contains(0) && !attempt.Contains(1) {
		c.report.add(one.written.When.value("attempt"), CodeNeverMatches, "write 1 for the first attempt",
			"the scenario %q can never match: the login itself is the first attempt", one.rule.Name)
	}
}

// lintBanks warns of banks that no scenario concerns, and of those where a login may find none.
func (c *compiler) lintBanks(main *unit) {
	var open []string
	for _, bank := range c.banks {
		if !c.named(bank.Slug) {
			c.report.add(c.bankPositions[bank.Slug].value("slug"), CodeUnnamedBank, fmt.Sprintf("add a scenario with `when: {bank: %s}`",
				bank.Slug),
				"no scenario is for the bank %q", bank.Slug)
			continue
		}
		if !c.catchAll(bank.Slug) {
			open = append(open, bank.Slug)
		}
	}
	if len(open) > 0 {
		c.report.add(main.document.key("scenarios"), CodeNoCatchAll,
			"end with a scenario whose `when` is {bank: any, username: any, password: any}",
			"a login that no scenario matches is possible at %s", strings.Join(open, ", "))
	}
}

func (c *compiler) named(slug string) bool {
	for _, one := range c.cases {
		if one.rule.When.Bank.Match(slug) {
			return true
		}
	}
	return false
}

// catchAll reports whether some scenario takes every login at a bank. It is mostly the last one.
func (c *compiler) catchAll(slug string) bool {
	for i := len(c.cases) - 1; i >= 0; i-- {
		when := &c.cases[i].rule.When
		if when.Password.MatchesAll() && when.Username.MatchesAll() && unconditional(when) && when.Bank.Match(slug) {
			return true
		}
	}
	return false
}

// unconditional reports whether only bank, username and password decide.
func unconditional(when *engine.Condition) bool {
	return plain(when) && len(when.Headers) == 0 && when.Session.MatchesAll()
}

// lintUpdate warns of cases of an update that one before always takes.
func (c *compiler) lintUpdate(one *compiled) {
	cases := one.rule.Flow.Update
	for i := range cases {
		for j := range i {
			if cases[j].When == nil && cases[j].OlderThan.Text == "" && cases[i].OlderThan.Text == "" &&
				cases[j].OlderThan.Max <= cases[i].OlderThan.Min {
				c.report.add(one.written.Update[i].at(), CodeNeverPlayed,
					"put the case with the greater age first, and the one without an age last",
					"this case is never played: one before it takes every update that it would")
				break
			}
		}
	}
}
