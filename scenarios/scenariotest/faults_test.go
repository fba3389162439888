package scenariotest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
)

func TestFaultsInTests(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/faults.yaml", "testdata/faults_test.yaml").Run(t.Context()))
}

// What cannot be a fault is told where it stands, and what names nothing as the test is played.
func TestFaultsInTestsThatAreNone(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"{endpoint: connect}":                                       "a list of faults",
		"[{endpoint: connect, http_statsu: 503}]":                   `did you mean "http_status"`,
		"[{endpoint: connect, http_status: 503, lasts: later}]":     "later",
		"[{endpoint: connect, http_status: 503, when: {bank: No}}]": "",
	} {
		path := filepath.Join(t.TempDir(), "a_test.yaml")
		if err := os.WriteFile(path, []byte("tests: [{name: x, steps: [{faults: "+written+"}]}]"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, report := scenarios.LoadTests(t.Context(), []string{path})
		if want == "" {
			played := suite(t, "testdata/faults.yaml", path).Run(t.Context())
			if f := played.Results[0].Failure; f == nil || !strings.Contains(f.Problem, `"No"`) {
				t.Errorf("%s: failed with %+v", written, f)
			}
			continue
		}
		if len(report.Diagnostics) == 0 || !strings.Contains(report.Diagnostics[0].Message+report.Diagnostics[0].Hint, want) {
			t.Errorf("%s: %v", written, report.Diagnostics)
		}
	}
}
