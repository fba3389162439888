package scenarios

import (
	"regexp"

	"github.com/mockbank/mockbank/engine"
)

// Names of scenarios appear in headers, reports and on command lines.
var nameForm = regexp.MustCompile(`^[^\s\pC](?:[^\pC]{0,198}[^\s\pC])?$`)

// scenario checks a scenario and, where it is enabled, adds its rule.
func (c *compiler) scenario(written *Scenario, names map[string]Position) {
	own := &written.origin
	if own.spared {
		c.spared(written, names)
		return
	}
	if own.spare != nil {
		defer c.listen(own)()
	}
	defer c.report.playing(written)()
	c.checkName(written, names)
	if written.template && !written.origin.liked {
		c.report.add(written.at(), CodeMissingKey, "add `authentication:`, or a scenario that is `like` this one", "a scenario has no %q",
			"authentication")
	}
	if written.Authentication == nil || written.broken {
		return // reported by the decoder, or not meant to be played
	}
	c.checkVariables(written)
	f := &flowCompiler{compiler: c, scenario: written, named: make(map[string]int), groups: groupNames(&written.When)}
	playable := written.Enabled == nil || *written.Enabled
	f.unbound = !playable && written.origin.liked // what it lacks, those that are like it have
	flow := f.flow()
	rule := &engine.Scenario{
		Name: written.Name, Description: written.Description, Tags: written.Tags,
		Source: written.source("name"), When: c.condition(&written.When, loginPosition), Flow: flow,
	}
	if playable {
		c.cases = append(c.cases, &compiled{written: written, rule: rule, flow: f, groups: f.groups})
	}
	if own.spare != nil && playable {
		own.spare.rule, own.spare.groups, own.spare.below = rule, f.groups, rule.Source.Line-own.line
	}
}

// listen takes down what a scenario tells the rest of the configuration, for the next load, until done is called. What
// reads further files is not kept: they may change.
func (c *compiler) listen(own *origin) (done func()) {
	said := c.report.said
	c.tells, c.loader.outside = &own.spare.effects, false
	return func() {
		c.tells = nil
		if own.said = own.said || c.report.said != said; c.loader.outside {
			own.spare = nil
		}
	}
}

// spared adds a scenario that an earlier load compiled.
func (c *compiler) spared(written *Scenario, names map[string]Position) {
	own := written.origin.spare
	c.claimName(written, names)
	c.replay(&own.effects)
	if len(own.asked) > 0 {
		c.asking = append(c.asking, own)
	}
	if own.rule == nil {
		return
	}
	if line := written.origin.line + own.below; own.rule.Source.Line != line {
		moved := *own.rule // what plays must not change
		moved.Source.Line = line
		own.rule = &moved
	}
	c.cases = append(c.cases, &compiled{written: written, rule: own.rule, groups: own.groups})
}

func (c *compiler) checkName(written *Scenario, names map[string]Position) {
	if written.Name == "" {
		return // reported by the decoder
	}
	if len(written.Name) > 800 || !nameForm.MatchString(written.Name) {
		hint := "use one line of at most 200 characters"
		if found, is := hiddenCharacter(written.Name); is {
			hint = found.hint() + " (" + found.String() + ")"
		}
		c.report.add(written.value("name"), CodeBadName, hint, "%q is no name", written.Name)
	}
	c.claimName(written, names)
}

// claimName reports a name that another scenario has already.
func (c *compiler) claimName(written *Scenario, names map[string]Position) {
	if before, twice := names[written.Name]; twice {
		if !written.origin.choice.sameName(c.report, written.value("name"), before.value("name"), "scenario", written.Name) {
			c.duplicate(written.value("name"), "scenario", written.Name, before.value("name"))
		}
		return
	}
	names[written.Name] = written.Position
}

// checkBanks reports slugs that no bank has.
func (c *compiler) checkBanks(when *When) {
	if when.Bank == nil {
		return
	}
	slugs, positions := literalsIn(when.Bank), when.items("bank")
	for i, slug := range slugs {
		at := when.value("bank")
		if len(positions) == len(slugs) {
			at = positions[i]
		}
		c.checkBank(at, slug)
	}
}

// literalsIn lists the plain texts in a matcher or a list of matchers.
func literalsIn(matcher *engine.Matcher) []string {
	var all []string
	if matcher.Equals != nil && !matcher.IgnoreCase {
		all = append(all, *matcher.Equals)
	}
	for i := range matcher.OneOf {
		all = append(all, literalsIn(&matcher.OneOf[i])...)
	}
	return all
}

func matcherOrAny(matcher *engine.Matcher) engine.Matcher {
	if matcher == nil {
		return engine.Matcher{Any: true}
	}
	return *matcher
}
