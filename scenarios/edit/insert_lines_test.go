package edit

import (
	"strings"
	"testing"
)

// What is added to a file ends its lines as the file does.
func TestInsertKeepsLineEnds(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"scenarios:\n  - {name: a}\n", "scenarios: []\n", "banks: []\n", "\ufeffscenarios:\n  - {name: a}\nbanks: []\n",
	} {
		want, err := insertBlock(text, []string{"- name: new", "  when: {}"}, "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := insertBlock(strings.ReplaceAll(text, "\n", "\r\n"), []string{"- name: new", "  when: {}"}, "")
		if err != nil || got != strings.ReplaceAll(want, "\n", "\r\n") {
			t.Errorf("%q became %q (%v), want %q with carriage returns", text, got, err, want)
		}
	}
}
