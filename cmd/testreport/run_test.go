package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	module = "module example.test/bank\n\ngo 1.26\n"
	quick  = "package quick\n\nimport \"testing\"\n\nfunc TestQuick(t *testing.T) {}\n"
	timed  = "package timed\n\nimport \"testing\"\n\nfunc TestTimed(t *testing.T) { t.Error(\"too late\") }\n"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": module, "quick/quick_test.go": quick, "timed/timed_test.go": timed, "empty/empty.go": "package empty\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)

	for name, test := range map[string]struct {
		args string
		code int
		says string
	}{
		"all pass":         {"-packages ./quick", 0, "\n1 passed, 0 failed, 0 skipped\n"},
		"one fails, alone": {"-alone ./timed", 1, "example.test/bank/quick (1)\nfail"},
		"no tests":         {"-packages ./empty", 1, "No test ran.\n"},
		"no such package":  {"-packages ./none", 1, "directory not found"},
		"no such flag":     {"-colour", 2, "flag provided but not defined"},
		"no such go flag":  {"-packages ./quick -- -no-such-flag", 1, "0 passed, 1 failed, 0 skipped\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, complaints bytes.Buffer
			if code := run(t.Context(), strings.Fields(test.args), false, &out, &complaints); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if said := out.String() + complaints.String(); !strings.Contains(said, test.says) {
				t.Errorf("said %q, want %q in it", said, test.says)
			}
		})
	}
}
