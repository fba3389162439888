package catalogue_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/catalogue"
	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

// packs lists the names of the packs.
func packs(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(catalogue.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		if name := strings.TrimSuffix(file, ".yaml"); !strings.HasSuffix(name, "_test") {
			names = append(names, name)
		}
	}
	if len(names) < 6 {
		t.Fatalf("packs %q", names)
	}
	return names
}

// including loads the default configuration with packs included.
func including(t *testing.T, packs ...string) *scenarios.Config {
	t.Helper()
	text, err := os.ReadFile("../../mockbank.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i := range packs {
		packs[i] = "catalogue:" + packs[i]
	}
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	text = append(text, "\ninclude: ["+strings.Join(packs, ", ")+"]\n"...)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	config, report := scenarios.Load(t.Context(), path, scenarios.Options{Catalogue: catalogue.Files})
	if config == nil || len(report.Diagnostics) > 0 {
		t.Fatalf("%v", report.Diagnostics)
	}
	return config
}

// run plays tests and reports those that fail.
func run(t *testing.T, config *scenarios.Config, names ...string) *scenariotest.Report {
	t.Helper()
	files, read := scenarios.LoadTests(t.Context(), names)
	if len(read.Diagnostics) > 0 {
		t.Fatal(read.Diagnostics)
	}
	suite := scenariotest.Suite{Rules: config.Rules, Files: files}
	report := suite.Run(t.Context())
	if report.Failed() > 0 || len(report.Results) == 0 {
		var b strings.Builder
		if err := scenariotest.WritePretty(&b, report, scenariotest.Style{}); err != nil {
			t.Fatal(err)
		}
		t.Error(b.String())
	}
	return report
}

func TestEachPackPassesItsTestsWhichExerciseAllOfIt(t *testing.T) {
	t.Parallel()
	for _, pack := range packs(t) {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			report := run(t, including(t, pack), pack+"_test.yaml")
			coverage := report.Coverage()
			for _, never := range coverage.Never() {
				if strings.HasPrefix(never.Source.File, "catalogue:") {
					t.Errorf("%s: %d logins, never taken: %+v", never.Name, never.Logins, never.Transitions)
				}
			}
		})
	}
}

// What the specification's table says holds with every pack included too.
func TestPacksLeaveTheDefaultsAsTheyAre(t *testing.T) {
	t.Parallel()
	run(t, including(t, packs(t)...), "../../mockbank_test.yaml")
}

// Whoever does not include a pack has its passwords refused, as any other.
func TestWithoutPacksTheirPasswordsAreWrong(t *testing.T) {
	t.Parallel()
	config, _ := scenarios.Load(t.Context(), "../../mockbank.yaml", scenarios.Options{Catalogue: catalogue.Files})
	for _, scenario := range including(t, packs(t)...).Rules.Scenarios {
		if !strings.HasPrefix(scenario.Source.File, "catalogue:") {
			continue
		}
		literals, _ := scenario.When.Password.Literals()
		for _, password := range literals {
			if got := matching(config, password); got != "anything-else" {
				t.Errorf("password %s is answered by %s", password, got)
			}
		}
	}
}

// matching returns the scenario that answers a login of the default user with this password.
func matching(config *scenarios.Config, password string) string {
	for _, scenario := range config.Rules.Scenarios {
		if when := scenario.When; when.Bank.Match("MockBank") && when.Username.Match("tester") && when.Password.Match(password) {
			return scenario.Name
		}
	}
	return ""
}

func TestEachScenarioSaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, scenario := range including(t, packs(t)...).Rules.Scenarios {
		if !strings.HasPrefix(scenario.Source.File, "catalogue:") {
			continue
		}
		row := slices.ContainsFunc(scenario.Tags, func(tag string) bool { return strings.HasPrefix(tag, "row ") || strings.HasPrefix(tag, "case ") })
		seen := slices.ContainsFunc(scenario.Tags, func(tag string) bool { return strings.HasPrefix(tag, "seen at ") })
		pack := strings.TrimPrefix(scenario.Source.File, "catalogue:") // an aggregator's has no row: its api is the case
		if scenario.Description == "" || !row && !strings.HasPrefix(scenario.Name, pack+"-") || !seen {
			t.Errorf("%s: description %q, tags %q", scenario.Name, scenario.Description, scenario.Tags)
		}
	}
}
