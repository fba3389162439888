package architecture

import (
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestEveryPackageHasAComment(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		want := "Package " + p.Name + " "
		if p.Name == "main" {
			want = "Command " + p.folder()[strings.LastIndex(p.folder(), "/")+1:] + " "
		}
		if !strings.HasPrefix(p.Doc, want) {
			t.Errorf("%s: its package comment is %q, want one that begins with %q", p.folder(), p.Doc, want)
		}
	}
}

// atTheTop is the user's card; see also the dotfiles, which are for tools.
var atTheTop = []string{
	"cmd", "engine", "scenarios", "httpapi", "go.mod", "go.sum", "mockbank.yaml", "mockbank_test.yaml", "README.md",
	"docs", "deploy", "examples", "Makefile", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md",
}

func TestTopOfTheTree(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, ".") && !isLocal(name) && !slices.Contains(atTheTop, name) {
			t.Errorf("%s lies at the top of the tree; put it where it belongs, or into .gitignore", name)
		}
	}
}

// A test may skip only because the machine lacks something, and says what.
func TestSkips(t *testing.T) {
	t.Parallel()
	eachTestFile(t, func(folder string, file *ast.File, set *token.FileSet) {
		eachCall(file, func(receiver, function string, call *ast.CallExpr) {
			line := set.Position(call.Pos()).Line
			switch {
			case function == "SkipNow", receiver == "testing" && function == "Short":
				t.Errorf("%s:%d: %s skips silently; use Skip(\"MISSING: ...\")", folder, line, function)
			case function == "Skip" || function == "Skipf":
				if len(call.Args) == 0 || !strings.HasPrefix(beginning(call.Args[0]), "MISSING: ") {
					t.Errorf("%s:%d: a skip is to say what the machine lacks: Skip(\"MISSING: ...\")", folder, line)
				}
			}
		})
	})
}

// Real time makes tests slow and flaky. In a synctest bubble, sleeping costs nothing.
func TestNoTestSleeps(t *testing.T) {
	t.Parallel()
	eachTestFile(t, func(folder string, file *ast.File, set *token.FileSet) {
		if slices.ContainsFunc(file.Imports, isSynctest) {
			return
		}
		eachCall(file, func(receiver, function string, call *ast.CallExpr) {
			if receiver == "time" && function == "Sleep" {
				t.Errorf("%s:%d: time.Sleep; use synctest, the injected clock, or wait for a condition", folder, set.Position(call.Pos()).Line)
			}
		})
	})
}

func eachTestFile(t *testing.T, visit func(folder string, file *ast.File, set *token.FileSet)) {
	t.Helper()
	for _, p := range packages(t) {
		for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			file, set := parse(t, p, name)
			visit(p.folder()+"/"+name, file, set)
		}
	}
}

func isSynctest(spec *ast.ImportSpec) bool { return literal(spec.Path) == "testing/synctest" }

func eachCall(file *ast.File, visit func(receiver, function string, call *ast.CallExpr)) {
	ast.Inspect(file, func(node ast.Node) bool {
		call, isCall := node.(*ast.CallExpr)
		if !isCall {
			return true
		}
		if selector, isSelector := call.Fun.(*ast.SelectorExpr); isSelector {
			receiver, _ := selector.X.(*ast.Ident)
			if receiver == nil {
				receiver = ast.NewIdent("")
			}
			visit(receiver.Name, selector.Sel.Name, call)
		}
		return true
	})
}

// beginning is the text that a sum of texts begins with.
func beginning(expression ast.Expr) string {
	if sum, found := expression.(*ast.BinaryExpr); found {
		return beginning(sum.X)
	}
	return literal(expression)
}

// literal is the value of a string literal, else "".
func literal(expression ast.Expr) string {
	basic, found := expression.(*ast.BasicLit)
	if !found || basic.Kind != token.STRING {
		return ""
	}
	value, err := strconv.Unquote(basic.Value)
	if err != nil {
		return ""
	}
	return value
}

// The engine's time is the session's and its chance comes from a seed.
func checkPureCalls(t *testing.T, p goPackage, name string) {
	t.Helper()
	file, set := parse(t, p, name)
	eachCall(file, func(receiver, function string, call *ast.CallExpr) {
		worldly := map[string][]string{
			"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
			"rand": {"Int", "IntN", "Int64", "Int64N", "Uint64", "Float64", "Perm", "Shuffle", "N"},
		}
		if slices.Contains(worldly[receiver], function) {
			t.Errorf("engine/%s:%d: %s.%s: the engine takes its time and chance from outside", name, set.Position(call.Pos()).Line, receiver, function)
		}
	})
}

// ownPath finds absolute paths of one person's machine; "~" keeps the pattern from finding itself.
var ownPath = regexp.MustCompile(strings.ReplaceAll("(^|[\\s\"'`(=:,])/(wor~k|roo~t|home/[a-z]+|Users/[A-Za-z]+|tm~p)/", "~", ""))

func TestNoPathsOfOneMachine(t *testing.T) {
	t.Parallel()
	eachText(t, func(name, text string) {
		for number, line := range strings.Split(text, "\n") {
			if ownPath.MatchString(line) {
				t.Errorf("%s:%d names a path of one machine: %s", name, number+1, strings.TrimSpace(line))
			}
		}
	})
}

// aggregators are those whose apis packs declare; "~" keeps the pattern from finding itself.
var aggregators = regexp.MustCompile(strings.ReplaceAll("(?i)gocar~dless|nordi~gen|pl~aid|true~layer|enable_?ban~king|fin~api", "~", ""))

// namesAnAggregator are the files that may: webhooks of one of them are signed in a way of its own.
var namesAnAggregator = []string{"engine/jobs/sign_jwt.go"}

// An aggregator is YAML, never Go.
func TestNoAggregatorInGo(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			folder := p.folder() + "/" + name
			text, err := os.ReadFile(root + "/" + folder)
			if err != nil {
				t.Fatal(err)
			}
			for number, line := range strings.Split(string(text), "\n") {
				if aggregators.MatchString(line) && !slices.Contains(namesAnAggregator, folder) {
					t.Errorf("%s:%d names an aggregator: %s", folder, number+1, strings.TrimSpace(line))
				}
			}
		}
	}
}
