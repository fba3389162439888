package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What other tools write around and inside one document, and what YAML 1.2 allows, is taken.
func TestFilesOfOtherTools(t *testing.T) {
	t.Parallel()
	const body = "banks: [{slug: MockBank}]\nscenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"
	for name, text := range map[string]string{
		"a version":             "%YAML 1.2\n---\n" + body,
		"a version after words": "# made by yq\n%YAML 1.2\n--- # begins\n" + body + "...\n",
		"version 1.1":           "%YAML 1.1\n---\n" + body,
		"a handle of tags":      "%TAG ! tag:example.com,2000:\n---\n" + body,
		"an end":                "---\n" + body + "...\n",
		"an end, and no more":   body + "---\n",
		"an empty document":     body + "---\n# nothing\n",
		"windows":               strings.ReplaceAll("%YAML 1.2\n---\n"+body, "\n", "\r\n"),
		"a byte order mark":     "\ufeff---\n" + body,
		"a tagged merge":        "x-a: &a {authentication: AUTHENTICATED}\nbanks: [{slug: MockBank}]\nscenarios: [{!!merge <<: *a, name: all}]\n",
		"tags of the core":      "banks: !!seq [{slug: !!str MockBank}]\nscenarios:\n  - !!map {name: !<tag:yaml.org,2002:str> all, authentication: AUTHENTICATED}\n",
		"keys with a sign":      "? banks\n: [{slug: MockBank}]\n? scenarios\n: - {? name : all, authentication: AUTHENTICATED}\n",
		"keys in quotes":        `{"banks": [{"slug": "MockBank"}], "scenarios": [{"name":"all","authentication":"AUTHENTICATED"}]}`,
		"a question":            body + "x-q: {a: Which?, b: [Is it?, http://x/?a=b, ?x], c: 'a?', d: \"?\", e: what ? ever} # really?\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "mockbank.yaml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if config, report := Load(t.Context(), path, Options{}); config == nil || len(report.Diagnostics) > 0 {
				t.Errorf("%s\n%s", text, textOf(t, report))
			}
		})
	}
}

func TestQuestionMarksAreLettersInBraces(t *testing.T) {
	t.Parallel()
	config := mustLoad(t, `
scenarios:
  - name: all
    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {message: Which device?, answer_field_label: "Device?"}, next: [{challenge_response: [yes?, a?b], then: AUTHENTICATED}]}
`)
	step := find(t, config, "all").Flow.Steps[0]
	literals, _ := step.Next[0].Event.Value.Literals()
	if step.Challenge.Message.Default != "Which device?" || strings.Join(literals, " ") != "yes? a?b" {
		t.Errorf("%q, %q", step.Challenge.Message, literals)
	}
}

// A file that can be read has no mistake for the scan to find.
func TestTheScanFindsNothingInGoodFiles(t *testing.T) {
	t.Parallel()
	var names []string
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/good/parts/*.yaml", "catalogue/*.yaml", "../mockbank*.yaml", "../examples/*/*.yaml", "edit/testdata/*/*", "../deploy/*/*.yaml", "starter*.yaml", "errors.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	if len(names) < 20 {
		t.Errorf("only %d files", len(names))
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		if _, err := ParseNode(string(text)); err != nil {
			continue
		}
		if found := firstMistake(string(text)); found != nil {
			t.Errorf("%s:%d:%d: %s", name, found.line, found.column, found.message)
		}
	}
}
