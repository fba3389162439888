package scenarios

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// whenPosition is a place at which a `when` stands.
type whenPosition struct {
	// name is the place in a tester's words.
	name string
	// knows is what is known there.
	knows engine.Knowledge
	// unknown are further matchers that no request bears there; a linter warns of those.
	lenient bool
	// flow checks captures, where those of a login are known; nil where none are.
	flow *flowCompiler
}

// The places at which a `when` may stand.
var (
	loginPosition = whenPosition{name: "a scenario",
		knows: engine.KnowsUser | engine.KnowsLogin | engine.KnowsRequest | engine.KnowsRecords | engine.KnowsSession}
	updatePosition = whenPosition{name: "a case of update",
		knows: engine.KnowsUser | engine.KnowsRequest | engine.KnowsScenario | engine.KnowsAuthentication |
			engine.KnowsRun | engine.KnowsRecords | engine.KnowsSession}
	inputPosition = whenPosition{name: "a transition",
		knows: engine.KnowsUser | engine.KnowsRequest | engine.KnowsScenario | engine.KnowsRecords | engine.KnowsSession}
	decisionPosition = whenPosition{name: "a transition that the user decides on a page of the bank",
		knows: engine.KnowsUser | engine.KnowsScenario | engine.KnowsRecords | engine.KnowsSession}
	timedPosition = whenPosition{name: "a transition that time brings"}
)

// within returns the place in a flow, whose captures are known there.
func (p whenPosition) within(f *flowCompiler) whenPosition {
	p.flow = f
	return p
}

// webhookPosition is a webhook's `when`.
func webhookPosition(written *Webhook) whenPosition {
	position := whenPosition{name: "a webhook", knows: engine.KnowsUser | engine.KnowsScenario | engine.KnowsAuthentication |
		engine.KnowsRecords | engine.KnowsSession}
	imports := len(written.Events) > 0
	for _, event := range written.Events {
		imports = imports && (event == engine.EventImportStep || event == engine.EventImportFinished)
	}
	if imports {
		position.knows |= engine.KnowsRun
	} else {
		position.name = "a webhook that is told of more than imports"
	}
	return position
}

// faultPosition is the `when` of a fault that concerns these endpoints.
func faultPosition(endpoints []engine.Endpoint) whenPosition {
	position := whenPosition{name: "a fault", knows: ^engine.Knowledge(0), lenient: true}
	for _, endpoint := range endpoints {
		if knows := endpoint.Knows(); position.knows&^knows != 0 {
			position.knows &= knows
			position.name = fmt.Sprintf("a fault of %s", strings.Join(texts(endpoints), " and "))
		}
	}
	return position
}

// transitionWhen compiles what must hold beside a transition's event.
func (f *flowCompiler) transitionWhen(written *Transition, event *engine.Event) *engine.Condition {
	if written.When == nil {
		return nil
	}
	position := inputPosition
	if spec := event.Spec(); spec != nil {
		_, timed := event.Due()
		switch {
		case timed:
			position = timedPosition
		case spec.Cause == engine.ByInput && !spec.Answers():
			position = decisionPosition
		}
	}
	when := f.condition(written.When, position.within(f))
	return &when
}

// condition compiles a `when`. What is not written takes everything.
func (c *compiler) condition(when *When, position whenPosition) engine.Condition {
	condition := c.ownCondition(when, position)
	c.combine(when, position, &condition)
	return condition
}

// ownCondition compiles a `when` but for the conditions within it.
func (c *compiler) ownCondition(when *When, position whenPosition) engine.Condition {
	c.checkBanks(when)
	c.checkKnown(when, position)
	c.checkSwitches(when)
	if when.Counters != nil {
		c.asks(when)
	}
	c.checkCaptures(when, position)
	condition := engine.Condition{
		Bank: matcherOrNone(when.Bank), Username: matcherOrNone(when.Username), Password: matcherOrNone(when.Password),
		Session: matcherOrNone(when.Session), Scenario: matcherOrNone(when.Scenario), Fields: when.Fields,
		Facts: engine.Facts{
			Attempt: when.Attempt, Connections: when.Connections, OpenProcesses: when.OpenProcesses,
			Counters: when.Counters, Time: when.Time, SessionAge: when.SessionAge, Probability: when.Probability,
			LastAuthenticated: when.LastAuthenticated, OlderThan: when.OlderThan, Runs: when.Runs, Switches: onOff(when.Switches),
		},
	}
	condition.Headers = c.headerConditions(when)
	return condition
}

// combine compiles the conditions within a condition.
func (c *compiler) combine(when *When, position whenPosition, into *engine.Condition) {
	if when.has("any_of") && len(when.AnyOf) == 0 {
		c.report.add(when.value("any_of"), CodeEmptyMatcher, "write at least one condition, or take it out",
			"any_of has no condition: it would never hold")
	}
	for i := range when.AnyOf {
		c.checkAsks(&when.AnyOf[i], "a condition of any_of", "it would always hold")
		into.AnyOf = append(into.AnyOf, c.condition(&when.AnyOf[i], position))
	}
	if when.Not != nil {
		c.checkAsks(when.Not, "not", "it would never hold")
		not := c.condition(when.Not, position)
		into.Not = &not
	}
}

// checkAsks reports a condition within another that asks for nothing.
func (c *compiler) checkAsks(when *When, what, why string) {
	if node := follow(when.node); node != nil && len(node.Content) == 0 {
		c.report.add(when.at(), CodeEmptyMatcher, "write a condition, or take it out", "%s asks for nothing: %s", what, why)
	}
}

// matcherOrNone returns a matcher that takes everything where none is written.
func matcherOrNone(matcher *engine.Matcher) engine.Matcher {
	if matcher == nil {
		return engine.Matcher{}
	}
	return *matcher
}

func onOff(written map[string]OnOff) map[string]bool {
	if len(written) == 0 {
		return nil
	}
	all := make(map[string]bool, len(written))
	for name, on := range written {
		all[name] = bool(on)
	}
	return all
}

// requestMatchers are those of which a fault is only warned that no request bears them; see lintFaultRequest.
var requestMatchers = []string{"bank", "username", "password", "session"}

// checkKnown reports conditions on what is not known where they stand.
func (c *compiler) checkKnown(when *When, position whenPosition) {
	for _, kind := range engine.ConditionKinds() {
		if kind.Needs&^position.knows == 0 || !when.has(kind.Key) || position.lenient && slices.Contains(requestMatchers, kind.Key) {
			continue
		}
		hint := "take it out"
		switch {
		case position.name == timedPosition.name:
			hint = "beside an event that time brings there are time, session_age and probability; let an input lead on, or ask in the " +
				"scenario's `when`"
		case kind.Key == "older_than" && position.name == loginPosition.name:
			hint = "a login is asked with last_authenticated: 90d.."
		case kind.Key == "runs":
			hint = "ask in a case of `update`, or in a fault of the endpoint update"
		case kind.Key == "scenario":
			hint = "the scenario is chosen by this very condition"
		}
		c.report.add(when.key(kind.Key), CodeConditionUnfit, hint, "%s cannot ask for %q: that is not known there", position.name, kind.Key)
	}
}

// checkCaptures checks the ${name}s of a condition: they stand for what a login's groups took, where one
// has been answered.
func (c *compiler) checkCaptures(when *When, position whenPosition) {
	check := func(key string, texts ...engine.Text) {
		for _, text := range texts {
			if position.flow != nil {
				position.flow.text(when.Position, key, text)
				continue
			}
			for _, name := range names(text) {
				c.report.add(when.value(key), CodeUnknownPlaceholder,
					fmt.Sprintf("captures are known in the transitions and updates of a scenario; $${%s} is the plain text", name),
					"nothing gives %s its ${%s}", position.name, name)
			}
		}
	}
	for key, span := range map[string]*engine.Span{"session_age": when.SessionAge, "last_authenticated": when.LastAuthenticated} {
		if span != nil {
			check(key, span.From.Text)
			if span.To != nil {
				check(key, span.To.Text)
			}
		}
	}
	if when.OlderThan != nil {
		check("older_than", when.OlderThan.Text)
	}
	if when.Probability != nil {
		check("probability", when.Probability.Text)
	}
	for key, count := range map[string]*engine.Count{"attempt": when.Attempt, "runs": when.Runs} {
		if count != nil {
			check(key, count.Within.Text)
		}
	}
	for _, count := range when.Counters {
		check("counters", count.Within.Text)
	}
	if position.flow == nil {
		c.lintLiterals(when)
		return
	}
	for key, matcher := range when.matchers() {
		position.flow.matcherTexts(when.Position, key, matcher)
	}
}

// matcherTexts checks the captures in the texts that a matcher compares with.
func (f *flowCompiler) matcherTexts(in Position, key string, matcher *engine.Matcher) {
	if matcher == nil {
		return
	}
	for _, name := range placeholdersIn(matcher) {
		f.text(in, key, engine.Text("${"+name+"}"))
	}
}

// matchers returns the matchers of a condition by the keys that they stand under.
func (w *When) matchers() iter.Seq2[string, *engine.Matcher] {
	return func(yield func(string, *engine.Matcher) bool) {
		for key, matcher := range map[string]*engine.Matcher{
			"bank": w.Bank, "username": w.Username, "password": w.Password, "session": w.Session, "scenario": w.Scenario,
		} {
			if matcher != nil && !yield(key, matcher) {
				return
			}
		}
		for key, named := range map[string]map[string]engine.Matcher{"headers": w.Headers, "fields": w.Fields} {
			for _, matcher := range named {
				if !yield(key, &matcher) {
					return
				}
			}
		}
	}
}

// groupNames lists the named groups of a `when`, which the scenario's texts may use.
func groupNames(when *When) []string {
	var names []string
	for _, matcher := range []*engine.Matcher{when.Bank, when.Username, when.Password, when.Session} {
		if matcher != nil {
			names = append(names, matcher.GroupNames()...)
		}
	}
	for _, named := range []map[string]engine.Matcher{when.Headers, when.Fields} {
		for _, matcher := range named {
			names = append(names, matcher.GroupNames()...)
		}
	}
	for i := range when.AnyOf {
		names = append(names, groupNames(&when.AnyOf[i])...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// declaredSwitch is a switch with what the linter needs to know of it.
type declaredSwitch struct {
	at          span
	description string
	used        bool
}

// declareSwitches gathers the switches of all files.
func (c *compiler) declareSwitches(l *loader) {
	c.switches = make(map[string]*declaredSwitch)
	for _, unit := range l.units {
		document := unit.document
		under := Position{file: document.file, node: document.child("switches")}
		for _, name := range slices.Sorted(maps.Keys(document.Switches)) {
			at := under.key(name)
			if !slugForm.MatchString(name) {
				c.report.add(at, CodeBadName, "use letters, digits, dots, dashes and underscores", "%q is no name of a switch", name)
			}
			if before, twice := c.switches[name]; twice {
				c.duplicate(at, "switch", name, before.at)
				continue
			}
			c.switches[name] = &declaredSwitch{at: at, description: document.Switches[name]}
		}
	}
}

// checkSwitches reports switches that nobody has declared.
func (c *compiler) checkSwitches(when *When) {
	under := Position{file: when.file, node: when.child("switches")}
	for _, name := range slices.Sorted(maps.Keys(when.Switches)) {
		if declared := c.switches[name]; declared != nil {
			c.useSwitch(name)
			continue
		}
		if c.incomplete {
			continue
		}
		known := slices.Sorted(maps.Keys(c.switches))
		hint := didYouMean(name, known)
		if len(known) == 0 {
			hint = fmt.Sprintf("declare it: `switches: {%s: what it means}`", name)
		}
		at := when.value("switches")
		if under.has(name) {
			at = under.key(name)
		}
		c.report.add(at, CodeUnknownSwitch, hint, "no switch is called %q", name)
	}
}

// switchRules lists the switches for the rules, by name.
func (c *compiler) switchRules() []engine.Switch {
	rules := make([]engine.Switch, 0, len(c.switches))
	for _, name := range slices.Sorted(maps.Keys(c.switches)) {
		rules = append(rules, engine.Switch{Name: name, Description: c.switches[name].description})
	}
	return rules
}

// rule returns how usernames are read; those that nothing is written of, as they are written.
func (u *Usernames) rule() engine.UsernameRule {
	if u == nil {
		return engine.UsernameRule{}
	}
	return engine.UsernameRule{IgnoreCase: u.IgnoreCase, Trim: u.Trim}
}

// facts lists the conditions on facts, for people.
func (w *When) facts() (facts []string) {
	add := func(key string, fact fmt.Stringer, asked bool) {
		if asked {
			facts = append(facts, key+" "+fact.String())
		}
	}
	add("attempt", w.Attempt, w.Attempt != nil)
	add("connections", w.Connections, w.Connections != nil)
	add("open_processes", w.OpenProcesses, w.OpenProcesses != nil)
	for _, name := range slices.Sorted(maps.Keys(w.Counters)) {
		add("counter "+name, w.Counters[name], true)
	}
	add("time", w.Time, w.Time != nil)
	add("session_age", w.SessionAge, w.SessionAge != nil)
	add("probability", w.Probability, w.Probability != nil)
	add("last_authenticated", w.LastAuthenticated, w.LastAuthenticated != nil)
	add("older_than", w.OlderThan, w.OlderThan != nil)
	add("runs", w.Runs, w.Runs != nil)
	for _, name := range slices.Sorted(maps.Keys(w.Switches)) {
		facts = append(facts, "switch "+name+map[OnOff]string{true: " on", false: " off"}[w.Switches[name]])
	}
	for i := range w.AnyOf {
		word := "any of"
		if i > 0 {
			word = "or"
		}
		facts = append(facts, word+" {"+strings.Join(w.AnyOf[i].facts(), ", ")+"}")
	}
	if w.Not != nil {
		facts = append(facts, "not {"+strings.Join(w.Not.facts(), ", ")+"}")
	}
	return facts
}
