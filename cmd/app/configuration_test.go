package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// written is a log that several goroutines write.
type written struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) since(mark int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()[mark:]
}

func scenariosNamed(passwords ...string) string {
	text := "version: 1\nserver: {listen: \"127.0.0.1:0\", database: \":memory:\"}\nbanks: [{slug: MockBank}]\nscenarios:\n"
	for _, p := range passwords {
		name, outcome, _ := strings.Cut(p, "=")
		if outcome == "" {
			outcome = "AUTHENTICATED"
		}
		text += "  - {name: " + name + ", when: {username: tester, password: " + name + "}, authentication: " + outcome + "}\n"
	}
	return text
}

// A reload says by name what was added, changed and removed; a refused one shows the report of validate, with the
// line and what is wrong in it.
func TestReloadsAreReported(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"pretty", "json"} {
		file := filepath.Join(t.TempDir(), "bank.yaml")
		save := func(text string) {
			t.Helper()
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		log := new(written)
		save(scenariosNamed("stays", "goes", "becomes"))
		a, err := Start(t.Context(), Options{Config: file, Log: log, LogFormat: format})
		if err != nil {
			t.Fatal(err)
		}
		if got := log.since(0); !strings.Contains(got, "configuration loaded") || !strings.Contains(got, file) {
			t.Errorf("%s: the start says\n%s", format, got)
		}
		reload := func(text string) string {
			t.Helper()
			mark := len(log.since(0))
			save(text)
			if _, err := a.configuration.Reload(context.Background()); err != nil {
				t.Fatal(err)
			}
			return log.since(mark)
		}
		got := reload(scenariosNamed("stays", "becomes=AUTHENTICATION_FAILED", "new1", "new2"))
		for _, part := range []string{"added new1, new2; changed becomes; removed goes", "scenarios"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %q in\n%s", format, part, got)
			}
		}
		got = reload(scenariosNamed("stays=AUTHENTICATD"))
		for _, part := range []string{"AUTHENTICATED", "authentication: AUTHENTICATD", "configuration refused"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %q in\n%s", format, part, got)
			}
		}
		if format == "pretty" && !strings.Contains(got, "^^^") {
			t.Errorf("no caret in\n%s", got)
		}
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestManyNamesAreBounded(t *testing.T) {
	t.Parallel()
	names := strings.Split(strings.Repeat("x,", 50)+"x", ",")
	diff := rulesDiff{added: names}
	if got := diff.String(); !strings.HasSuffix(got, "and 41 more") {
		t.Errorf("%s", got)
	}
}
