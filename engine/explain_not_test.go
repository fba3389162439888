package engine

import (
	"strings"
	"testing"
)

// TestNotWithinAnyOfIsSaidOnce: as it is written.
func TestNotWithinAnyOfIsSaidOnce(t *testing.T) {
	t.Parallel()
	s := scenario("s", "p", steps(yes()))
	s.When.AnyOf = []Condition{{Not: &Condition{Fields: map[string]Matcher{"x": Literal("1")}}}}
	said, err := s.When.AnyOf[0].summary(&inquiry{login: &Login{Fields: map[string]string{"x": "1"}}})
	if err != nil || strings.Contains(said.Wanted, "not not") || !strings.Contains(said.Wanted, "not {fields.x") {
		t.Errorf("wanted %q: %v", said.Wanted, err)
	}
}
