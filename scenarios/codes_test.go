package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// loadText loads a text as the main file of a configuration with one bank.
func loadText(t *testing.T, text string) (*Config, *Report) {
	t.Helper()
	if !strings.Contains(text, "banks:") && strings.Contains(text, "scenarios:") {
		text += "banks: [{slug: MockBank}]\n"
	}
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(t.Context(), path, Options{})
}

func has(report *Report, code Code) bool {
	return slices.ContainsFunc(report.Diagnostics, func(d Diagnostic) bool { return d.Code == code })
}

func TestEachCodesExampleShowsItAndItsFixDoesNot(t *testing.T) {
	t.Parallel()
	for _, info := range Codes() {
		if strings.HasPrefix(info.Bad, "$ ") {
			continue
		}
		t.Run(string(info.Code), func(t *testing.T) {
			t.Parallel()
			if config, report := loadText(t, info.Bad); !has(report, info.Code) || (config == nil) != (info.Severity == SeverityError) {
				t.Errorf("the bad example is reported as %v", report.Diagnostics)
			}
			if _, report := loadText(t, info.Fixed); has(report, info.Code) || report.HasErrors() {
				t.Errorf("the mended example is reported as %v", report.Diagnostics)
			}
		})
	}
}

func TestEachCodeIsExplainedOnce(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("code.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[Code]bool)
	for _, info := range Codes() {
		if seen[info.Code] || info.Summary == "" || info.Explanation == "" || info.Bad == "" || info.Fixed == "" {
			t.Errorf("%s is explained twice or in part", info.Code)
		}
		seen[info.Code] = true
	}
	if declared := strings.Count(string(source), ` Code = "`); declared != len(seen) {
		t.Errorf("%d codes are declared and %d explained", declared, len(seen))
	}
}

const diagnosticsPage = "../docs/diagnostics.md"

func TestDiagnosticsPageAgrees(t *testing.T) {
	t.Parallel()
	want := diagnosticsText()
	if *update {
		if err := os.MkdirAll(filepath.Dir(diagnosticsPage), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(diagnosticsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(diagnosticsPage)
	if err != nil || string(got) != want {
		t.Errorf("%s differs from the table of codes (%v): go test ./scenarios -update", diagnosticsPage, err)
	}
}

// diagnosticsText writes the page that explains every code.
func diagnosticsText() string {
	var b strings.Builder
	b.WriteString(`# What mockbank says about a configuration

mockbank tells all problems of all files at once, in the terminal, in the log, in the admin API and in
the console: the place, the kind of problem, the line, and what to do.

` + "```" + `
mockbank.yaml:12:24: error unknown-status: "AUTHENTICATE" is no status
    12 |     authentication: AUTHENTICATE
       |                     ^^^^^^^^^^^^
       = hint: did you mean "AUTHENTICATED"?
` + "```" + `

An **error** refuses the configuration: at the start mockbank exits, while it runs the last good
configuration stays live. A **warning** does not: the configuration is loaded, and probably not what
you meant. ` + "`mockbank validate FILE`" + ` prints the same report without starting anything.

This page is made from the table in the program (` + "`go test ./scenarios -update`" + `).

| code | | |
|---|---|---|
`)
	for _, info := range Codes() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", info.Code, info.Code, info.Severity, info.Summary)
	}
	for _, info := range Codes() {
		fmt.Fprintf(&b, "\n## %s\n\n%s: %s.\n\n%s\n\n%s\nMended:\n\n%s", info.Code,
			strings.ToUpper(string(info.Severity[0]))+string(info.Severity[1:]), info.Summary, info.Explanation, fenced(info.Bad), fenced(info.Fixed))
	}
	return b.String()
}

func fenced(example string) string {
	language := "yaml"
	if strings.HasPrefix(example, "$ ") {
		language = "console"
	}
	return fmt.Sprintf("```%s\n%s\n```\n", language, strings.TrimRight(example, "\n"))
}
