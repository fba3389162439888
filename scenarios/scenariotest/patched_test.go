package scenariotest

import (
	"os"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
)

func TestPatchedAnswersAreExpected(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/patched.yaml", "testdata/patched_test.yaml").Run(t.Context()))
}

// A name that is near one of the bank's own is a slip, not a member that some scenario sets.
func TestASlipIsNoMember(t *testing.T) {
	t.Parallel()
	for field, hint := range map[string]string{"statsu": "status", "importProgress": "import_progress", "attempts_left": "challenge"} {
		file := t.TempDir() + "/a_test.yaml"
		if err := os.WriteFile(file, []byte("tests: [{name: a, steps: [{expect: {"+field+": 1}}]}]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, report := scenarios.LoadTests(t.Context(), []string{file})
		if len(report.Diagnostics) != 1 || report.Diagnostics[0].Code != scenarios.CodeUnknownKey || !strings.Contains(report.Diagnostics[0].Hint, hint) {
			t.Errorf("%s: %v", field, report.Diagnostics)
		}
	}
}

func TestReturnsAreExpected(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/returns.yaml", "testdata/returns_test.yaml").Run(t.Context()))
}

func TestAnswersAreGiven(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/answers.yaml", "testdata/answers_test.yaml").Run(t.Context()))
}

func TestFaultsArePlayed(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/wire.yaml", "testdata/wire_test.yaml").Run(t.Context()))
	report := suite(t, "testdata/wire.yaml", "testdata/wire_failing_test.yaml").Run(t.Context())
	for i, want := range []string{"the bank refused it: bad_gateway", "", "the bank answered 418: {\"teapot\":true}"} {
		failure := report.Results[i].Failure
		if failure == nil || failure.Problem == "" && want != "" || !strings.Contains(failure.Problem, want) {
			t.Errorf("%s: %+v", report.Results[i].Name, failure)
		}
	}
}

// One-time codes count in a login's condition too, and what a fault's own condition took is known to its answer.
func TestCodesOfTheMomentAndCapturesOfFaults(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/codes.yaml", "testdata/codes_test.yaml").Run(t.Context()))
}
