package mockbanktest_test

import (
	"os"
	"strings"
	"testing"
)

// The page shows an example that compiles and passes: example_wallet_test.go.
func TestPageShowsTheExample(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/testing-in-go.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_wallet_test.go")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(string(example), "package mockbanktest_test", "package wallet_test", 1)
	if !strings.Contains(string(page), "```go\n"+want+"```\n") {
		t.Error("docs/testing-in-go.md does not show example_wallet_test.go as it is")
	}
}
