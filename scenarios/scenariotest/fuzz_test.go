package scenariotest

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// FuzzRun plays mutations of real configurations by mutations of their tests: whatever loads is played to its end, or up to
// where it is called off, without a panic, a hang, or memory without bounds.
//
//	go test ./scenarios/scenariotest -run '^$' -fuzz FuzzRun -fuzzminimizetime 5x
func FuzzRun(f *testing.F) {
	for _, pattern := range []string{"testdata/*_test.yaml", "../catalogue/*_test.yaml", "../../mockbank_test.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			tests, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			config, err := os.ReadFile(strings.TrimSuffix(strings.TrimSuffix(file, "_test.yaml"), "_failing") + ".yaml")
			if err != nil {
				continue
			}
			if strings.Contains(file, "catalogue") {
				config = append([]byte("banks: [{slug: MockBank}]\n"), config...)
			}
			f.Add(string(config), string(tests))
		}
	}
	f.Fuzz(func(t *testing.T, config, tests string) {
		folder := t.TempDir()
		path, testPath := filepath.Join(folder, "mockbank.yaml"), filepath.Join(folder, "a_test.yaml")
		for name, text := range map[string]string{path: config, testPath: tests} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		loaded, _ := scenarios.Load(t.Context(), path, scenarios.Options{})
		files, read := scenarios.LoadTests(t.Context(), []string{testPath})
		if loaded == nil || read.HasErrors() {
			return
		}
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
		defer stop()
		start := time.Now()
		report := (&Suite{Rules: loaded.Rules, Files: files, Parallel: 1}).Run(ctx)
		if took := time.Since(start); took > time.Minute {
			t.Fatalf("it goes on for %s after it was called off", took)
		}
		for _, result := range report.Results {
			if result.Name == "" {
				t.Fatalf("a result without a name: %+v", result)
			}
		}
		var memory runtime.MemStats
		if runtime.ReadMemStats(&memory); memory.HeapAlloc > 1<<30 {
			t.Fatalf("%d MB are in use", memory.HeapAlloc>>20)
		}
	})
}
