package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The check sees what a system has not got.
func TestProgramThatDoesNotSuitWindows(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module " + module + "/unfit\n\ngo 1.26.0\n",
		"main.go": "package main\n\nimport \"syscall\"\n\nfunc main() { _ = syscall.Flock(0, 0) }\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if mistakes, err := checkFor("windows", folder); err != nil || len(mistakes) != 1 || !strings.Contains(mistakes[0], "syscall.Flock") {
		t.Errorf("windows: %q, %v", mistakes, err)
	}
	if mistakes, err := checkFor("darwin", folder); err != nil || len(mistakes) != 0 {
		t.Errorf("darwin: %q, %v", mistakes, err)
	}
	if _, err := checkFor("windows", filepath.Join(folder, "nowhere")); err == nil {
		t.Error("a folder that is not there passes")
	}
}
