package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The binaries under test.
var (
	shipped string // as it is shipped
	checked string // with the race detector, where the tests have it
)

// asShipped is how a release and the image build. Whatever else builds mockbank here does so, too: it is compiled once.
const asShipped = "CGO_ENABLED=0"

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "mockbank-e2e-")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // nothing depends on it any more
	// A test runs the binary as another user.
	if err := os.Chmod(dir, 0o755); err != nil {
		return 1, err
	}
	if given := os.Getenv("MOCKBANK_TEST_BINARY"); given != "" { // a release's: see .ci/release/check
		shipped, checked = given, given
		defer closeBrowser()
		return m.Run(), nil
	}
	if shipped, err = build(filepath.Join(dir, "mockbank")); err != nil {
		return 1, err
	}
	checked = shipped
	if raceDetector {
		if checked, err = build(filepath.Join(dir, "mockbank-race"), "-race"); err != nil {
			return 1, err
		}
	}
	defer closeBrowser()
	return m.Run(), nil
}

func build(binary string, flags ...string) (string, error) {
	args := append([]string{"build", "-tags", "mcp", "-o", binary}, flags...)
	cmd := exec.Command("go", append(args, "github.com/mockbank/mockbank/cmd/mockbank")...)
	if len(flags) == 0 {
		cmd.Env = append(os.Environ(), asShipped)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build mockbank %v: %w\n%s", flags, err, out)
	}
	return binary, nil
}
