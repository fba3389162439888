package reload

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

func TestFilesAreWatched(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	save := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	save("a_test.yaml", "tests: [{name: one, steps: [connect]}]")
	loaded := make(chan string)
	ended := make(chan error)
	go func() {
		ended <- WatchFiles(t.Context(), func() []*scenarios.Report {
			names, err := filepath.Glob(filepath.Join(folder, "*_test.yaml"))
			if err != nil {
				t.Error(err)
			}
			files, report := scenarios.LoadTests(t.Context(), names)
			said := ""
			for _, file := range files {
				said += file.Tests[0].Name + " "
			}
			select {
			case loaded <- said:
			case <-t.Context().Done():
			}
			return []*scenarios.Report{report}
		})
	}()
	expect := func(want string) {
		t.Helper()
		deadline := time.After(20 * time.Second)
		for {
			select {
			case got := <-loaded:
				if got == want {
					return
				}
			case <-deadline:
				t.Fatalf("%q was not loaded", want)
			}
		}
	}
	expect("one ")
	save("a_test.yaml", "tests: [{name: two, steps: [connect]}]")
	expect("two ")
	save("b_test.yaml", "tests: [{name: three, steps: [connect]}]")
	expect("two three ")
	t.Cleanup(func() { // the test's context has ended by then
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
