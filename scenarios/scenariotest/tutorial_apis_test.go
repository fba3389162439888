package scenariotest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

var tutorialPart = regexp.MustCompile("(?s)cat > (\\S+) <<'END'\n(.*?)\nEND\n")

// The files that docs/apis.md has its reader write load without a warning, and its tests pass.
func TestTutorialOfAPIs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/apis.md")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	parts := tutorialPart.FindAllStringSubmatch(string(page), -1)
	if len(parts) != 2 {
		t.Fatalf("the page has %d files", len(parts))
	}
	for _, part := range parts {
		if err := os.WriteFile(filepath.Join(folder, part[1]), []byte(part[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config, report := scenarios.Load(t.Context(), filepath.Join(folder, "mockbank.yaml"), scenarios.Options{})
	if config == nil || len(report.Diagnostics) > 0 {
		t.Fatal(report.Diagnostics)
	}
	files, read := scenarios.LoadTests(t.Context(), []string{filepath.Join(folder, "mockbank_test.yaml")})
	if len(read.Diagnostics) > 0 {
		t.Fatal(read.Diagnostics)
	}
	suite := scenariotest.Suite{Rules: config.Rules, Files: files}
	outcome := suite.Run(t.Context())
	for _, result := range outcome.Results {
		if result.Failure != nil {
			t.Errorf("%+v", *result.Failure)
		}
	}
	if len(outcome.Results) != 2 {
		t.Errorf("%d tests were played", len(outcome.Results))
	}
}
