package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// maxBankMethods is how many methods engine.Bank may have. What a noun of the bank's does (sessions, clocks, webhooks,
// imports, declared apis) is a method of that noun.
const maxBankMethods = 45

func TestTheBankIsACore(t *testing.T) {
	t.Parallel()
	var methods []string
	eachEngineFile(t, func(name string, file *ast.File) {
		for _, declared := range file.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if ok && f.Recv != nil && receiverOf(f) == "Bank" {
				methods = append(methods, f.Name.Name)
			}
		}
	})
	if len(methods) < 10 {
		t.Fatalf("the methods of engine.Bank are %v", methods)
	}
	if len(methods) > maxBankMethods {
		t.Errorf("engine.Bank has %d methods, at most %d are a core: let the noun have it that it belongs to\n%s",
			len(methods), maxBankMethods, strings.Join(methods, " "))
	}
}

// stepsOfChange are the methods by which a change takes its steps.
var stepsOfChange = regexp.MustCompile(`^(InsertProcess|SaveProcess|RebindProcess|InsertConnection|SaveConnection|DeleteConnection|AppendHistory|` +
	`InsertDelivery|SaveEnding|reportEnds|follows|hit)$`)

// TestRecordsAreWrittenByAChange: what writes a process or a connection, its history, its webhooks and what coverage learns of it
// is a step of engine's change, so that no operation can forget one.
func TestRecordsAreWrittenByAChange(t *testing.T) {
	t.Parallel()
	steps := map[string]bool{"change.go": true, "change_process.go": true, "change_connection.go": true, "observe.go": true, "webhook_event.go": true}
	found := 0
	eachEngineFile(t, func(name string, file *ast.File) {
		eachCall(file, func(_, function string, _ *ast.CallExpr) {
			if !stepsOfChange.MatchString(function) || strings.HasPrefix(name, "memory") {
				return
			}
			found++
			if !steps[name] {
				t.Errorf("engine/%s calls %s, which is a step of a change: let a record of the change do it (engine/change.go)", name, function)
			}
		})
	})
	if found < 8 {
		t.Errorf("only %d calls of the steps were found", found)
	}
}

func receiverOf(f *ast.FuncDecl) string {
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	name, ok := of.(*ast.Ident)
	if !ok {
		return ""
	}
	return name.Name
}

// eachEngineFile parses the files of engine itself, without tests.
func eachEngineFile(t *testing.T, do func(name string, file *ast.File)) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "engine"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "engine", name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		do(name, file)
	}
}
