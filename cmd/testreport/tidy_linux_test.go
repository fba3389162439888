package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// endless starts a program, leaves a folder, and ends as a test does that ran out of time.
const endless = `package endless

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

func TestEndless(t *testing.T) {
	program := exec.Command("sh", "-c", "sleep 1001 & exec sleep 1000")
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "left")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("LEFT"), []byte(folder), 0o600); err != nil {
		t.Fatal(err)
	}
	fmt.Println("panic: test timed out after 1s")
	os.Exit(2)
}
`

// What a test left when its package ran out of time goes with it: the program, what that had started, and the
// folder for temporary files.
func TestWhatTestsLeaveIsCleared(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": module, "endless_test.go": endless} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left := filepath.Join(dir, "left")
	t.Setenv("LEFT", left)
	t.Chdir(dir)
	var out, complaints bytes.Buffer
	if code := run(t.Context(), nil, false, &out, &complaints); code != 1 {
		t.Errorf("exit code %d: %s%s", code, &out, &complaints)
	}
	for _, want := range []string{"ended what the tests left running: sleep, sleep\n", "RAN OUT OF TIME example.test/bank after 1s; "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("said %q, want %q in it", &out, want)
		}
	}
	folder, err := os.ReadFile(left)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(string(folder)); !os.IsNotExist(err) {
		t.Errorf("the folder %s: %v, want that it is gone", folder, err)
	}
}
