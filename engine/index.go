package engine

import (
	"maps"
	"net/textproto"
	"slices"
	"strings"
)

// index finds the scenarios whose bank, username and password conditions a login may fulfil,
// in the order of the file. A scenario in which each of the three is a text, a list of texts or
// `any` is found by hash: its cost does not grow with their number. All others are patterns. Those
// with an [anchor] are found by its hash, the rest are tried one after the other, and only those that
// stand before the first hit.
type index struct {
	tables   []table
	anchors  []anchorTable
	entries  []entry
	patterns []int32
	rule     UsernameRule
}

// table holds the scenarios that are exact in the same fields.
type table struct {
	exact [3]bool // bank, username, password
	chain map[credentials]chain
}

type credentials struct{ bank, username, password string }

// chain is a list of entries, linked by index, in the order of the file.
type chain struct{ first, last int32 }

type entry struct{ scenario, next int32 }

const none int32 = -1

// maxAlternatives bounds how many texts of one scenario are hashed.
const maxAlternatives = 4096

// The username is that of the conditions under the rule.
func newIndex(scenarios []*Scenario, rule UsernameRule) *index {
	x := &index{rule: rule}
	var patterns []int32
	for i, scenario := range scenarios {
		if !x.addExact(int32(i), scenario.When.under(rule)) {
			patterns = append(patterns, int32(i))
		}
	}
	x.addPatterns(scenarios, patterns)
	return x
}

// addExact puts a scenario into the table of its fields, or reports that it is a pattern.
func (x *index) addExact(scenario int32, when *Condition) bool {
	var exact [3]bool
	var values [3][]string
	for i, matcher := range []*Matcher{&when.Bank, &when.Username, &when.Password} {
		values[i] = []string{""}
		if matcher.MatchesAll() {
			continue
		}
		literals, ok := matcher.Literals()
		if !ok {
			return false
		}
		exact[i], values[i] = true, literals
	}
	if len(values[0])*len(values[1])*len(values[2]) > maxAlternatives {
		return false
	}
	t := x.table(exact)
	for _, bank := range values[0] {
		for _, username := range values[1] {
			for _, password := range values[2] {
				key := credentials{bank, username, password}
				known, ok := t.chain[key]
				t.chain[key] = x.link(known, ok, scenario)
			}
		}
	}
	return true
}

func (x *index) table(exact [3]bool) *table {
	for i := range x.tables {
		if x.tables[i].exact == exact {
			return &x.tables[i]
		}
	}
	x.tables = append(x.tables, table{exact: exact, chain: make(map[credentials]chain)})
	return &x.tables[len(x.tables)-1]
}

// link adds a scenario to the end of a chain, which is new where known is false.
func (x *index) link(c chain, known bool, scenario int32) chain {
	last := int32(len(x.entries))
	switch {
	case !known:
		c.first = last
	case x.entries[c.last].scenario == scenario:
		return c // the same text twice in one list
	default:
		x.entries[c.last].next = last
	}
	x.entries = append(x.entries, entry{scenario: scenario, next: none})
	c.last = last
	return c
}

// candidates walks the scenarios whose condition, facts aside, a login fulfils. It is a value of
// fixed size: matching allocates nothing.
type candidates struct {
	rules   *RuleSet
	index   *index
	login   *Login
	heads   [8]int32 // an entry for each table
	anchors [maxAnchorTables]int32
	pattern int
}

// candidates starts the walk for a login.
func (rs *RuleSet) candidates(login *Login) candidates {
	c := candidates{rules: rs, index: rs.index, login: login}
	if login.rule != (UsernameRule{}) {
		c.index = rs.folded[login.rule]
	}
	for i := range c.index.tables {
		t := &c.index.tables[i]
		var key credentials
		if t.exact[0] {
			key.bank = login.Bank
		}
		if t.exact[1] {
			key.username = login.Username
		}
		if t.exact[2] {
			key.password = login.Password
		}
		c.heads[i] = none
		if found, ok := t.chain[key]; ok {
			c.heads[i] = found.first
		}
	}
	c.anchor()
	return c
}

// anchor starts the walk along the patterns that have an anchor which the login has.
func (c *candidates) anchor() {
	x := c.index
	for i := range x.anchors {
		c.anchors[i] = none
		if text, ok := x.anchors[i].position.of(c.login); ok {
			if found, ok := x.anchors[i].chain[text]; ok {
				c.anchors[i] = found.first
			}
		}
	}
}

// next returns the next scenario in the order of the file, nil after the last.
func (c *candidates) next() *Scenario {
	for {
		scenario, exact := c.advance()
		if scenario == none {
			return nil
		}
		s := c.rules.Scenarios[scenario]
		w := s.When.under(c.login.rule)
		if (exact || w.credentials(c.login)) && w.surroundings(c.login) && w.combined(c.login) != never {
			return s
		}
	}
}

// advance takes the smallest scenario number off the chains and the patterns.
func (c *candidates) advance() (scenario int32, exact bool) {
	x := c.index
	best, head := none, (*int32)(nil)
	for i := range x.tables {
		best, head = x.nearer(&c.heads[i], best, head)
	}
	tables := head
	for i := range x.anchors {
		best, head = x.nearer(&c.anchors[i], best, head)
	}
	if c.pattern < len(x.patterns) && (best == none || x.patterns[c.pattern] < best) {
		c.pattern++
		return x.patterns[c.pattern-1], false
	}
	if head != nil {
		*head = x.entries[*head].next
	}
	return best, head == tables
}

// nearer returns the head of the two that comes first in the file, with its scenario.
func (x *index) nearer(at *int32, best int32, head *int32) (int32, *int32) {
	if *at == none {
		return best, head
	}
	if scenario := x.entries[*at].scenario; best == none || scenario < best {
		return scenario, at
	}
	return best, head
}

// credentials reports whether the login's bank, username and password fulfil the condition.
func (w *Condition) credentials(login *Login) bool {
	// The password tells scenarios apart best.
	return w.Password.MatchAt(login.Password, login.at) && w.Username.MatchAt(login.Username, login.at) &&
		w.Bank.MatchAt(login.Bank, login.at)
}

// surroundings reports whether what else is known of the request fulfils the condition.
func (w *Condition) surroundings(login *Login) bool {
	if !w.Session.MatchAt(login.Session, login.at) || !w.Scenario.MatchAt(login.answered, login.at) {
		return false
	}
	for name, matcher := range w.Fields {
		if !matcher.MatchAt(login.Fields[name], login.at) {
			return false
		}
	}
	for name, matcher := range w.Headers {
		if !matcher.MatchAt(login.header(name), login.at) {
			return false
		}
	}
	return true
}

// captures returns what the condition's named groups take from a login that fulfils it, limited
// to the names that the flow uses.
func (w *Condition) captures(login *Login, used map[string]bool) Captures {
	if len(used) == 0 {
		return nil
	}
	all := Captures{}
	w.under(login.rule).captureAll(login, all)
	for name := range all {
		if !used[name] {
			delete(all, name)
		}
	}
	return all
}

// captureAll adds what the condition's groups take, and those of the first alternative that fits.
func (w *Condition) captureAll(login *Login, all Captures) {
	for i := range w.AnyOf {
		if w.AnyOf[i].verdict(login) != never {
			w.AnyOf[i].captureAll(login, all)
			break
		}
	}
	w.Bank.capture(login.Bank, login.at, all)
	w.Username.capture(login.sentName(), login.at, all)
	w.Password.capture(login.Password, login.at, all)
	w.Session.capture(login.Session, login.at, all)
	for _, name := range slices.Sorted(maps.Keys(w.Headers)) { // of two groups of one name always the same wins
		matcher := w.Headers[name]
		matcher.capture(login.header(name), login.at, all)
	}
	for _, name := range slices.Sorted(maps.Keys(w.Fields)) {
		matcher := w.Fields[name]
		matcher.capture(login.Fields[name], login.at, all)
	}
}

// sentName is the username as it was sent, the white space that does not count aside.
func (l *Login) sentName() string {
	if l.rule == (UsernameRule{}) {
		return l.Username
	}
	return UsernameRule{Trim: l.rule.Trim}.Apply(l.sent)
}

// under lets the login's username be read by a rule.
func (l *Login) under(rule UsernameRule) {
	if l.rule == rule {
		return
	}
	l.rule, l.sent = rule, l.Username
	l.Username = rule.Apply(l.Username)
}

// header returns a header of the request. Of the Host the name alone counts: which port a test happens to use
// says nothing about the bank that is meant.
func (l *Login) header(name string) string {
	if l.Header == nil {
		return ""
	}
	name = textproto.CanonicalMIMEHeaderKey(name)
	value := l.Header(name)
	if name == "Host" {
		return withoutPort(value)
	}
	return value
}

func withoutPort(host string) string {
	colon := strings.LastIndexByte(host, ':')
	if colon < 0 || strings.HasSuffix(host, "]") || strings.Trim(host[colon+1:], "0123456789") != "" {
		return host
	}
	return host[:colon]
}
