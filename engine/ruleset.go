package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
)

// RuleSet is one compiled configuration. It never changes once built, so that a request which
// loaded it sees one set of rules from start to end.
type RuleSet struct {
	// Generation counts the rule sets that this node has used, from 1; [Bank.Use] sets it.
	Generation int64
	// Hash identifies the configuration by its content.
	Hash string
	// DefaultBank is the slug of the bank for requests that name none.
	DefaultBank string
	// Banks in the order of the configuration.
	Banks []Institution
	// Scenarios in the order in which they are tried.
	Scenarios []*Scenario
	// Fallback answers logins that no scenario matches; its name is "".
	Fallback *Scenario
	// Faults of the wire, in the order in which they are tried.
	Faults []Fault
	// Webhooks in the order of the configuration.
	Webhooks []Webhook
	// Switches that tests can flip, by name.
	Switches []Switch
	// Fields are the further members of a login's body that some condition asks for, by name.
	Fields []string
	// Seed is what random choices are derived from.
	Seed uint64
	// Surfaces are the declared apis, nil where there are none.
	Surfaces Surfaces

	// ofSession says that the first faults are a session's own.
	ofSession bool

	onPage *Flow
	keeps  keeps
	folded map[UsernameRule]*index
	faults map[Endpoint][]*Fault
	id     string
	banks  map[string]int
	names  map[string]int
	flows  map[string]*Flow
	index  *index
	// asked are the conditions of declared apis.
	asked []*Condition
	// referred are the names that webhooks' patches and the texts of declared apis refer to.
	referred map[string]bool
}

// RuleSetConfig is what a [RuleSet] is built from.
type RuleSetConfig struct {
	Hash        string
	DefaultBank string
	Banks       []Institution
	Scenarios   []*Scenario
	Faults      []Fault
	Webhooks    []Webhook
	Switches    []Switch
	// NoScenario is the failure of logins that no scenario matches.
	NoScenario Failure
	Seed       uint64
	// Surfaces are the declared apis, nil where there are none.
	Surfaces Surfaces
	// Throttle, where set, is called after each scenario, and may pause for the sake of others.
	Throttle func()
}

// NewRuleSet compiles the scenarios' conditions, freezes their flows and indexes them. Scenarios of an earlier rule set
// are taken as they are: the banks must read usernames by the same rules as those of that one.
func NewRuleSet(config RuleSetConfig) (*RuleSet, error) {
	rs := &RuleSet{
		Hash: config.Hash, DefaultBank: config.DefaultBank, Banks: config.Banks,
		Scenarios: config.Scenarios, Faults: config.Faults, Seed: config.Seed,
		Webhooks: config.Webhooks, Surfaces: config.Surfaces, Switches: config.Switches,
		faults: make(map[Endpoint][]*Fault),
		Fallback: &Scenario{Flow: &Flow{Steps: []Step{{
			Name: "no scenario", Status: AuthenticationFailed, Error: &config.NoScenario,
		}}}},
		banks: make(map[string]int, len(config.Banks)),
		names: make(map[string]int, len(config.Scenarios)),
		flows: make(map[string]*Flow, len(config.Scenarios)+1),
	}
	if config.Surfaces != nil {
		rs.asked = config.Surfaces.Conditions()
	}
	for i, bank := range config.Banks {
		rs.banks[bank.Slug] = i
	}
	if err := rs.Fallback.Flow.Freeze(); err != nil {
		return nil, err
	}
	rs.flows[rs.Fallback.Flow.hash] = rs.Fallback.Flow
	if rs.Surfaces != nil {
		rs.onPage = credentialsFlow()
		rs.flows[rs.onPage.hash] = rs.onPage
	}
	for i, scenario := range config.Scenarios {
		if config.Throttle != nil {
			config.Throttle()
		}
		if err := scenario.prepare(); err != nil {
			return nil, fmt.Errorf("scenario %q: %w", scenario.Name, err)
		}
		if _, ok := rs.names[scenario.Name]; ok {
			return nil, fmt.Errorf("two scenarios have the name %q", scenario.Name)
		}
		rs.names[scenario.Name] = i
		rs.flows[scenario.Flow.hash] = scenario.Flow
	}
	if err := rs.indexFaults(len(rs.Faults)); err != nil {
		return nil, err
	}
	for i := range rs.Webhooks {
		if err := rs.Webhooks[i].compile(); err != nil {
			return nil, fmt.Errorf("webhook %q: %w", rs.Webhooks[i].Name, err)
		}
		rs.refer(rs.Webhooks[i].Patch.Names())
	}
	if rs.Surfaces != nil {
		rs.refer(rs.Surfaces.Captures())
	}
	for _, w := range rs.asked {
		if err := w.compile(); err != nil {
			return nil, fmt.Errorf("a condition of an api: %w", err)
		}
	}
	rs.keepFor()
	rs.countAttempts()
	rs.nameFields()
	return rs, rs.indexScenarios()
}

// indexFaults compiles the first faults, so many of them, and lists all by their endpoints.
func (rs *RuleSet) indexFaults(fresh int) error {
	for i := range rs.Faults {
		fault := &rs.Faults[i]
		if i < fresh {
			if err := fault.When.compile(); err != nil {
				return fmt.Errorf("fault %q: %w", fault.Name, err)
			}
		}
		rs.faults[fault.Endpoint] = append(rs.faults[fault.Endpoint], fault)
	}
	return nil
}

// indexScenarios makes the index, and one for each rule by which a bank reads usernames.
func (rs *RuleSet) indexScenarios() error {
	rules := rs.usernameRules()
	for _, s := range rs.Scenarios {
		if err := s.prepareFor(rules); err != nil {
			return fmt.Errorf("scenario %q: %w", s.Name, err)
		}
	}
	var failed error
	rs.eachSharedCondition(func(w *Condition) {
		if err := w.prepareFor(rules); err != nil && failed == nil {
			failed = err
		}
	})
	if failed != nil {
		return failed
	}
	rs.index = newIndex(rs.Scenarios, UsernameRule{})
	rs.folded = make(map[UsernameRule]*index, len(rules))
	for _, rule := range rules {
		rs.folded[rule] = newIndex(rs.Scenarios, rule)
	}
	return nil
}

// usernameRules lists the rules by which banks read usernames otherwise than they are written.
func (rs *RuleSet) usernameRules() (rules []UsernameRule) {
	for _, bank := range rs.Banks {
		if rule := bank.Usernames; rule != (UsernameRule{}) && !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// eachCondition visits every condition of the rules at its root.
func (rs *RuleSet) eachCondition(visit func(w *Condition)) {
	for _, s := range rs.Scenarios {
		visit(&s.When)
		s.Flow.eachCondition(visit)
	}
	rs.eachSharedCondition(visit)
}

// eachSharedCondition visits those that are no scenario's.
func (rs *RuleSet) eachSharedCondition(visit func(w *Condition)) {
	for i := range rs.Faults {
		visit(&rs.Faults[i].When)
	}
	for i := range rs.Webhooks {
		visit(&rs.Webhooks[i].When)
	}
	for _, w := range rs.asked {
		visit(w)
	}
}

// nameFields lists the members of a login's body that some condition asks for.
func (rs *RuleSet) nameFields() {
	names := map[string]bool{}
	rs.eachCondition(func(w *Condition) {
		w.Walk(func(one *Condition) {
			for name := range one.Fields {
				names[name] = true
			}
		})
	})
	rs.Fields = sortedNames(names)
}

// usernameRule returns how the bank of a login reads usernames.
func (rs *RuleSet) usernameRule(bank string) UsernameRule {
	if len(rs.folded) == 0 {
		return UsernameRule{}
	}
	found, _ := rs.Bank(bank)
	return found.Usernames
}

// refer lets logins keep what named groups of these names take.
func (rs *RuleSet) refer(names []string) {
	for _, name := range names {
		if rs.referred == nil {
			rs.referred = make(map[string]bool)
		}
		rs.referred[name] = true
	}
}

// kept lists the groups that a login's captures are kept of: those that its flow refers to, and those that
// webhooks and declared apis do.
func (rs *RuleSet) kept(names map[string]bool) map[string]bool {
	if len(rs.referred) == 0 {
		return names
	}
	all := maps.Clone(rs.referred)
	maps.Copy(all, names)
	return all
}

// ID names the rule set in answers and records: its generation on this node and its hash.
func (rs *RuleSet) ID() string { return rs.id }

// number gives the rule set its generation.
func (rs *RuleSet) number(generation int64) {
	rs.Generation = generation
	rs.id = fmt.Sprintf("%d;%s", generation, rs.Hash)
}

// Bank returns the institution with this slug.
func (rs *RuleSet) Bank(slug string) (Institution, bool) {
	i, ok := rs.banks[slug]
	if !ok {
		return Institution{}, false
	}
	return rs.Banks[i], true
}

// Scenario returns the scenario of this name.
func (rs *RuleSet) Scenario(name string) (*Scenario, bool) {
	i, ok := rs.names[name]
	if !ok {
		return nil, false
	}
	return rs.Scenarios[i], true
}

func (s *Scenario) prepare() error {
	if s.ready {
		return nil
	}
	if err := s.When.compile(); err != nil {
		return err
	}
	s.Trigger = s.When.caseOf()
	s.hits = new(atomic.Int64)
	return s.Flow.Freeze()
}

// prepareFor makes the conditions ready for banks that read usernames by these rules.
func (s *Scenario) prepareFor(rules []UsernameRule) error {
	if s.ready {
		if !slices.Equal(s.rules, rules) {
			return errors.New("it was compiled for banks that read usernames otherwise")
		}
		return nil
	}
	failed := s.When.prepareFor(rules)
	s.Flow.eachCondition(func(w *Condition) {
		if err := w.prepareFor(rules); err != nil && failed == nil {
			failed = err
		}
	})
	s.ready, s.rules = failed == nil, rules
	return failed
}

// Match returns the first scenario that the login matches by all but facts, nil where none does.
func (rs *RuleSet) Match(login *Login) *Scenario {
	if rule := rs.usernameRule(login.Bank); rule != login.rule {
		read := *login
		read.under(rule)
		login = &read
	}
	c := rs.candidates(login)
	return c.next()
}

// keepHits lets scenarios go on counting where those of the same name in old stand.
func (rs *RuleSet) keepHits(old *RuleSet) {
	for _, scenario := range rs.Scenarios {
		if before, ok := old.Scenario(scenario.Name); ok && before.hits != scenario.hits { // else it may be in play already
			scenario.hits = before.hits
		}
	}
}

// Matches returns the scenarios that the login matches by all but facts, in the order in which they are tried: which
// of them answers it, their facts decide. Those after the first without facts are left out.
func (rs *RuleSet) Matches(login *Login) []*Scenario {
	read := *login
	read.under(rs.usernameRule(login.Bank))
	c := rs.candidates(&read)
	var all []*Scenario
	for s := c.next(); s != nil; s = c.next() {
		if all = append(all, s); !s.When.Factual() {
			break
		}
	}
	return all
}

// AsksSessionAge reports whether some condition asks how old the session is.
func (rs *RuleSet) AsksSessionAge() bool { return rs.keeps.age }
