package edit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

const beforeAdding = `banks: [{slug: MockBank}]

defaults: {when: {username: tester}}

scenarios:
  # The first.
  - name: one
    when: {password: one} # a comment

  # The family.
    authentication: AUTHENTICATED
  - name: family
    when: {password: {prefix: x_}}
    authentication: AUTHENTICATED
  # The last.
  - {name: rest, when: {username: any, password: any}, authentication: AUTHENTICATION_FAILED}
# after the list
errors:
  A: {message: a}
`

func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestAdd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		text     string
		addition Addition
		before   string
		want     string
	}{
		{
			"before the catch-all", beforeAdding, Addition{Name: "new", Password: "new"}, "rest",
			"\n\n  - name: new\n    when: {password: new}\n    authentication: AUTHENTICATED\n\n  # The last.\n  - {name: rest",
		},
		{
			"before a family", beforeAdding, Addition{Name: "new", Password: "x_1"}, "family",
			"authentication: AUTHENTICATED\n\n  - name: new\n    when: {password: x_1}\n    authentication: AUTHENTICATED\n\n  - name: family",
		},
		{
			"at the end, where nothing takes it", beforeAdding,
			Addition{Name: "new", Bank: "MockBank", Username: "other", Password: "no", Status: engine.AuthenticationFailed, ErrorCode: "A"}, "rest",
			"  - name: new\n    when: {bank: MockBank, username: other, password: no}\n    authentication: {status: AUTHENTICATION_FAILED, error: {code: A}}\n",
		},
		{
			"to a list without a catch-all", "banks: [{slug: A}]\nscenarios:\n- name: one\n  when: {password: one}\n  authentication: AUTHENTICATED\n  description: |\n    a\n\n    b\n\n# the end\n",
			Addition{Name: "new", Password: "123456"}, "",
			"    b\n\n- name: new\n  when: {password: \"123456\"}\n  authentication: AUTHENTICATED\n\n# the end\n",
		},
		{
			"before one of the same password, of which it asks more", "switches: {down: Down}\n" + beforeAdding,
			Addition{Name: "new", Password: "one", Status: engine.AuthenticationFailed, ErrorCode: "A", Conditions: Conditions{
				Attempt: "4.. within 24h", Switches: []string{"down=off"}, Between: "23:30-05:00", Days: []string{"sat", "sun"}, Zone: "Europe/Berlin",
				Probability: "0.5", SessionAge: "0s..10m", LastAuthenticated: "90d..",
			}}, "one",
			"- name: new\n    when: {password: one, switches: {down: off}, session_age: 0s..10m, last_authenticated: 90d.., probability: 0.5, " +
				"attempt: {count: 4.., within: 24h}, time: {between: [\"23:30\", \"05:00\"], days: [sat, sun], zone: Europe/Berlin}}\n" +
				"    authentication: {status: AUTHENTICATION_FAILED, error: {code: A}}\n",
		},
		{
			"with an expression, fields and headers", beforeAdding,
			Addition{Name: "new", Conditions: Conditions{PasswordMatches: "fail_(?P<code>[A-Z]+)", Fields: []string{"blz=280=1"}, Headers: []string{"X-Device=iPhone"}, Counters: []string{"wrong=3.."}}}, "rest",
			"- name: new\n    when: {password: {matches: 'fail_(?P<code>[A-Z]+)'}, fields: {blz: 280=1}, headers: {X-Device: iPhone}, counters: {wrong: 3..}}\n    authentication: AUTHENTICATED\n",
		},
		{
			"to an empty list", "banks: [{slug: A}]\nscenarios: [] # none yet\n", Addition{Name: "new", Password: "a", ImportTakes: "1s", ImportFailsAt: "40"}, "",
			"scenarios: # none yet\n  - name: new\n    when: {password: a}\n    authentication: AUTHENTICATED\n    import: {takes: 1s, stops_at: 40, outcome: FAILED_WITH_ERROR}\n",
		},
		{
			"to a file without a list", "banks: [{slug: A}]\n", Addition{Name: "new", Password: "a", Description: "x: y", Status: engine.RedirectRequired}, "",
			"\nscenarios:\n  - name: new\n    description: 'x: y'\n    when: {password: a}\n    authentication:\n      status: REDIRECT_REQUIRED\n      next:\n        - {redirect: approved, then: AUTHENTICATED}\n        - {redirect: declined, then: AUTHENTICATION_FAILED}\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(folderOf(t, map[string]string{"mockbank.yaml": c.text}), "mockbank.yaml")
			added, report, err := Add(t.Context(), file, file, c.addition, scenarios.Options{})
			if err != nil {
				t.Fatal(err, report)
			}
			if added.Before != c.before || !strings.Contains(added.Text, c.want) {
				t.Errorf("added before %q:\n%s\nwant before %q:\n%s", added.Before, added.Text, c.before, c.want)
			}
			if kept := strings.Count(added.Text, "#"); kept != strings.Count(c.text, "#") {
				t.Errorf("%d comments are left:\n%s", kept, added.Text)
			}
			if line := strings.Split(added.Text, "\n")[added.Line-1]; !strings.Contains(line, "- name: new") {
				t.Errorf("line %d is %q", added.Line, line)
			}
			now, err := os.ReadFile(file)
			if err != nil || string(now) != c.text {
				t.Error("the file itself was changed")
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"mockbank.yaml": strings.Replace(beforeAdding, "banks:", "include: [part.yaml]\nbanks:", 1),
		"part.yaml":     "scenarios:\n  - {name: part, when: {username: any, password: {prefix: p_}}, authentication: AUTHENTICATED}\n",
		"stranger.yaml": "scenarios: []\n",
		"broken.yaml":   "scenarios: [\n",
		"flow.yaml":     "{banks: [{slug: A}], scenarios: [{name: a, when: {password: a}, authentication: AUTHENTICATED}]}\n",
	}
	for _, c := range []struct {
		config, file string
		addition     Addition
		says         string
	}{
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "new"}, "a name and a password"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "new", Password: "one"}, `"one"`},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "one", Password: "new"}, "would have errors"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "new", Password: "p_1"}, "add the new one to that file"},
		{"mockbank.yaml", "stranger.yaml", Addition{Name: "new", Password: "new"}, "is no file of the configuration"},
		{"mockbank.yaml", "missing.yaml", Addition{Name: "new", Password: "new"}, "missing.yaml"},
		{"broken.yaml", "broken.yaml", Addition{Name: "new", Password: "new"}, "fix them first"},
		{"flow.yaml", "flow.yaml", Addition{Name: "new", Password: "new"}, "written in [ ]"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Conditions: Conditions{PasswordMatches: "x"}}, "not both"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Conditions: Conditions{Between: "23:30"}}, "FROM-TO"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Conditions: Conditions{Zone: "UTC"}}, "goes with a time"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Conditions: Conditions{Counters: []string{"wrong"}}}, "NAME=COUNT"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Conditions: Conditions{Switches: []string{"unknown"}}}, "would have errors"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Status: "DONE"}, "is no status"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Status: engine.TwoStepProcedureRequired}, "by hand"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Status: engine.ChallengeResponseRequired}, "needs an answer"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Answer: "1"}, "CHALLENGE_RESPONSE_REQUIRED"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", After: "1s"}, "step that waits"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", ErrorCode: "A"}, "an error code goes with"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", Status: engine.AuthenticationFailed, ImportFailsAt: "1"}, "nothing is imported"},
		{"mockbank.yaml", "mockbank.yaml", Addition{Name: "n", Password: "n", ImportFailsAt: "101"}, "would have errors"},
	} {
		folder := folderOf(t, files)
		_, _, err := Add(t.Context(), filepath.Join(folder, c.config), filepath.Join(folder, c.file), c.addition, scenarios.Options{})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: error %v, want one that says %q", c.addition, err, c.says)
		}
	}
}

// An included file is no configuration by itself, and can be added to all the same.
func TestAddToAnIncludedFile(t *testing.T) {
	t.Parallel()
	folder := folderOf(t, map[string]string{
		"mockbank.yaml": strings.Replace(beforeAdding, "banks:", "include: [part.yaml]\nbanks:", 1),
		"part.yaml":     "scenarios:\n  - {name: part, when: {password: part}, authentication: AUTHENTICATED}\n",
	})
	added, report, err := Add(t.Context(), filepath.Join(folder, "mockbank.yaml"), filepath.Join(folder, "part.yaml"),
		Addition{Name: "new", Password: "new", Status: engine.DecoupledAuthRequired, After: "2s"}, scenarios.Options{})
	if err != nil {
		t.Fatal(err, report)
	}
	if !strings.HasPrefix(added.Text, "scenarios:\n  - {name: part") || !strings.Contains(added.Text, "{after: 2s, then: AUTHENTICATED}") {
		t.Errorf("added:\n%s", added.Text)
	}
}
