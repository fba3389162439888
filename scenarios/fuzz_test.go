package scenarios

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzLoad feeds the loader with mutations of real files: it must neither panic nor hang, nor speak
// in words that are not its own.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"../mockbank.yaml", "testdata/good/*.yaml", "testdata/bad/*.yaml", "errors.yaml"} {
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
		config, report := Load(t.Context(), path, Options{})
		if (config == nil) != report.HasErrors() {
			t.Fatalf("loaded %t with %d errors", config != nil, report.Errors())
		}
		for _, d := range report.Diagnostics {
			if d.Severity == "" || d.Message == "" || d.File == "" {
				t.Fatalf("an incomplete problem: %+v", d)
			}
		}
		_ = textOf(t, report)
	})
}
