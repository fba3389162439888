package engine

import "testing"

func TestSamplesMatch(t *testing.T) {
	t.Parallel()
	text := "123456"
	for name, m := range map[string]Matcher{
		"text":        {Equals: &text},
		"ignore case": {Equals: &text, IgnoreCase: true},
		"one of":      {OneOf: []Matcher{{Matches: `\d{3}`}, {Equals: &text}}},
		"prefix":      {Prefix: "fail_", Suffix: "_x"},
		"contains":    {Contains: "needle"},
		"digits":      {Matches: `\d{6}`},
		"groups":      {Matches: `fail_(?P<code>[A-Z_]+)_at_(?P<percent>\d+)`},
		"alternation": {Matches: `(a|b)+c?|\p{Greek}`},
		"anything":    {Matches: `.+`},
		"negated":     {Matches: `[^0-9a-z]+`},
		"empty":       {Matches: ``},
		"not":         {Not: &Matcher{Equals: &text}},
		"prefix not":  {Prefix: "tan", Not: &Matcher{Matches: `tan\d*`}},
		"unicode":     {Matches: `\p{Han}{2}`},
		"any":         {Any: true},
	} {
		if err := m.Compile(); err != nil {
			t.Fatal(err)
		}
		sample, found := m.Sample()
		if !found || !m.Match(sample) {
			t.Errorf("%s: %q, %v", name, sample, found)
		}
		if again, _ := m.Sample(); again != sample {
			t.Errorf("%s: %q, then %q", name, sample, again)
		}
	}
	never := Matcher{Equals: &text, Not: &Matcher{Equals: &text}}
	if sample, found := never.Sample(); found {
		t.Errorf("a matcher that nothing fulfils: %q", sample)
	}
}

func TestSampleIsBounded(t *testing.T) {
	t.Parallel()
	m := Matcher{Matches: `(((x{30}y{20}){20}){1,}){1,}(a{900}b)`}
	if err := m.Compile(); err != nil {
		t.Fatal(err)
	}
	if sample, _ := m.Sample(); len(sample) > 2*maxSample {
		t.Errorf("%d bytes", len(sample))
	}
}
