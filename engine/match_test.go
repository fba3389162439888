package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestWalkEqualsLinearScan: whatever the scenarios, the index finds those that a scan of the whole
// list finds, in its order.
func TestWalkEqualsLinearScan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		rs := rules(t, randomScenarios(r)...)
		for range 60 {
			login := randomLogin(r)
			if got, want := walked(rs, login), scanned(rs, login); !slices.Equal(got, want) {
				t.Fatalf("seed %d, login %q/%q/%q: the index finds %v, a scan %v",
					seed, login.Bank, login.Username, login.Password, got, want)
			}
		}
	}
}

func walked(rs *RuleSet, login *Login) []string {
	var found []string
	c := rs.candidates(login)
	for s := c.next(); s != nil; s = c.next() {
		found = append(found, s.Name)
	}
	return found
}

func scanned(rs *RuleSet, login *Login) []string {
	var found []string
	for _, s := range rs.Scenarios {
		// A pattern is run as it stands, without the texts that spare running it.
		if plainly(&s.When.Bank, login.Bank) && plainly(&s.When.Username, login.Username) &&
			plainly(&s.When.Password, login.Password) && s.When.surroundings(login) {
			found = append(found, s.Name)
		}
	}
	return found
}

func plainly(m *Matcher, value string) bool {
	if m.pattern != nil {
		bare := *m
		bare.pattern = &pattern{Regexp: m.pattern.Regexp}
		m = &bare
	}
	return m.Match(value)
}

func randomScenarios(r *rand.Rand) []*Scenario {
	all := make([]*Scenario, 1+r.IntN(40))
	for i := range all {
		all[i] = scenario(fmt.Sprintf("s%d", i), "", steps(yes()))
		all[i].When = Condition{
			Bank: randomMatcher(r, 1), Username: randomMatcher(r, 1), Password: randomMatcher(r, 2),
		}
		if r.IntN(8) == 0 {
			all[i].When.Session = randomMatcher(r, 0)
		}
		if r.IntN(8) == 0 {
			all[i].When.Headers = map[string]Matcher{"X-Team": randomMatcher(r, 0)}
		}
	}
	return all
}

var patternsInTests = []string{
	"a.*", "ab+", "(?i)ab.*", "(a|b)c?", ".*b", "a(?P<x>.)b", "a{2,3}b", "", "[ab]*", "(?:ab)+c", "ab|cd", "^ab$",
	"a?b", "(ab)(c)", `\Qa.b\E.*`, "äb.*", "\\x{FFFD}.*", "a.b|b.a", "abcdef.*", ".*(abc|cab)a", "(abc){0,2}",
}

func randomMatcher(r *rand.Rand, depth int) Matcher {
	m := Matcher{IgnoreCase: r.IntN(6) == 0}
	switch r.IntN(9 + depth) {
	case 0:
		m.Any = true
	case 1:
		m.Prefix = randomText(r)
	case 2:
		m.Suffix = randomText(r)
	case 3:
		m.Contains = randomText(r)
	case 4:
		m.Matches = patternsInTests[r.IntN(len(patternsInTests))]
	case 5:
		m.Prefix, m.Matches = randomText(r), patternsInTests[r.IntN(len(patternsInTests))]
	case 6, 7, 8:
		text := randomText(r)
		m.Equals = &text
	case 9:
		m.OneOf = make([]Matcher, r.IntN(4))
		for i := range m.OneOf {
			m.OneOf[i] = randomMatcher(r, 0)
			if r.IntN(3) > 0 {
				m.OneOf[i] = Literal(randomText(r))
			}
		}
	case 10:
		not := randomMatcher(r, 0)
		m.Not = &not
	}
	return m
}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString([]string{"a", "b", "c", "A", "ä", "."}[r.IntN(6)])
	}
	return b.String()
}

func randomLogin(r *rand.Rand) *Login {
	value := randomText(r)
	password := randomText(r) + randomText(r)
	if r.IntN(20) == 0 {
		password = "\xff" + password
	}
	return &Login{
		Session: randomText(r), Bank: randomText(r), Username: randomText(r), Password: password,
		Header: func(name string) string { return value[:min(len(value), len(name))] },
	}
}

func TestAnchorsBeyondTheTables(t *testing.T) {
	t.Parallel()
	var all []*Scenario
	for length := 1; length <= 40; length++ {
		s := scenario(fmt.Sprintf("s%d", length), "", steps(yes()))
		s.When.Password = Matcher{Matches: strings.Repeat("x", length) + `\d+`}
		all = append(all, s)
		s = scenario(fmt.Sprintf("e%d", length), "", steps(yes()))
		s.When.Password = Matcher{Suffix: "y" + strings.Repeat("x", length)}
		all = append(all, s)
	}
	rs := rules(t, all...)
	if len(rs.index.anchors) > maxAnchorTables {
		t.Fatalf("%d anchor tables, at most %d", len(rs.index.anchors), maxAnchorTables)
	}
	for length := 1; length <= 40; length++ {
		for _, password := range []string{strings.Repeat("x", length) + "7", "7y" + strings.Repeat("x", length)} {
			login := &Login{Bank: "A", Username: "tester", Password: password}
			if got, want := walked(rs, login), scanned(rs, login); !slices.Equal(got, want) || len(got) != 1 {
				t.Errorf("%q: the index finds %v, a scan %v", password, got, want)
			}
		}
	}
}

func TestLiteralsOf(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]literals{
		`fail_(?P<code>[A-Z_]+)_at_(?P<percent>\d+)`: {prefix: "fail_", inner: "fail_"},
		`(?P<n>\d+)_seconds`:                         {suffix: "_seconds", inner: "_seconds"},
		`a(b)c`:                                      {prefix: "abc", suffix: "abc", inner: "abc", whole: true},
		`(ab)+`:                                      {prefix: "ab", suffix: "ab", inner: "ab"},
		`.*middle.*`:                                 {inner: "middle"},
		`(?i)abc`:                                    {},
		`a?`:                                         {},
		`(`:                                          {},
	} {
		if got := literalsOf(expression); got != want {
			t.Errorf("literalsOf(%q) = %+v, want %+v", expression, got, want)
		}
	}
}

// TestBytesThatAreNoText: an expression takes a byte that is no UTF-8 for U+FFFD, which it is not.
func TestBytesThatAreNoText(t *testing.T) {
	t.Parallel()
	s := scenario("replacement", "", steps(yes()))
	s.When.Password = Matcher{Matches: `a\x{FFFD}b`}
	rs := rules(t, s)
	for _, password := range []string{"a\xffb", "a\uFFFDb"} {
		if rs.Match(&Login{Bank: "A", Username: "tester", Password: password}) != s {
			t.Errorf("%q does not match", password)
		}
	}
}

func TestManyAlternativesStayAPattern(t *testing.T) {
	t.Parallel()
	list := func(stem string) Matcher {
		m := Matcher{}
		for i := range 100 {
			m.OneOf = append(m.OneOf, Literal(fmt.Sprint(stem, i)))
		}
		return m
	}
	s := scenario("wide", "", steps(yes()))
	s.When = Condition{Bank: list("b"), Username: list("u"), Password: list("p")}
	rs := rules(t, s)
	if len(rs.index.entries) > maxAlternatives {
		t.Errorf("%d entries for one scenario", len(rs.index.entries))
	}
	if rs.Match(&Login{Bank: "b7", Username: "u99", Password: "p0"}) != s {
		t.Error("the scenario is not found")
	}
	if rs.Match(&Login{Bank: "b7", Username: "u99", Password: "p100"}) != nil {
		t.Error("a login that is in no list matches")
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	pattern := scenario("pattern", "", steps(yes()))
	pattern.When.Password = Matcher{Matches: `delay_\d+s`}
	rs := rules(t, pattern, scenario("exact", "success", steps(yes())))
	login := &Login{Bank: "A", Username: "tester", Password: "success"}
	var found *Scenario
	if n := testing.AllocsPerRun(100, func() { found = rs.Match(login) }); n > 0 || found.Name != "exact" {
		t.Errorf("%v allocations to find %q", n, found.Name)
	}
}

// TestCaseIsIgnoredInOneWay: whatever a matcher compares with, letters are the same or are not (B-11).
func TestCaseIsIgnoredInOneWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Straße", "STRAßE", true}, {"\u212aelvin", "kelvin", true}, {"ſ", "S", true}, {"ſ", "s", true}, {"ß", "ss", false},
		{"Ärger", "äRGER", true}, {"σ", "ς", true}, {"İ", "i", false}, {"@", "`", false},
	} {
		for name, m := range map[string]Matcher{
			"equals": Literal(c.a), "prefix": {Prefix: c.a}, "suffix": {Suffix: c.a}, "contains": {Contains: c.a}, "matches": {Matches: c.a},
		} {
			m.IgnoreCase = true
			within := Matcher{Not: &m}
			within.IgnoreCase = true
			if err := within.Compile(); err != nil {
				t.Fatal(err)
			}
			if m.Match(c.b) != c.same || within.Match(c.b) == c.same {
				t.Errorf("%s %q of %q: %v, want %v", name, c.a, c.b, m.Match(c.b), c.same)
			}
		}
	}
}

// TestPatternsAreWrittenAsInYAML: A-8. What people read shows a pattern as they wrote it.
func TestPatternsAreWrittenAsInYAML(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		`\d{6}`: `matching '\d{6}'`, "a+": `matching "a+"`, `it's\d`: `matching "it's\\d"`, "\\\x00": `matching "\\\x00"`,
	} {
		if got := (&Matcher{Matches: pattern}).String(); got != want {
			t.Errorf("%q is written %s, want %s", pattern, got, want)
		}
	}
}

// A text that a list holds twice is one text: its scenario is found once, and others behind it as ever.
func TestATextTwiceInAList(t *testing.T) {
	t.Parallel()
	twice := Matcher{OneOf: []Matcher{Literal("a"), Literal("b"), Literal("a"), Literal("a")}}
	of := func(name string) *Scenario {
		s := scenario(name, "", steps(yes()))
		s.When.Password = twice
		return s
	}
	rs := rules(t, of("first"), of("second"))
	for _, password := range []string{"a", "b"} {
		login := tester(password)
		if got := walked(rs, &login); !slices.Equal(got, []string{"first", "second"}) {
			t.Errorf("%s: %q", password, got)
		}
	}
}
