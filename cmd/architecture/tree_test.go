package architecture

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/mockbank/mockbank"

// root is the top of the tree, seen from this package.
const root = "../.."

// goPackage is what the tests need of `go list -json`.
type goPackage struct {
	ImportPath   string
	Dir          string
	Name         string
	Doc          string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// folder is the package's directory within the module: "engine/store".
func (p goPackage) folder() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

var listed = sync.OnceValues(func() ([]goPackage, error) {
	cmd := exec.Command("go", "list", "-e", "-json", "./...")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOWORK=off") // what examples hold are modules of their own
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var packages []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
})

// packages lists every package of the module.
func packages(t *testing.T) []goPackage {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if len(all) < 5 {
		t.Fatalf("go list found %d packages: the rules would hold of nothing", len(all))
	}
	return all
}

// parse reads a Go file of a package.
func parse(t *testing.T, p goPackage, name string) (*ast.File, *token.FileSet) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file, set
}

// eachText calls visit with every text file of the tree that belongs to the project.
func eachText(t *testing.T, visit func(name, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		switch {
		case path != root && isLocal(entry.Name()), entry.Name() == ".git":
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err == nil && !strings.Contains(string(content), "\x00") {
			visit(name, string(content))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isLocal tells what .gitignore keeps out of the project.
func isLocal(name string) bool {
	for _, pattern := range []string{"bin", "dist", "*.db", "*.db-shm", "*.db-wal", "*.test", "*.prof", "coverage.out"} {
		if match, _ := filepath.Match(pattern, name); match {
			return true
		}
	}
	return false
}
