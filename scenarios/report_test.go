package scenarios

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestReportForMachines(t *testing.T) {
	t.Parallel()
	_, report := Load(t.Context(), "testdata/bad/many-at-once.yaml", Options{})
	var asJSON, forGitHub strings.Builder
	if err := report.WriteJSON(&asJSON); err != nil {
		t.Fatal(err)
	}
	var decoded struct {
		Errors   int
		Problems []Diagnostic
	}
	if err := json.Unmarshal([]byte(asJSON.String()), &decoded); err != nil {
		t.Fatal(err)
	}
	if decoded.Errors != report.Errors() || len(decoded.Problems) != len(report.Diagnostics) || decoded.Problems[0] != report.Diagnostics[0] {
		t.Errorf("decoded %+v", decoded)
	}
	if err := report.WriteGitHub(&forGitHub); err != nil {
		t.Fatal(err)
	}
	want := `::error file=testdata/bad/many-at-once.yaml,line=4,col=24,endColumn=31,title=unknown-key::when has no key "pasword"%0Adid you mean "password"?`
	if first, _, _ := strings.Cut(forGitHub.String(), "\n"); first != want {
		t.Errorf("got  %s\nwant %s", first, want)
	}
}

func TestAReportWithoutProblemsIsEmptyButValid(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	report := &Report{}
	if err := report.WriteJSON(&b); err != nil || !strings.Contains(b.String(), `"problems": []`) {
		t.Errorf("%s, %v", b.String(), err)
	}
	if textOf(t, report) != "" {
		t.Error("the text is not empty")
	}
}

func TestSecretsAreBlottedOut(t *testing.T) {
	t.Parallel()
	text := "server:\n  admin_token: hunter2 oops: x\n"
	for name, text := range map[string]string{
		"a syntax error on the line": text,
		"a wrong form":               "server: {admin_token: [hunter2]}\nscenarios: []\n",
		"a list":                     "server:\n  tokens:\n    - first\n    - {hunter2: x}\nscenarios: []\n",
		"an address":                 "server: {database: \"postgres://me:hunter2@host/db\", lisen: x}\nscenarios: []\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, report := loadText(t, text)
			if got := textOf(t, report); strings.Contains(got, "hunter2") || !strings.Contains(got, "*******") {
				t.Errorf("the report is\n%s", got)
			}
		})
	}
}

func TestTerminalsAreNotTakenOver(t *testing.T) {
	t.Parallel()
	_, report := loadText(t, "scenarios:\n  - {name: \"a\\e[2Jb\", authentication: AUTHENTICATED, \"k\\u202Ey\": 1}\n")
	if got := textOf(t, report); strings.ContainsAny(got, "\x1b\u202e") {
		t.Errorf("%q", got)
	}
	var coloured strings.Builder
	if err := report.WriteText(&coloured, true); err != nil || !strings.Contains(coloured.String(), colours.red) {
		t.Error("no colours")
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"password", "username", "bank", "headers"}
	for word, want := range map[string]string{
		"pasword": "password", "passwrod": "password", "PASSWORD": "password", "user": "username", "bnak": "bank", "x": "", "something": "", "": "",
	} {
		if got := nearest(word, words); got != want {
			t.Errorf("nearest to %q: %q, want %q", word, got, want)
		}
	}
}
