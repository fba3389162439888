package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// largeFolder writes 10,000 scenarios of several kinds into 100 files.
func largeFolder(b *testing.B) string {
	b.Helper()
	folder := b.TempDir()
	for file := range 100 {
		var text strings.Builder
		text.WriteString("version: 1\ndefaults:\n  when: {bank: MockBank, username: tester}\nscenarios:\n")
		for i := range 100 {
			text.WriteString(largeScenario(file*100 + i))
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("part-%03d.yaml", file)), []byte(text.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	main := "version: 1\nbanks: [{slug: MockBank}]\nscenarios: [{name: rest, authentication: {status: AUTHENTICATION_FAILED, error: INVALID_CREDENTIALS}}]\n"
	if err := os.WriteFile(filepath.Join(folder, "mockbank.yaml"), []byte(main), 0o600); err != nil {
		b.Fatal(err)
	}
	return folder
}

func largeScenario(i int) string {
	switch i % 4 {
	case 0:
		return fmt.Sprintf("  - {name: case-%d, when: {password: password-%d}, authentication: AUTHENTICATED}\n", i, i)
	case 1:
		return fmt.Sprintf("  - name: case-%d\n    when: {password: password-%d}\n    authentication:\n      status: DECOUPLED_AUTH_REQUIRED\n      next: [{after: 2s, then: AUTHENTICATED}]\n", i, i)
	case 2:
		return fmt.Sprintf("  - name: case-%d\n    when: {password: password-%d}\n    authentication: AUTHENTICATED\n    import: {takes: 2s, stops_at: 60, outcome: FAILED_WITH_ERROR, error: {code: BANK_SERVER_REJECTION}}\n", i, i)
	default:
		return fmt.Sprintf(`  - name: case-%d
    description: A challenge
    when: {password: password-%d}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Enter the TAN, answer_field_label: TAN}
      next:
        - {challenge_response: "123456", then: AUTHENTICATED}
        - {challenge_response: any, then: {status: AUTHENTICATION_FAILED, error: {code: INVALID_CHALLENGE_RESPONSE}}}
`, i, i)
	}
}

// BenchmarkLoad loads, checks and compiles 10,000 scenarios in 100 files. The goal is three times
// what BenchmarkParseAlone takes in the same run.
func BenchmarkLoad(b *testing.B) {
	folder := largeFolder(b)
	b.ReportAllocs()
	for b.Loop() {
		if config, report := Load(b.Context(), folder, Options{}); config == nil || len(report.Diagnostics) > 0 {
			b.Fatal(report.Diagnostics[0])
		}
	}
}

// BenchmarkParseAlone reads the same files and has yaml.v3 parse them into nodes, and nothing else.
func BenchmarkParseAlone(b *testing.B) {
	folder := largeFolder(b)
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			var node yaml.Node
			if err := yaml.Unmarshal(text, &node); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkLoadDefault loads the default configuration.
func BenchmarkLoadDefault(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if config, _ := Load(b.Context(), "../mockbank.yaml", Options{}); config == nil {
			b.Fatal("refused")
		}
	}
}
