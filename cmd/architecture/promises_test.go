package architecture

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// namedTest finds what a page names as a test.
var namedTest = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)`")

// Each promise of docs/security.md names a test, and each test that it names is there.
func TestPromisesHaveTheirTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool)
	eachTestFile(t, func(_ string, file *ast.File, _ *token.FileSet) {
		for _, declared := range file.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok && function.Recv == nil {
				there[function.Name.Name] = true
			}
		}
	})
	_, promises, _ := strings.Cut(string(text), "## Promises")
	promises, _, _ = strings.Cut(promises, "\n## ")
	rows := 0
	for _, row := range strings.Split(promises, "\n") {
		if !strings.HasPrefix(row, "| ") || strings.HasPrefix(row, "| promise ") {
			continue
		}
		rows++
		named := namedTest.FindAllStringSubmatch(row, -1)
		if len(named) == 0 {
			t.Errorf("this promise names no test: %s", row)
		}
		for _, name := range named {
			if !there[name[1]] {
				t.Errorf("docs/security.md names %s, which is not there", name[1])
			}
		}
	}
	if rows < 10 {
		t.Errorf("%d promises were found", rows)
	}
}
