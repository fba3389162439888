package edit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
)

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFormat(t *testing.T) {
	t.Parallel()
	got, report, err := Format("in.yaml", readText(t, "testdata/format/in.yaml"))
	if err != nil {
		t.Fatal(err, report.Diagnostics)
	}
	if want := readText(t, "testdata/format/out.yaml"); got != want {
		t.Errorf("formatted:\n%s\nwant:\n%s", got, want)
	}
}

// rulesOf says what a configuration makes the bank do, in a text to compare.
func rulesOf(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, report := scenarios.Load(t.Context(), name, scenarios.Options{})
	if config == nil {
		return fmt.Sprintf("%d errors", report.Errors())
	}
	var out strings.Builder
	fmt.Fprintln(&out, config.Rules.DefaultBank, config.Rules.Banks, config.Server.Listen)
	for _, scenario := range config.Rules.Scenarios {
		fmt.Fprintln(&out, scenario.Name, scenario.Tags, scenario.Trigger, scenario.When.Facts, scenario.Flow.Hash())
	}
	return out.String()
}

// checkFormatted checks that a formatted text means what it meant, says what it said, and stays.
func checkFormatted(t testing.TB, before, after string) {
	t.Helper()
	again, _, err := Format("again.yaml", after)
	if err != nil || again != after {
		t.Errorf("formatting twice differs (%v):\n%s\nthen:\n%s", err, after, again)
	}
	if a, b := rulesOf(t, before), rulesOf(t, after); a != b {
		t.Errorf("the rules were\n%s\nand are\n%s", a, b)
	}
	if strings.Count(before, "#") > strings.Count(after, "#") {
		t.Errorf("a comment is lost:\n%s", after)
	}
}

// Every file that the project has keeps its rules when it is formatted.
func TestFormatKeepsTheRules(t *testing.T) {
	t.Parallel()
	names := []string{"../../mockbank.yaml"}
	for _, folder := range []string{"testdata", "../testdata", "../catalogue", "../../examples", "../reference/testdata"} {
		err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(name) == ".yaml" {
				names = append(names, name)
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	formatted := 0
	for _, name := range names {
		text := readText(t, name)
		after, _, err := Format(name, text)
		if err == nil {
			formatted++
			checkFormatted(t, strings.TrimPrefix(text, "\ufeff"), after)
		}
	}
	if formatted < 10 {
		t.Errorf("only %d of %d files could be formatted", formatted, len(names))
	}
}

func TestTheStarterIsFormatted(t *testing.T) {
	t.Parallel()
	starter := string(scenarios.Starter())
	if formatted, _, err := Format("starter.yaml", starter); err != nil || formatted != starter {
		t.Errorf("the starter file is not formatted (%v):\n%s", err, formatted)
	}
}

func TestFormatRefuses(t *testing.T) {
	t.Parallel()
	_, report, err := Format("broken.yaml", "a: [1, 2\n")
	if err == nil || !report.HasErrors() || report.Diagnostics[0].Code != scenarios.CodeSyntax {
		t.Errorf("error %v, report %v; want the syntax reported", err, report.Diagnostics)
	}
	for _, text := range []string{"a: # one\n  # two\n  {b: 1, # three\n  c: 2}\n", "? [a] # key\n: b\n"} {
		got, _, err := Format("x.yaml", text)
		switch {
		case err == nil:
			if c := strings.Count(got, "#"); c != strings.Count(text, "#") {
				t.Errorf("%q became %q", text, got)
			}
		case !errors.Is(err, ErrCommentMoves) || !strings.HasPrefix(err.Error(), "x.yaml:1: "):
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestFormatSmall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"carriage returns", "a: 1\r\n\r\n\r\nb:   2\r\n", "a: 1\r\n\r\nb: 2\r\n"},
		{"byte order mark", "\ufeffa:   1", "\ufeffa: 1\n"},
		{"a folded text with a list inside", "a: >\n  one\n  two\n\n    - x\n    - y\n  three\nb: 1\n", "a: |\n  one two\n\n    - x\n    - y\n  three\nb: 1\n"},
		{"a version", "# x\n%YAML 1.2\n--- # y\na:   1\n", "# x\n%YAML 1.2\n--- # y\na: 1\n"},
		{"question marks", "a: {b: Which?, c: d?e}\n", "a: {b: Which?, c: d?e}\n"},
		{"empty lines at both ends", "\n\na: 1\n\n\n", "a: 1\n"},
		{"lists", "a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n"},
		{"over several lines", "a: {b: 1,\n  c: [2, 3]}\n", "a:\n  b: 1\n  c: [2, 3]\n"},
		{"kept lines", "a: |+\n  x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n"},
		{"quotes", "a: '#x'\nb: \"y  # z\"\n", "a: '#x'\nb: \"y  # z\"\n"},
		{"quotes over lines", "a: \"x\n\n  y\" # z\n", "a: \"x\\ny\" # z\n"},
	} {
		got, _, err := Format(c.name, c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: %q became %q (%v), want %q", c.name, c.in, got, err, c.want)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for _, name := range []string{"testdata/format/in.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("a: 1 # x\n")
	f.Add("a: [1, # x\n 2]\n# y\n\n- |\n  z\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		after, _, err := Format("fuzzed.yaml", text)
		if err != nil {
			return
		}
		again, _, err := Format("again.yaml", after)
		if err != nil || again != after {
			t.Errorf("formatting twice differs (%v): %q, then %q", err, after, again)
		}
		plain := func(text string) string { return strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n") }
		after, again = plain(after), plain(again)
		before, errBefore := parseNode(plain(text))
		now, errNow := parseNode(after)
		if errBefore == nil {
			unfold(before)
		}
		if errBefore != nil || errNow != nil || firstDifference(before, now) != 0 {
			t.Errorf("%q does not mean %q", after, text)
		}
		if !slices.Equal(scan(after, now).comments, scan(again, now).comments) {
			t.Error("comments differ")
		}
	})
}
