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

// BenchmarkReloadOneOf100Files saves one of 100 files with 10,000 scenarios, of which one changes, and loads with a cache.
func BenchmarkReloadOneOf100Files(b *testing.B) {
	folder := largeFolder(b)
	benchmarkReload(b, folder, filepath.Join(folder, "part-050.yaml"))
}

// BenchmarkReloadOneFile saves one file that holds 10,000 scenarios, of which one changes, and loads with a cache.
func BenchmarkReloadOneFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "mockbank.yaml")
	var text strings.Builder
	text.WriteString("version: 1\nbanks: [{slug: MockBank}]\ndefaults:\n  when: {username: tester}\nscenarios:\n")
	for i := range 10_000 {
		text.WriteString(largeScenario(i))
	}
	text.WriteString("  - {name: rest, when: {username: any}, authentication: {status: AUTHENTICATION_FAILED, error: INVALID_CREDENTIALS}}\n")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	benchmarkReload(b, path, path)
}

func benchmarkReload(b *testing.B, path, saved string) {
	b.Helper()
	content, err := os.ReadFile(saved)
	if err != nil {
		b.Fatal(err)
	}
	cache, number := NewCache(), 0
	load := func() {
		if config, report := Load(b.Context(), path, Options{Cache: cache}); config == nil || len(report.Diagnostics) > 0 {
			b.Fatal(report.Diagnostics[0])
		}
	}
	load()
	b.ReportAllocs()
	for b.Loop() {
		number++
		text := strings.Replace(string(content), "scenarios:\n",
			fmt.Sprintf("scenarios:\n  - {name: new, when: {password: new-%d}, authentication: AUTHENTICATED}\n", number), 1)
		if err := os.WriteFile(saved, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		load()
	}
}

// BenchmarkLoadForReuse is BenchmarkLoad with a cache that holds nothing yet.
func BenchmarkLoadForReuse(b *testing.B) {
	folder := largeFolder(b)
	b.ReportAllocs()
	for b.Loop() {
		if config, report := Load(b.Context(), folder, Options{Cache: NewCache()}); config == nil || len(report.Diagnostics) > 0 {
			b.Fatal(report.Diagnostics[0])
		}
	}
}
