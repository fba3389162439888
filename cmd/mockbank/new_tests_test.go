package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
)

func TestNewTestWritesATestThatPasses(t *testing.T) {
	t.Parallel()
	config := starter(t)
	tests := testsBeside(config)
	command(t, "", "new", "test", "--config", config).wants(t, 0, tests+" is written", "")
	command(t, "", "test", "--config", config).wants(t, 0, "1 test", "")
	command(t, "", "validate", tests).wants(t, 0, tests+": 1 test", "")
	command(t, "", "new", "test", "--config", config).wants(t, 1, "", "is there already, and stays as it is")

	other := filepath.Join(filepath.Dir(config), "tan_test.yaml")
	command(t, "", "new", "test", "--config", config, "--scenario", "challenge-required", "--file", other).wants(t, 0, other, "")
	command(t, "", "test", "--config", config, other).wants(t, 0, "1 test", "")
	command(t, "", "test", "--config", shipped, "--run", "nothing", other).wants(t, 1, "", "no test's name matches")
}

// Whatever a shipped scenario begins with, its first test holds.
func TestNewTestOfEachScenario(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	config := filepath.Join(folder, "bank.yaml")
	if err := os.WriteFile(config, fullStarter, 0o600); err != nil {
		t.Fatal(err)
	}
	loaded, report := scenarios.Load(t.Context(), config, loadOptions())
	if loaded == nil {
		t.Fatal(report)
	}
	for _, name := range scenarioNames(loaded) {
		file := filepath.Join(folder, name+"_test.yaml")
		command(t, "", "new", "test", "--config", config, "--scenario", name, "--file", file).wants(t, 0, file, "")
		command(t, "", "test", "--config", config, file).wants(t, 0, "1 test", "")
	}
}

func TestNewTestRefuses(t *testing.T) {
	t.Parallel()
	config := starter(t)
	command(t, "", "new", "test", "--config", config, "--scenario", "sucess").wants(t, 1, "", "did you mean success?")
	command(t, "", "new", "test", "--config", config, "--file", "tests.yaml").wants(t, 1, "", "named NAME_test.yaml")
	if _, err := os.Stat(testsBeside(config)); err == nil {
		t.Error("a test was written all the same")
	}
}
