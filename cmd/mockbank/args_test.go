package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A command that lacks what it works on says so in its own words.
func TestArgumentsThatAreMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"validate"}, "mockbank: name a file or folder: mockbank validate FILE|FOLDER..."},
		{[]string{"fmt"}, "mockbank: name a file, or - for the standard input: mockbank fmt FILE..."},
		{[]string{"graph"}, "mockbank: name a scenario: mockbank graph SCENARIO"},
		{[]string{"graph", "a", "b"}, "mockbank: \"b\" is one too many, name a scenario: mockbank graph SCENARIO"},
		{[]string{"init", "a", "b"}, "mockbank: \"b\" is one too many, name a file or none: mockbank init [FILE]"},
	} {
		command(t, "", c.args...).wants(t, 1, "", c.says)
	}
}

func TestValidateCounts(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "one.yaml")
	text := "banks: [{slug: A}]\nscenarios:\n  - {name: a, when: {password: x}, authentication: AUTHENTICATED}\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "", "validate", name).wants(t, 0, name+": 1 scenario in 1 file, 1 warning\n", "")
	command(t, "", "validate", shipped).wants(t, 0, ": 8 scenarios in 1 file, 0 warnings\n", "")
}
