package engine

import (
	"testing"
)

// TestAScenarioPlaysInSeveralRuleSets: what an earlier rule set compiled is taken over, and never changed again.
func TestAScenarioPlaysInSeveralRuleSets(t *testing.T) {
	t.Parallel()
	scenario := func() *Scenario {
		return &Scenario{Name: "one", When: Condition{Password: Matcher{Equals: new("one")}},
			Flow: &Flow{Scenario: "one", Steps: []Step{{Name: "authentication", Status: Authenticated}}}}
	}
	rules := func(one *Scenario, folds bool) (*RuleSet, error) {
		return NewRuleSet(RuleSetConfig{DefaultBank: "MockBank", Scenarios: []*Scenario{one}, Banks: []Institution{
			{Slug: "MockBank", Usernames: UsernameRule{IgnoreCase: folds}}}})
	}
	one := scenario()
	first, err := rules(one, true)
	if err != nil {
		t.Fatal(err)
	}
	hits, hash := one.hits, one.Flow.hash
	second, err := rules(one, true)
	if err != nil {
		t.Fatal(err)
	}
	if second.Scenarios[0] != one || one.hits != hits || one.Flow.hash != hash {
		t.Error("it was compiled again")
	}
	for _, set := range []*RuleSet{first, second} {
		if set.Match(&Login{Bank: "MockBank", Password: "one"}) != one {
			t.Error("it does not play")
		}
	}
	if _, err := rules(one, false); err == nil {
		t.Error("it plays for banks that it was not compiled for")
	}
	fresh, err := rules(scenario(), true)
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Scenarios[0].hits.Add(1); first.Scenarios[0].Hits() != 0 {
		t.Error("hits are shared")
	}
	if fresh.keepHits(first); fresh.Scenarios[0].hits != hits {
		t.Error("hits are not kept")
	}
}

// TestAReusedScenarioThatCountsOnlyNow: the rule set before, which may be live, is not changed.
func TestAReusedScenarioThatCountsOnlyNow(t *testing.T) {
	t.Parallel()
	flow := func(name string) *Flow {
		return &Flow{Scenario: name, Steps: []Step{{Name: "authentication", Status: Authenticated}}}
	}
	password := Condition{Password: Matcher{Equals: new("one")}}
	one := &Scenario{Name: "one", When: password, Flow: flow("one")}
	build := func(all ...*Scenario) *RuleSet {
		set, err := NewRuleSet(RuleSetConfig{DefaultBank: "MockBank", Banks: []Institution{{Slug: "MockBank"}}, Scenarios: all})
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	before := build(one)
	asking := &Scenario{Name: "again", When: password, Flow: flow("again")}
	asking.When.Facts.Attempt = &Count{Range: Range{From: 2, To: -1}}
	after := build(asking, one)
	if before.Scenarios[0].counted || !after.Scenarios[1].counted {
		t.Errorf("counted: %t before, %t after", before.Scenarios[0].counted, after.Scenarios[1].counted)
	}
}
