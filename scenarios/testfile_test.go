package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMistakesInTestsAreReportedAllAtOnce(t *testing.T) {
	t.Parallel()
	_, report := LoadTests(t.Context(), []string{"testdata/tests/bad_test.yaml"})
	got, golden := textOf(t, report), "testdata/tests/bad.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || string(want) != got {
		t.Errorf("%s differs (%v); got\n%s", golden, err, got)
	}
}

// loadTestText reads a text as a file of tests.
func loadTestText(t *testing.T, text string) (*TestFile, *Report) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "some_test.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	files, report := LoadTests(t.Context(), []string{name, name})
	if len(files) != 1 {
		return nil, report
	}
	return files[0], report
}

func TestFilesThatCannotBeTests(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]Code{
		"":                         CodeEmptyFile,
		"tests: [":                 CodeSyntax,
		"scenarios: []":            CodeUnknownKey,
		"version: 2\ntests: []":    CodeBadVersion,
		"tests: {name: x}":         CodeWrongType,
		"tests: []\n---\ntests: 1": CodeTwoDocuments,
		"tests: [{name: \"a\\nb\", steps: [connect]}]": CodeBadName,
	} {
		if _, report := loadTestText(t, text); !has(report, code) {
			t.Errorf("%q is reported as %v, want %s", text, report.Diagnostics, code)
		}
	}
	if _, report := LoadTests(t.Context(), []string{"testdata/none_test.yaml"}); !has(report, CodeFileNotFound) {
		t.Errorf("a file that is not there is reported as %v", report.Diagnostics)
	}
}

// Who names the configuration in place of its tests is told once, and how.
func TestAConfigurationIsNoFileOfTests(t *testing.T) {
	t.Parallel()
	_, report := LoadTests(t.Context(), []string{"../mockbank.yaml"})
	if len(report.Diagnostics) != 1 || !strings.Contains(report.Diagnostics[0].Hint, "mockbank test --config ../mockbank.yaml") {
		t.Errorf("it is reported as %v", report.Diagnostics)
	}
}

func TestWaysToWriteAStep(t *testing.T) {
	t.Parallel()
	file, report := loadTestText(t, `tests:
  - name: all
    steps:
      - approve
      - approve:
      - approve: {}
      - approve: true
      - approval: approved
      - {decline: {}, times: 3}
      - wait: 1m
      - advance: 1m
      - expect: {status: any}
      - redirect: declined
      - challenge_response: 0123
`)
	if report.HasErrors() {
		t.Fatal(report.Diagnostics)
	}
	type step struct {
		action TestAction
		value  string
		wait   time.Duration
		times  int
	}
	var got []step
	for i := range file.Tests[0].Steps {
		s := &file.Tests[0].Steps[i]
		got = append(got, step{s.Action(), s.Value(), s.Waits().Length, s.Repetitions()})
	}
	approve, wait := step{TestApproval, "approved", 0, 1}, step{TestWaits, "", time.Minute, 1}
	want := []step{
		approve, approve, approve, approve, approve, {TestApproval, "declined", 0, 3}, wait, wait,
		{TestLook, "", 0, 1}, {TestRedirect, "declined", 0, 1}, {TestChallengeResponse, "0123", 0, 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestExpectationsInWords(t *testing.T) {
	t.Parallel()
	file, report := loadTestText(t, `tests:
  - name: all
    steps:
      - expect:
          status: "AUTHENTICATED"
          error: {code: no, retryable: false, message: "null", actor: null}
          import_message: {prefix: a, ignore_case: true}
          import_progress: 3..
          warnings: [A, {code: B}]
          finished_at: {between: [1s, 2m]}
          scenario: "any"
          redirect_url: any
          bank_slug: ""
`)
	if report.HasErrors() {
		t.Fatal(report.Diagnostics)
	}
	var got []string
	var list func(prefix string, fields []ExpectedField)
	list = func(prefix string, fields []ExpectedField) {
		for i := range fields {
			got = append(got, prefix+fields[i].Name+" "+fields[i].String())
			list(prefix+fields[i].Name+".", fields[i].Fields)
		}
	}
	list("", file.Tests[0].Steps[0].Expect.Fields)
	want := `status AUTHENTICATED
error {…}
error.code no
error.retryable false
error.message null
error.actor null
import_message starting with "a" (ignoring case)
import_progress 3..
warnings 2 items
finished_at 1s to 2m
scenario any
redirect_url any
bank_slug ""`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestLoginsTakeWhatTheyLackFromDefaults(t *testing.T) {
	t.Parallel()
	defaults := &TestLogin{Bank: "B", Username: "u", Headers: map[string]string{"A": "1", "B": "1"}}
	got := TestLogin{Username: "own", Headers: map[string]string{"B": "2"}}.Over(defaults)
	if got.Bank != "B" || got.Username != "own" || got.Headers["A"] != "1" || got.Headers["B"] != "2" {
		t.Errorf("%+v", got)
	}
	if got := (TestLogin{Username: "own"}).Over(nil); got.Username != "own" {
		t.Errorf("%+v", got)
	}
}

func TestTestsThatBelongToAConfiguration(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	const configuration = "banks: [{slug: B}]\nscenarios: [{name: a, authentication: AUTHENTICATED}]\n"
	for name, text := range map[string]string{
		"main.yaml":          "include: [more]\n" + configuration,
		"main_test.yaml":     "tests: []",
		"extra_test.yml":     "tests: []",
		"other.yaml":         configuration,
		"other_test.yaml":    "tests: []",
		".hidden_test.yaml":  "tests: []",
		"more/one.yaml":      "scenarios: [{name: b, when: {password: b}, authentication: AUTHENTICATED}]\n",
		"more/two_test.yaml": "tests: []",
		"away/far_test.yaml": "tests: []",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config, report := Load(t.Context(), filepath.Join(folder, "main.yaml"), Options{})
	if config == nil {
		t.Fatal(report.Diagnostics)
	}
	names, err := config.TestFiles()
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i] = strings.TrimPrefix(filepath.ToSlash(names[i]), filepath.ToSlash(folder)+"/")
	}
	slices.Sort(names)
	if want := []string{"extra_test.yml", "main_test.yaml", "more/two_test.yaml"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}
