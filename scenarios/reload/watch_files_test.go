package reload

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
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
		said := ""
		ended <- WatchFiles(t.Context(), func() []*scenarios.Report {
			names, err := filepath.Glob(filepath.Join(folder, "*_test.yaml"))
			if err != nil {
				t.Error(err)
			}
			files, report := scenarios.LoadTests(t.Context(), names)
			said = ""
			for _, file := range files {
				said += file.Tests[0].Name + " "
			}
			return []*scenarios.Report{report}
		}, func() {
			select {
			case loaded <- said:
			case <-t.Context().Done():
			}
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

// What is saved after the files were read and before they are watched is played all the same, also where
// its size and time are those of what was read.
func TestASaveBeforeTheWatchingBeginsIsSeen(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a_test.yaml")
	save := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	save("tests: [{name: one, steps: [connect]}]")
	ctx, cancel := context.WithCancel(t.Context())
	var read, played []string
	err := WatchFiles(ctx, func() []*scenarios.Report {
		files, report := scenarios.LoadTests(t.Context(), []string{name})
		if read = append(read, files[0].Tests[0].Name); len(read) == 1 {
			before, err := os.Stat(name)
			if err != nil {
				t.Error(err)
			}
			save("tests: [{name: two, steps: [connect]}]")
			if err := os.Chtimes(name, before.ModTime(), before.ModTime()); err != nil {
				t.Error(err)
			}
		}
		return []*scenarios.Report{report}
	}, func() {
		played = append(played, read[len(read)-1])
		cancel()
	})
	if err != nil || len(played) != 1 || played[0] != "two" {
		t.Errorf("played %v, %v", played, err)
	}
}

func TestFilesThatCannotBeWatched(t *testing.T) {
	t.Parallel()
	f := &fileWatch{watch: newWatch(), read: func() []*scenarios.Report {
		_, report := scenarios.LoadTests(t.Context(), []string{filepath.Join(t.TempDir(), "a_test.yaml")})
		return []*scenarios.Report{report}
	}, run: func() { t.Error("it ran") }}
	f.open = func() (watcher, error) { return nil, syscall.EMFILE }
	f.again()
	if err := f.failure(); !errors.Is(err, syscall.EMFILE) || !strings.Contains(err.Error(), "max_user_instances") {
		t.Errorf("error %v", err)
	}
}
