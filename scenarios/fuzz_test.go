package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzLoad feeds the loader with mutations of real files: it must neither panic nor hang, nor speak
// in words that are not its own. Goroutines make its coverage vary, so let it not minimise for long:
//
//	go test ./scenarios -run '^$' -fuzz FuzzLoad -fuzzminimizetime 5x
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"../mockbank.yaml", "testdata/good/*.yaml", "testdata/bad/*.yaml", "errors.yaml", "catalogue/*.yaml", "scenariotest/testdata/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "mockbank.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		config, report := Load(t.Context(), path, Options{})
		if took := time.Since(start); took > time.Minute {
			t.Fatalf("it took %s", took)
		}
		if (config == nil) != report.HasErrors() {
			t.Fatalf("loaded %t with %d errors", config != nil, report.Errors())
		}
		for _, d := range report.Diagnostics {
			if d.Severity == "" || d.Message == "" || d.File == "" {
				t.Fatalf("an incomplete problem: %+v", d)
			}
		}
		if found := foreign.FindString(withoutSources(report)); found != "" && !strings.Contains(text, found) {
			t.Fatalf("the report speaks of %q", found)
		}
	})
}

// withoutSources is a report's text without the lines of the file.
func withoutSources(report *Report) string {
	var b strings.Builder
	for _, d := range report.Diagnostics {
		b.WriteString(d.Message + "\n" + d.Hint + "\n")
	}
	return b.String()
}
