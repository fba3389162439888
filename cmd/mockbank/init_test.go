package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
)

// The files that init --full writes are those that mockbank is shipped with.
func TestFullStarterIsTheShippedBank(t *testing.T) {
	t.Parallel()
	for name, starter := range map[string][]byte{"mockbank.yaml": fullStarter, "mockbank_test.yaml": fullTests} {
		path := filepath.Join("../..", name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Replace(string(text), "$schema=./scenarios/", "$schema=./", 1)
		if want != string(starter) {
			t.Errorf("starter/%s differs from %s: copy it, with the schema in its own folder", name, path)
		}
	}
}

func TestInitWritesWhatItsFilesName(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	name := filepath.Join(folder, "mockbank.yaml")
	command(t, "", "init", name).wants(t, 0, "It plays 5 of the 8 cases", "")
	schema, err := os.ReadFile(filepath.Join(folder, "schema.json"))
	if err != nil || !bytes.Equal(schema, scenarios.Schema()) {
		t.Errorf("the schema is not written: %v", err)
	}
	command(t, "", "validate", name).wants(t, 0, "0 warnings", "")
	command(t, "", "init", "--full", name).wants(t, 1, "", "is there already")

	full := filepath.Join(t.TempDir(), "whole", "bank.yaml")
	command(t, "", "init", "--full", full).wants(t, 0, "`mockbank test` plays them", "")
	command(t, "", "validate", full, strings.TrimSuffix(full, ".yaml")+"_test.yaml").wants(t, 0, "8 scenarios", "")
	command(t, "", "test", "--config", full).wants(t, 0, "tests passed", "")
	command(t, "", "schema", "--tests").wants(t, 0, `"title": "mockbank tests"`, "")
}
