package scenarios

import (
	"encoding/json"
	"errors"
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
	for name, text := range map[string]string{
		"a syntax error on the line":  "server:\n  admin_token: hunter2 oops: x\n",
		"a wrong form":                "server: {admin_token: [hunter2]}\n",
		"a list":                      "server:\n  tokens:\n    - first\n    - {hunter2: x}\n",
		"a list, at its key's column": "server:\n  tokens:\n  - first\n  - {hunter2: x}\n",
		"a list in brackets":          "server:\n  tokens: [first,\n    {hunter2: x}]\n",
		"a list in brackets, flat":    "server: {tokens: [\n first,\n {hunter2: x}\n ]}\n",
		"a text of several lines":     "server:\n  admin_token: |\n    hunter2\n   oops\n",
		"a text in quotes":            "server:\n  admin_token: \"first\n    hunter2\" oops\n",
		"a mapping":                   "server:\n  admin_token:\n    hunter2: x\n",
		"an address":                  "server: {database: \"postgres://me:hunter2@host/db\", lisen: x}\n",
		"an address with two @":       "server: {database: \"postgres://me:p@hunter2@host/db\", lisen: x}\n",
		"an address without a scheme": "server: {database: \"me:hunter2@host/db\", lisen: x}\n",
		"words of libpq":              "server: {database: \"host=a user=b password=hunter2\", lisen: x}\n",
		"a query":                     "webhooks: [{name: a, url: \"https://app.test/hook?key=hunter2\", ur: x}]\n",
		"a token before a host":       "webhooks: [{name: a, url: \"https://hunter2@app.test/hook\", ur: x}]\n",
		"a webhook's secret":          "webhooks: [{name: a, secrt: hunter2}]\n",
		"a misspelt key":              "server:\n  admin_tokn: hunter2\n",
		"a misspelt key in quotes":    "server:\n  \"admin_tokn\": hunter2\n",
		"another spelling":            "server:\n  adminToken: hunter2\n",
		"a hyphen":                    "server:\n  admin-token: hunter2\n",
		"a misspelt list":             "server:\n  tokesn:\n    - hunter2\n    - hunter2: [\n",
		"swapped letters":             "server: {tokne: hunter2}\n",
		"a key nobody knows":          "server: {api_key: hunter2, apiKey: hunter2}\n",
		"the second one on a line":    "server: {lisen: x, admin_token: hunter2}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, report := loadText(t, text+"scenarios: [{name: all, authentication: AUTHENTICATED}]\n")
			var github, machine strings.Builder
			if err := errors.Join(report.WriteGitHub(&github), report.WriteJSON(&machine)); err != nil {
				t.Fatal(err)
			}
			got := textOf(t, report)
			if all := got + github.String() + machine.String(); !report.HasErrors() || strings.Contains(sources(report), "hunter2") ||
				strings.Contains(all, ": hunter2") || strings.Contains(all, "hunter2@") {
				t.Errorf("the report is\n%s", all)
			}
		})
	}
}

// sources are the lines that a report shows.
func sources(report *Report) string {
	var lines []string
	for _, one := range report.Diagnostics {
		lines = append(lines, one.Source)
	}
	return strings.Join(lines, "\n")
}

// What is no secret is shown: a report without its lines helps nobody.
func TestWhatIsNoSecretIsShown(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"  - {name: all, when: {password: hunter2}, authentication: AUTHENTICATED}", "    takes: 3s", "  select: x", "  listen: 127.0.0.1:8080",
		"  public_url: https://bank.test/a", "  step: 1", "  - {status: CHALLENGE_RESPONSE_REQUIRED, steps: {ask: 1}}",
		"  database: mockbank.db", "  message: \"a: b\"", "  redirect_hosts: [app.test, \"*.app.test:3000\"]", "  - challenge_response: \"1\"",
	} {
		if got := redact(line); got != line {
			t.Errorf("%q is shown as %q", line, got)
		}
	}
	file := &source{text: "server:\n  tokens:\n    - first\n  listen: here\nscenarios:\n  - name: all\n"}
	for number, want := range map[int]string{3: "    - *****", 4: "  listen: here", 6: "  - name: all"} {
		if got := file.shown(number); got != want {
			t.Errorf("line %d is shown as %q, want %q", number, got, want)
		}
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
