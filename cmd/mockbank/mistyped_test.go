package main

import (
	"path/filepath"
	"testing"
)

// What a tester in a hurry types gets an answer to go on with.
func TestMistypedCommandLines(t *testing.T) {
	t.Parallel()
	absent := filepath.Join(t.TempDir(), "absent.yaml")
	for _, test := range []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{[]string{"serve", "mockbank.yaml"}, 1, "", `"mockbank.yaml" is one too many; did you mean mockbank serve --config mockbank.yaml?`},
		{[]string{"serve", "--config", absent}, 1, "", "`mockbank init` writes one to begin with"},
		{[]string{"validate", absent}, 1, "", "`mockbank init` writes one to begin with"},
		{[]string{"serve", "--config", shipped, "--listen", "8080"}, 1, "",
			`--listen 8080: write an address and a port: 127.0.0.1:8080`},
		{[]string{"--version"}, 0, "mockbank ", ""},
		{[]string{"sevre"}, 1, "", "serve"},
	} {
		command(t, "", test.args...).wants(t, test.code, test.stdout, test.stderr)
	}
}

func TestInitMakesTheFolder(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "scenarios", "mockbank.yaml")
	command(t, "", "init", name).wants(t, 0, name+" is written", "")
	command(t, "", "validate", name).wants(t, 0, "0 warnings", "")
}
