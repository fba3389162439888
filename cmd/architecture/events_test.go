package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestEventsAreOneTable: what the house knows of a kind of event stands in the file of engine that
// declares it. Elsewhere a kind may be named where something of that kind is made or asked for; a switch,
// a comparison or a map over kinds is knowledge that the next kind would have to be added to.
func TestEventsAreOneTable(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(root, "engine", "event_*.go"))
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files declare events: %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for name := range declaredKinds(t, file) {
			kinds[name] = true
		}
	}
	if !kinds["EventAfter"] || !kinds["EventPolls"] {
		t.Fatalf("the kinds of event are %v", kinds)
	}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if inside := filepath.Join(root, "engine", "event"); strings.HasPrefix(path, inside) {
			return nil
		}
		for _, position := range decisionsOver(t, path, kinds) {
			t.Errorf("%s decides over kinds of event: let the kind's engine.EventSpec say it", position)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// declaredKinds returns the constants of type EventKind that a file declares.
func declaredKinds(t *testing.T, file string) map[string]bool {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "EventKind" {
				for _, name := range spec.Names {
					kinds[name.Name] = true
				}
			}
		}
		return true
	})
	return kinds
}

// decisionsOver lists the places of a file that switch over, compare with or map one of the constants.
func decisionsOver(t *testing.T, file string, constants map[string]bool) []string {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var positions []string
	check := func(expression ast.Expr) {
		name := ""
		switch e := expression.(type) {
		case *ast.Ident:
			name = e.Name
		case *ast.SelectorExpr:
			name = e.Sel.Name
		}
		if constants[name] {
			positions = append(positions, set.Position(expression.Pos()).String())
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CaseClause:
			for _, one := range n.List {
				check(one)
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				check(n.X)
				check(n.Y)
			}
		case *ast.KeyValueExpr:
			check(n.Key)
		}
		return true
	})
	return positions
}
