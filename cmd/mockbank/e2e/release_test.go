package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// A release says which one it is, where it is tried: see .ci/release/check.
func TestVersionOfARelease(t *testing.T) {
	t.Parallel()
	said, err := exec.Command(shipped, "version").Output()
	must(t, err)
	want := `^mockbank \S+, `
	if os.Getenv("MOCKBANK_TEST_BINARY") != "" {
		want = `^mockbank v\d+\.\d+\.\d+\S*, commit [0-9a-f]{40}, \d{4}-\d\d-\d\dT\S+, go`
	}
	if !regexp.MustCompile(want).Match(said) {
		t.Errorf("it is %s, want %s", said, want)
	}
	if help, err := exec.Command(shipped, "mcp", "--url", "nowhere").CombinedOutput(); err == nil || regexp.MustCompile(`-tags mcp`).Match(help) {
		t.Errorf("it has no mcp: %s (%v)", help, err)
	}
}
