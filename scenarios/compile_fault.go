package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// fault is a fault with what the linter needs to know of it.
type fault struct {
	written *Fault
	rule    engine.Fault
}

// declareFaults compiles the faults of all files.
func (c *compiler) declareFaults(l *loader) {
	names := make(map[string]Position)
	for _, unit := range l.units {
		for i := range unit.document.Faults {
			c.nameFault(&unit.document.Faults[i], names)
		}
	}
	for _, unit := range l.units {
		for i := range unit.document.Faults {
			c.addFault(&unit.document.Faults[i], names)
		}
	}
}

// nameFault notes the name of a fault that has one.
func (c *compiler) nameFault(written *Fault, names map[string]Position) {
	if written.Name == "" {
		return
	}
	if len(written.Name) > 800 || !nameForm.MatchString(written.Name) {
		c.report.add(written.value("name"), CodeBadName, "use one line of at most 200 characters", "%q is no name", written.Name)
	}
	if before, twice := names[written.Name]; twice {
		c.duplicate(written.value("name"), "fault", written.Name, before.value("name"))
	}
	names[written.Name] = written.Position
}

// addFault compiles a fault: one for each of its endpoints, which share its name and so its rate limit.
func (c *compiler) addFault(written *Fault, names map[string]Position) {
	name := written.Name
	for i := 1; name == "" && len(written.Endpoint) > 0; i++ {
		derived := fmt.Sprintf("%s-%d", written.Endpoint[0], i)
		if _, taken := names[derived]; !taken {
			name, names[derived] = derived, written.Position
		}
	}
	all := responses{report: c.report, text: c.faultText, scopes: true, groups: groupNames(&written.When)}
	c.checkScope(written)
	compiled := fault{written, engine.Fault{
		Name: name, Source: written.source("name"), When: c.condition(&written.When, faultPosition(written.Endpoint)),
		Response: *all.response(&written.Response),
		Nth:      written.Nth, For: written.For,
	}}
	if written.Enabled != nil && !*written.Enabled {
		return
	}
	for _, compiled.rule.Endpoint = range written.Endpoint {
		c.faults = append(c.faults, compiled)
	}
}

// faultText reports the placeholders of a fault that no login fills: those of the answer itself know what the groups of the
// fault's own condition took.
func (c *compiler) faultText(in Position, key string, text engine.Text) engine.Text {
	for _, name := range names(text) {
		hint := fmt.Sprintf("a named group of the fault's own `when` gives body, headers and set theirs, such as {matches: "+
			"'(?P<%[1]s>.+)'}; "+
			"$${%[1]s} is the plain text", name)
		c.report.add(in.value(key), CodeUnknownPlaceholder, hint, "nothing gives a fault its ${%s}", name)
	}
	return text
}

// faultRules lists the faults for the rules.
func (c *compiler) faultRules() []engine.Fault {
	rules := make([]engine.Fault, len(c.faults))
	for i := range c.faults {
		rules[i] = c.faults[i].rule
	}
	return rules
}

// maxFaultPairs bounds how many faults are compared with each other.
const maxFaultPairs = 100_000

// lintFaults warns of faults that no request gets.
func (c *compiler) lintFaults() {
	budget := maxFaultPairs
	for i := range c.faults {
		one := &c.faults[i]
		c.lintFaultRequest(one)
		for j := range c.faults[:i] {
			before := &c.faults[j]
			if budget--; budget < 0 {
				return
			}
			if before.rule.Endpoint == one.rule.Endpoint && before.rule.Response.Probability == nil &&
				before.rule.Response.RateLimit == nil && before.rule.Nth == nil && plain(&before.rule.When) &&
				coversAll(&before.rule.When, &one.rule.When) {
				c.report.add(one.written.at(), CodeNeverFires,
					"move it up, or give the other a `probability`, a `rate_limit` or a narrower `when`",
					"this fault never shapes an answer of %s: %q takes every request that it would", one.rule.Endpoint, before.rule.Name)
				break
			}
		}
	}
}

// lintFaultRequest warns of conditions on what requests to the endpoint do not bear.
func (c *compiler) lintFaultRequest(one *fault) {
	var lacks []string
	if namesAPI(string(one.rule.Endpoint)) {
		return // what their requests bear, nobody knows
	}
	switch one.rule.Endpoint {
	case engine.EndpointAuthenticate:
	case engine.EndpointBanks:
		lacks = []string{"bank", "username", "password"}
	default:
		lacks = []string{"password"}
	}
	when := &one.rule.When
	matchers := map[string]*engine.Matcher{"bank": &when.Bank, "username": &when.Username, "password": &when.Password}
	lacks = slices.DeleteFunc(lacks, func(key string) bool { return matchers[key].MatchesAll() || matchers[key].Match("") })
	if len(lacks) > 0 {
		c.report.add(one.written.When.key(lacks[0]), CodeNeverFires,
			"take the condition out, or write a scenario and `respond` at its step",
			"this fault never shapes an answer of %s: requests there bear no %s", one.rule.Endpoint, strings.Join(lacks, " and no "))
	}
}
