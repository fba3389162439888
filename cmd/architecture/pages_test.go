package architecture

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runElsewhere are the pages whose commands are run by another test than TestPages, or by none, for a reason.
var runElsewhere = map[string]string{
	"README.md":             "TestREADME",
	"CONTRIBUTING.md":       "they are what CI does",
	"docs/cli.md":           "TestExamplesOfCommandsCanBeTyped",
	"docs/how-to/ci.md":     "TestNewcomer",
	"docs/performance.md":   "they measure for an hour",
	"docs/console.md":       "it makes pictures that people look at",
	"docs/testing-in-go.md": "TestNewcomer types the same",
}

// Every page with commands is followed by a test, as a reader would.
func TestCommandsOfPagesAreRun(t *testing.T) {
	t.Parallel()
	followed, err := os.ReadFile(filepath.Join(root, "cmd", "mockbank", "e2e", "tutorial_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	eachText(t, func(name, text string) {
		if !strings.HasSuffix(name, ".md") || !strings.Contains(text, "\n```sh") {
			return
		}
		pages++
		if runElsewhere[name] == "" && !strings.Contains(string(followed), `"`+strings.TrimPrefix(name, "docs/")+`": `) {
			t.Errorf("nothing runs the commands of %s: name it in TestPages", name)
		}
	})
	if pages < 10 {
		t.Errorf("only %d pages with commands were found", pages)
	}
}
