package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// loadFiles loads files of these texts; the first is the main one.
func loadFiles(t *testing.T, names []string, texts map[string]string) (*Config, *Report) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(t.Context(), filepath.Join(folder, names[0]), Options{})
}

func scenarioNames(config *Config) []string {
	var names []string
	for _, scenario := range config.Rules.Scenarios {
		names = append(names, scenario.Name)
	}
	return names
}

// mustLoad loads a text that is to be accepted without a word.
func mustLoad(t *testing.T, text string) *Config {
	t.Helper()
	config, report := loadText(t, text)
	if config == nil || len(report.Diagnostics) > 0 {
		t.Fatalf("%v", report.Diagnostics)
	}
	return config
}

func TestForMakesOneForEachCombinationInPlace(t *testing.T) {
	t.Parallel()
	config := mustLoad(t, `
default_bank: Bank01
banks:
  - {slug: First}
  - {slug: "Bank${n}", name: "Number ${n}", for: {n: 01..03}}
  - {slug: Last}
scenarios:
  - {name: before, when: {password: before}, authentication: AUTHENTICATED}
  - name: ${code}-${percent}
    for: {code: [A_A, "B_B"], percent: [20, 60]}
    description: ${code} at ${percent}, and $${code}
    when: {password: "f-${code}-${percent}", headers: {X-Code: "${code}"}}
    authentication: {goto: "s-${code}"}
    steps:
      s-${code}: AUTHENTICATED
    import: {outcome: FAILED_WITH_ERROR, stops_at: "${percent}", error: {code: "${code}"}}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`)
	want := []string{"before", "A_A-20", "A_A-60", "B_B-20", "B_B-60", "all"}
	if got := scenarioNames(config); !slices.Equal(got, want) {
		t.Errorf("scenarios %v, want %v", got, want)
	}
	var slugs []string
	for _, bank := range config.Rules.Banks {
		slugs = append(slugs, bank.Slug+" "+bank.Name)
	}
	if got := strings.Join(slugs, ", "); got != "First First, Bank01 Number 01, Bank02 Number 02, Bank03 Number 03, Last Last" {
		t.Errorf("banks %s", got)
	}
	one := find(t, config, "B_B-60")
	if one.Description != "B_B at 60, and $${code}" || one.Flow.Steps[0].Name != "s-B_B" || one.Flow.Import.StopsAt.Number != 60 || one.Flow.Import.Error.Code != "B_B" {
		t.Errorf("%q, %q, %d, %q", one.Description, one.Flow.Steps[0].Name, one.Flow.Import.StopsAt.Number, one.Flow.Import.Error.Code)
	}
	if passwords, _ := one.When.Password.Literals(); !slices.Equal(passwords, []string{"f-B_B-60"}) {
		t.Errorf("password %v", passwords)
	}
}

func TestAValueStandsAsItIsWritten(t *testing.T) {
	t.Parallel()
	config := mustLoad(t, `
allow: [never-matches]
scenarios:
  - name: v-${v}
    for: {v: [any, 0123, no, 12]}
    when: {username: "${v}x", password: "${v}"}
    authentication: {status: AUTHENTICATED, respond: {body: {is: "${v}", in: "-${v}"}}}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`)
	if !find(t, config, "v-any").When.Password.MatchesAll() {
		t.Error("any is not any password")
	}
	if literals, _ := find(t, config, "v-0123").When.Password.Literals(); !slices.Equal(literals, []string{"0123"}) {
		t.Errorf("password %v", literals)
	}
	if body := string(*find(t, config, "v-12").Flow.Steps[0].Respond.Body); body != `{"is":12,"in":"-12"}` {
		t.Errorf("body %s", body)
	}
}

func TestTenThousandCombinationsAreTheMost(t *testing.T) {
	t.Parallel()
	text := "scenarios:\n  - {name: \"s-${a}-${b}\", for: {a: 1..100, b: 1..100}, when: {password: \"${a}-${b}\"}, authentication: AUTHENTICATED}\n  - {name: all, authentication: AUTHENTICATION_FAILED}\n"
	if got := len(mustLoad(t, text).Rules.Scenarios); got != 10_001 {
		t.Errorf("%d scenarios", got)
	}
	if _, report := loadText(t, strings.Replace(text, "1..100,", "1..101,", 1)); !has(report, CodeTooManyCombinations) || report.Errors() != 1 {
		t.Errorf("%v", report.Diagnostics)
	}
}

func TestManyForOfOneFileAreBounded(t *testing.T) {
	t.Parallel()
	one := "  - {name: \"%-${a}\", for: {a: 1..700}, when: {password: \"${a}\", username: [" + strings.Repeat("u,", 3000) + "]}, authentication: AUTHENTICATED}\n"
	var text strings.Builder
	text.WriteString("scenarios:\n" + strings.Replace(one, "%", "a", 1))
	if _, report := loadText(t, text.String()); !has(report, CodeTooManyCombinations) {
		t.Errorf("%d problems", len(report.Diagnostics))
	}
}

func TestSharedStepsAreOfAllFiles(t *testing.T) {
	t.Parallel()
	config, report := loadFiles(t, []string{"mockbank.yaml"}, map[string]string{
		"mockbank.yaml": `
include: [steps.yaml]
banks: [{slug: MockBank}]
scenarios:
  - {name: plain, when: {password: plain}, authentication: {goto: tan}}
  - name: own
    when: {password: own}
    authentication: {goto: tan}
    steps: {refused: {status: AUTHENTICATION_FAILED, error: OWN_CODE}}
  - name: code-${c}
    for: {c: [X_X, Y_Y]}
    when: {password: "${c}"}
    authentication: {goto: fails}
  - {name: captured, when: {password: {matches: 'c(?P<c>.*)'}}, authentication: {goto: fails}}
  - {name: alias, when: {password: alias}, authentication: {goto: other}, import: [{await: other}, {status: SUCCESS}]}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`,
		"steps.yaml": `
steps:
  tan:
    status: CHALLENGE_RESPONSE_REQUIRED
    next: [{challenge_response: "1", then: AUTHENTICATED}, {challenge_response: any, then: {goto: refused}}]
  refused: {status: AUTHENTICATION_FAILED, error: SHARED_CODE}
  fails: {status: AUTHENTICATION_FAILED, error: "${c}"}
  other: {goto: tan}
`})
	if config == nil || len(report.Diagnostics) > 0 {
		t.Fatal(report.Diagnostics)
	}
	for name, want := range map[string]string{"plain": "SHARED_CODE", "own": "OWN_CODE", "alias": "SHARED_CODE"} {
		if steps := find(t, config, name).Flow.Steps; steps[0].Name != "tan" || string(steps[2].Error.Code) != want {
			t.Errorf("%s: %s leads to %s", name, steps[0].Name, steps[2].Error.Code)
		}
	}
	for name, want := range map[string]string{"code-X_X": "X_X", "code-Y_Y": "Y_Y", "captured": "${c}"} {
		if got := string(find(t, config, name).Flow.Steps[0].Error.Code); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if point := find(t, config, "alias").Flow.Import.Points[0]; point.Await == nil || *point.Await != 0 {
		t.Errorf("awaits %v", point.Await)
	}
}

func TestAnUpdateIsPointsOrCases(t *testing.T) {
	t.Parallel()
	config := mustLoad(t, `
scenarios:
  - {name: points, when: {password: p}, authentication: AUTHENTICATED, update: [{after: 1s, progress: 40}, {after: 1s, status: SUCCESS}]}
  - {name: cases, when: {password: c}, authentication: AUTHENTICATED, update: [{older_than: 90d, import: [{status: FAILED_WITH_ERROR}]}, {takes: 3s}]}
  - {name: only, when: {password: o}, authentication: AUTHENTICATED, update: [{takes: 3s}]}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`)
	for name, want := range map[string][2]int{"points": {1, 2}, "cases": {2, 1}, "only": {1, 0}} {
		if cases := find(t, config, name).Flow.Update; len(cases) != want[0] || len(cases[0].Import.Points) != want[1] {
			t.Errorf("%s: %+v", name, cases)
		}
	}
}

func TestKeysOfNobodyAreNobodys(t *testing.T) {
	t.Parallel()
	config := mustLoad(t, `
x-anchors: [&failed {status: AUTHENTICATION_FAILED, x-note: {a: b}}, anything]
steps: {x-what: nothing}
banks: [{slug: MockBank, x-color: blue}]
scenarios:
  - {name: header, x-owner: me, when: {headers: {x-device: phone}}, authentication: *failed}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`)
	if headers := find(t, config, "header").When.Headers; len(headers) != 1 {
		t.Errorf("headers %v", headers)
	}
}

func TestAllowSilencesWarnings(t *testing.T) {
	t.Parallel()
	const text = `
scenarios:
  - {name: waits, when: {password: w}, authentication: DECOUPLED_AUTH_REQUIRED}
  - {name: waits too, when: {password: v}, authentication: REDIRECT_REQUIRED}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`
	for _, one := range []struct {
		allow string
		left  int
	}{{"", 2}, {"scenario", 1}, {"file", 0}} {
		text := text
		switch one.allow {
		case "scenario":
			text = strings.Replace(text, "{name: waits,", "{name: waits, allow: waits-for-ever,", 1)
		case "file":
			text = "allow: [waits-for-ever]\n" + text
		}
		if _, report := loadText(t, text); len(report.Diagnostics) != one.left || report.Warnings() != one.left {
			t.Errorf("allowed by %q: %v", one.allow, report.Diagnostics)
		}
	}
}
func TestWhatIsSaidOnceLoadsWithoutAWord(t *testing.T) {
	t.Parallel()
	config, report := Load(t.Context(), "testdata/good/said-once.yaml", Options{})
	if config == nil || len(report.Diagnostics) > 0 {
		t.Fatal(textOf(t, report))
	}
	if got := len(config.Rules.Scenarios); got != 11 {
		t.Errorf("%d scenarios", got)
	}
}
