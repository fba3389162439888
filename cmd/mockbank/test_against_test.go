package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/cmd/app"
)

// serving runs a configuration and returns where.
func serving(t *testing.T, config string) string {
	t.Helper()
	a, err := app.Start(t.Context(), app.Options{Config: config, Listen: "127.0.0.1:0", Database: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	return a.URL()
}

func TestTestAgainstARunningServer(t *testing.T) {
	t.Parallel()
	const languageBank, languageTests = "../../scenarios/scenariotest/testdata/bank.yaml", "../../scenarios/scenariotest/testdata/bank_test.yaml"
	bank, language := serving(t, shipped), serving(t, languageBank)

	got := command(t, "", "test", "--config", shipped, "--against", bank, "--parallel", "16")
	got.wants(t, 0, "tests passed", "")
	got.wants(t, 0, "2 expectations could not be checked", "")
	if got.stderr != "" {
		t.Errorf("it complains: %s", got.stderr)
	}
	for range 2 { // a session that a test names begins anew
		command(t, "", "test", "--config", languageBank, languageTests, "--against", language+"/api/v3/wealth_api/", "--parallel", "16").
			wants(t, 0, "tests passed", "")
	}
	command(t, "", "test", "--config", shipped, "--against", bank, failing(t)).wants(t, 2, "- expected AUTHENTICATION_FAILED", "")
	command(t, "", "test", "--config", shipped, "--against", language, "--run", "TAN").wants(t, 2, "failed", "the server plays another configuration")
}

// Tests write snake_case, whatever the server's clients do.
func TestTestAgainstAServerInCamelCase(t *testing.T) {
	t.Parallel()
	const tests = "../../scenarios/scenariotest/testdata/bank_test.yaml"
	text, err := os.ReadFile("../../scenarios/scenariotest/testdata/bank.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(config, append([]byte("server: {naming: camel_case}\n"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "", "test", "--config", config, tests).wants(t, 0, "tests passed", "")
	command(t, "", "test", "--config", config, tests, "--against", serving(t, config), "--parallel", "16").wants(t, 0, "tests passed", "")
}

func TestTestMomentsAgainstARunningServer(t *testing.T) {
	t.Parallel()
	const bank, tests = "../../scenarios/scenariotest/testdata/moments.yaml", "../../scenarios/scenariotest/testdata/moments_test.yaml"
	command(t, "", "test", "--config", bank, tests, "--against", serving(t, bank)).wants(t, 0, "tests passed", "")
	failing := strings.Replace(tests, "_test", "_failing_test", 1)
	got := command(t, "", "test", "--config", bank, failing, "--against", serving(t, bank))
	got.wants(t, 2, "nothing is due", "")
	got.wants(t, 2, "bank-down", "")
}

// What faults make of requests is the same in memory and over HTTP, lost answers included.
func TestTestOfFaultsAgainstARunningServer(t *testing.T) {
	t.Parallel()
	const bank, tests = "../../scenarios/scenariotest/testdata/wire.yaml", "../../scenarios/scenariotest/testdata/wire_test.yaml"
	server := serving(t, bank)
	command(t, "", "test", "--config", bank, tests, "--against", server).wants(t, 0, "tests passed", "")
	got := command(t, "", "test", "--config", bank, strings.Replace(tests, "_test", "_failing_test", 1), "--against", server)
	got.wants(t, 2, "the bank refused it: bad_gateway", "")
	got.wants(t, 2, "the bank answered 418", "")
}

// The packs whose cases are said by conditions, limits and shapes are played in memory by their own tests.
func TestTestOfPacksAgainstARunningServer(t *testing.T) {
	t.Parallel()
	const packs = "../../scenarios/catalogue/"
	text, err := os.ReadFile("../../mockbank.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(config, append(text, "\ninclude: [catalogue:answers, catalogue:time, catalogue:quotas]\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	server := serving(t, config)
	for _, pack := range []string{"answers", "time", "quotas"} {
		command(t, "", "test", "--config", config, packs+pack+"_test.yaml", "--against", server).wants(t, 0, "tests passed", "")
	}
}

func TestTestAgainstNothing(t *testing.T) {
	t.Parallel()
	a, err := app.Start(t.Context(), app.Options{Config: shipped, Listen: "127.0.0.1:0", Database: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
	command(t, "", "test", "--config", shipped, "--against", a.URL()).wants(t, 1, "", "the server cannot be reached")
}

// A test that says no time begins on the same day wherever it is played: conditions on time decide alike.
func TestTestsBeginOnTheSameDayAgainstARunningServer(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	config, tests := filepath.Join(folder, "mockbank.yaml"), filepath.Join(folder, "day_test.yaml")
	for path, text := range map[string]string{
		config: `
banks: [{slug: MockBank}]
scenarios:
  - name: new-year
    when: {bank: any, username: any, password: any, time: {from: 2026-01-01, until: 2026-01-01}}
    authentication: {status: AUTHENTICATION_FAILED, error: NEW_YEAR}
  - {name: all, when: {bank: any, username: any, password: any}, authentication: AUTHENTICATED}
`,
		tests: `
tests:
  - name: the first of January
    steps:
      - authenticate: {username: tester, password: p}
        expect: {error: NEW_YEAR}
      - wait: 1d
      - authenticate: {username: tester, password: p}
        expect: {status: AUTHENTICATED}
`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command(t, "", "test", "--config", config, tests).wants(t, 0, "1 test passed", "")
	command(t, "", "test", "--config", config, tests, "--against", serving(t, config)).wants(t, 0, "1 test passed", "")
}
