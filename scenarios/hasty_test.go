package scenarios

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// hasty is a file with one mistake, and what is to be said about it.
type hasty struct {
	name, text string
	// position is line:column severity code; words are parts of the message or the hint.
	position string
	words    []string
}

// hastyFiles reads testdata/hasty.txt, whose head explains its form.
func hastyFiles(t *testing.T) []hasty {
	t.Helper()
	all, err := os.ReadFile("testdata/hasty.txt")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(all), "\n== ")[1:]
	files := make([]hasty, 0, len(parts))
	for _, part := range parts {
		name, rest, _ := strings.Cut(part, "\n")
		text, said, found := strings.Cut("\n"+rest, "\n-- ")
		if !found {
			t.Fatalf("%s: nothing says what is said", name)
		}
		said, _, _ = strings.Cut(said, "\n")
		words := strings.Split(said, "; ")
		files = append(files, hasty{name: name, text: strings.TrimPrefix(text, "\n") + "\n", position: words[0], words: words[1:]})
	}
	return files
}

// Position, reason and fix, and one problem for one mistake.
func TestHastyFiles(t *testing.T) {
	t.Parallel()
	files := hastyFiles(t)
	if len(files) < 100 {
		t.Errorf("only %d files", len(files))
	}
	for _, file := range files {
		t.Run(file.name, func(t *testing.T) {
			t.Parallel()
			var report *Report
			if strings.HasPrefix(file.name, "test: ") {
				_, report = loadTestText(t, file.text)
			} else {
				_, report = loadText(t, file.text)
			}
			got := textOf(t, report)
			if len(report.Diagnostics) != 1 {
				t.Fatalf("%d problems:\n%s", len(report.Diagnostics), got)
			}
			only := report.Diagnostics[0]
			if position := fmt.Sprintf("%d:%d %s %s", only.Line, only.Column, only.Severity, only.Code); position != file.position {
				t.Errorf("%s, not %s:\n%s", position, file.position, got)
			}
			for _, word := range file.words {
				if !strings.Contains(only.Message+" "+only.Hint, word) {
					t.Errorf("it does not say %q:\n%s", word, got)
				}
			}
		})
	}
}
