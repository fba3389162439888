package scenariotest

import (
	"strings"
	"testing"
)

func TestMomentsAndSwitches(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/moments.yaml", "testdata/moments_test.yaml").Run(t.Context()))
	failing := suite(t, "testdata/moments.yaml", "testdata/moments_failing_test.yaml").Run(t.Context())
	for i, want := range []string{"nothing is due", "the nearest are bank-down"} {
		if got := failing.Results[i].Failure; got == nil || !strings.Contains(got.Problem, want) {
			t.Errorf("%s: %+v, want %q", failing.Results[i].Name, got, want)
		}
	}
}
