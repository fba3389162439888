package engine

import (
	"maps"
	"net/textproto"
	"slices"
)

// index finds the scenarios whose bank, username and password conditions a login may fulfil,
// in the order of the file. A scenario in which each of the three is a text, a list of texts or
// `any` is found by hash: its cost does not grow with their number. All others are patterns, which
// are tried one after the other, and only those that stand before the first hit.
type index struct {
	tables   []table
	entries  []entry
	patterns []int32
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

func newIndex(scenarios []*Scenario) *index {
	x := &index{}
	for i, scenario := range scenarios {
		x.add(int32(i), &scenario.When)
	}
	return x
}

func (x *index) add(scenario int32, when *Condition) {
	var exact [3]bool
	var values [3][]string
	for i, matcher := range []*Matcher{&when.Bank, &when.Username, &when.Password} {
		values[i] = []string{""}
		if matcher.MatchesAll() {
			continue
		}
		literals, ok := matcher.Literals()
		if !ok {
			x.patterns = append(x.patterns, scenario)
			return
		}
		exact[i], values[i] = true, literals
	}
	t := x.table(exact)
	for _, bank := range values[0] {
		for _, username := range values[1] {
			for _, password := range values[2] {
				x.link(t, credentials{bank, username, password}, scenario)
			}
		}
	}
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

func (x *index) link(t *table, key credentials, scenario int32) {
	last := int32(len(x.entries))
	c, ok := t.chain[key]
	switch {
	case !ok:
		c.first = last
	case x.entries[c.last].scenario == scenario:
		return // the same text twice in one list
	default:
		x.entries[c.last].next = last
	}
	x.entries = append(x.entries, entry{scenario: scenario, next: none})
	c.last = last
	t.chain[key] = c
}

// candidates walks the scenarios whose condition, facts aside, a login fulfils. It is a value of
// fixed size: matching allocates nothing.
type candidates struct {
	rules   *RuleSet
	login   *Login
	heads   [8]int32 // an entry for each table
	pattern int
}

// candidates starts the walk for a login.
func (rs *RuleSet) candidates(login *Login) candidates {
	c := candidates{rules: rs, login: login}
	for i := range rs.index.tables {
		t := &rs.index.tables[i]
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
	return c
}

// next returns the next scenario in the order of the file, nil after the last.
func (c *candidates) next() *Scenario {
	for {
		scenario, exact := c.advance()
		if scenario == none {
			return nil
		}
		s := c.rules.Scenarios[scenario]
		if (exact || s.When.credentials(c.login)) && s.When.surroundings(c.login) {
			return s
		}
	}
}

// advance takes the smallest scenario number off the chains and the patterns.
func (c *candidates) advance() (scenario int32, exact bool) {
	x := c.rules.index
	best, from := none, -1
	for i := range x.tables {
		if head := c.heads[i]; head != none && (best == none || x.entries[head].scenario < best) {
			best, from = x.entries[head].scenario, i
		}
	}
	if c.pattern < len(x.patterns) && (best == none || x.patterns[c.pattern] < best) {
		c.pattern++
		return x.patterns[c.pattern-1], false
	}
	if from >= 0 {
		c.heads[from] = x.entries[c.heads[from]].next
	}
	return best, true
}

// credentials reports whether the login's bank, username and password fulfil the condition.
func (w *Condition) credentials(login *Login) bool {
	return w.Bank.Match(login.Bank) && w.Username.Match(login.Username) && w.Password.Match(login.Password)
}

// surroundings reports whether the login's session and headers fulfil the condition.
func (w *Condition) surroundings(login *Login) bool {
	if !w.Session.Match(login.Session) {
		return false
	}
	for name, matcher := range w.Headers {
		if !matcher.Match(login.header(name)) {
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
	w.Bank.capture(login.Bank, all)
	w.Username.capture(login.Username, all)
	w.Password.capture(login.Password, all)
	w.Session.capture(login.Session, all)
	for _, name := range slices.Sorted(maps.Keys(w.Headers)) { // of two groups of one name always the same wins
		matcher := w.Headers[name]
		matcher.capture(login.header(name), all)
	}
	for name := range all {
		if !used[name] {
			delete(all, name)
		}
	}
	return all
}

func (l *Login) header(name string) string {
	if l.Header == nil {
		return ""
	}
	return l.Header(textproto.CanonicalMIMEHeaderKey(name))
}
