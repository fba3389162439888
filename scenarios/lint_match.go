package scenarios

import (
	"github.com/mockbank/mockbank/engine"
)

// covers finds scenarios that never get a login, since earlier ones take every one. It knows the
// plain cases by look-up, so that many scenarios cost little, and compares patterns one by one within
// a budget. It never warns wrongly; where the budget ends, it may miss one.
type covers struct {
	// exact holds scenarios by bank, username and password: a text each, or everything.
	exact  map[credentials]*compiled
	broad  []*compiled
	budget int
	// single is where the plain case is put together.
	single [1]credentials
}

type credentials [3]credential

// credential is a text, or everything.
type credential struct {
	text string
	all  bool
}

// maxCombinations bounds the combinations of lists that are looked up.
const maxCombinations = 256

func newCovers() *covers {
	return &covers{exact: make(map[credentials]*compiled), budget: 300_000}
}

// add makes a scenario known to those that come after it.
func (c *covers) add(one *compiled) {
	when := &one.rule.When
	if !plain(when) {
		return // what it takes changes with time
	}
	combinations, ok := c.combinations(when)
	if !ok || !unconditional(when) {
		c.broad = append(c.broad, one)
		return
	}
	for _, key := range combinations {
		if c.exact[key] == nil {
			c.exact[key] = one
		}
	}
}

// before returns an earlier scenario that takes everything that this one would, or nil.
func (c *covers) before(one *compiled) *compiled {
	for _, earlier := range c.broad {
		if c.budget--; c.budget < 0 {
			break
		}
		if coversAll(&earlier.rule.When, &one.rule.When) {
			return earlier
		}
	}
	combinations, ok := c.combinations(&one.rule.When)
	if !ok {
		return c.exact[credentials{{all: true}, {all: true}, {all: true}}]
	}
	var by *compiled
	for _, key := range combinations {
		if by = c.lookUp(key); by == nil {
			return nil
		}
	}
	return by
}

// lookUp finds a scenario that takes these credentials, each as it is or with everything.
func (c *covers) lookUp(key credentials) *compiled {
	for mask := range 8 {
		wider := key
		for i := range wider {
			if mask&(1<<i) != 0 {
				wider[i] = credential{all: true}
			}
		}
		if found := c.exact[wider]; found != nil {
			return found
		}
	}
	return nil
}

// combinations is combine, without memory of its own for the plain case of one text each.
func (c *covers) combinations(when *engine.Condition) ([]credentials, bool) {
	for i, matcher := range []*engine.Matcher{&when.Bank, &when.Username, &when.Password} {
		text, plain := matcher.Literal()
		all := matcher.MatchesAll()
		if !plain && !all {
			return combine(when)
		}
		c.single[0][i] = credential{text: text, all: all}
	}
	return c.single[:], true
}

// combine lists the credentials that a condition takes, where they are finite and few.
func combine(when *engine.Condition) ([]credentials, bool) {
	all := []credentials{{}}
	for i, matcher := range []*engine.Matcher{&when.Bank, &when.Username, &when.Password} {
		values, ok := finite(matcher)
		if !ok || len(all)*len(values) > maxCombinations {
			return nil, false
		}
		wider := make([]credentials, 0, len(all)*len(values))
		for _, one := range all {
			for _, value := range values {
				one[i] = value
				wider = append(wider, one)
			}
		}
		all = wider
	}
	return all, true
}

func finite(matcher *engine.Matcher) ([]credential, bool) {
	if matcher.MatchesAll() {
		return []credential{{all: true}}, true
	}
	literals, ok := matcher.Literals()
	if !ok {
		return nil, false
	}
	values := make([]credential, len(literals))
	for i, text := range literals {
		values[i].text = text
	}
	return values, true
}

// coversAll reports whether every login that b takes is taken by a too, which asks for no facts.
func coversAll(a, b *engine.Condition) bool {
	for name, matcher := range a.Headers {
		other, has := b.Headers[name]
		if !has {
			other = engine.Matcher{Any: true}
		}
		if !matcher.Covers(&other) {
			return false
		}
	}
	return a.Scenario.Covers(&b.Scenario) && a.Session.Covers(&b.Session) && a.Password.Covers(&b.Password) &&
		a.Username.Covers(&b.Username) && a.Bank.Covers(&b.Bank)
}
