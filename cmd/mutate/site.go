package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// site is a place in the code and what is changed there.
type site struct {
	// id is the number of the change's switch, from 1.
	id int
	// file is the file's path from the top of the module, line where the change is.
	file string
	line int
	// function is what it lies in; "" outside of all.
	function string
	// before and after are what is written, and what the change makes of it.
	before, after string
	// number tells changes apart that are alike within one function; it counts from 1.
	number int
	// from and to are where it stands in the file, open and close what is put there.
	from, to    int
	open, close string
}

// key names a change in a way that other changes of the file leave as it is.
func (s *site) key() string {
	key := fmt.Sprintf("%s %s: %s => %s", s.file, s.function, s.before, s.after)
	if s.number > 1 {
		key += fmt.Sprintf(" (%d)", s.number)
	}
	return key
}

// finder looks for what can be changed in one file.
type finder struct {
	set   *token.FileSet
	file  *ast.File
	text  []byte
	path  string
	info  *types.Info
	pkg   *types.Package
	sites []*site
	// function is what the walk is in.
	function string
	seen     map[string]int
	// names are how the file calls the packages that it imports.
	names map[string]string
}

// find returns the changes of a file.
func (f *finder) find() []*site {
	f.seen, f.names = make(map[string]int), make(map[string]string)
	for _, one := range f.file.Imports {
		path := strings.Trim(one.Path.Value, `"`)
		if one.Name != nil {
			f.names[path] = one.Name.Name
		} else {
			f.names[path] = "" // as the package calls itself
		}
	}
	for _, declaration := range f.file.Decls {
		f.function = ""
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			f.function = nameOf(d)
			if d.Body != nil {
				f.walk(d.Body)
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				f.walk(d)
			}
		}
	}
	return f.sites
}

// nameOf returns a function's name, with its receiver's type.
func nameOf(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	receiver := d.Recv.List[0].Type
	for {
		switch t := receiver.(type) {
		case *ast.StarExpr:
			receiver = t.X
		case *ast.IndexExpr:
			receiver = t.X
		case *ast.IndexListExpr:
			receiver = t.X
		case *ast.Ident:
			return t.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}

func (f *finder) walk(root ast.Node) {
	ast.Inspect(root, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.GenDecl:
			return n.Tok != token.CONST
		case *ast.ArrayType, *ast.TypeSpec, *ast.LabeledStmt, *ast.StructType:
			return false
		case *ast.BinaryExpr:
			f.binary(n)
		case *ast.IfStmt:
			f.negate(n.Cond)
		case *ast.ForStmt:
			f.negate(n.Cond)
		case *ast.Ident:
			f.truth(n)
		case *ast.BasicLit:
			f.number(n)
		case *ast.BlockStmt:
			f.statements(n.List)
		case *ast.CaseClause:
			f.statements(n.Body)
		case *ast.CommClause:
			f.statements(n.Body)
		}
		return true
	})
}

// swapped is what an operator is changed into.
var swapped = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">", token.EQL: "!=", token.NEQ: "==", token.LAND: "||", token.LOR: "&&",
	token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*", token.REM: "*", token.AND: "|", token.OR: "&",
}

// binary swaps an operator.
func (f *finder) binary(n *ast.BinaryExpr) {
	other, known := swapped[n.Op]
	typed := f.info.Types[n]
	if !known || typed.Value != nil || typed.Type == nil {
		return
	}
	result := "bool"
	switch basic, ok := typed.Type.Underlying().(*types.Basic); {
	case !ok:
		return
	case basic.Info()&types.IsNumeric != 0:
		if result, ok = f.typeName(typed.Type); !ok {
			return
		}
	case basic.Info()&types.IsBoolean == 0: // texts are joined, not counted
		return
	default:
		if result, ok = f.typeName(typed.Type); !ok {
			return
		}
	}
	changed := f.source(n.X.Pos(), n.X.End()) + " " + other + " " + f.source(n.Y.Pos(), n.Y.End())
	f.expression(n, result, f.source(n.Pos(), n.End()), changed)
}

// negate turns a condition round that is no comparison: those are swapped.
func (f *finder) negate(condition ast.Expr) {
	if condition == nil {
		return
	}
	if _, is := condition.(*ast.BinaryExpr); is {
		return
	}
	typed := f.info.Types[condition]
	if result, ok := f.typeName(typed.Type); ok && result == "bool" && typed.Value == nil {
		text := f.source(condition.Pos(), condition.End())
		f.expression(condition, result, text, "!("+text+")")
	}
}

// truth swaps true and false.
func (f *finder) truth(n *ast.Ident) {
	use, is := f.info.Uses[n].(*types.Const)
	if !is || use.Parent() != types.Universe || n.Name != "true" && n.Name != "false" {
		return
	}
	if typed := f.info.Types[n]; typed.Type == nil || typed.Type.String() != "bool" {
		return
	}
	other := map[string]string{"true": "false", "false": "true"}[n.Name]
	f.expression(n, "bool", n.Name, other)
}

// number makes a whole number one more.
func (f *finder) number(n *ast.BasicLit) {
	if typed := f.info.Types[n]; n.Kind == token.INT && typed.Type != nil && typed.Type.String() == "int" {
		f.expression(n, "int", n.Value, n.Value+" + 1")
	}
}

// typeName returns how the file writes a type, where it can.
func (f *finder) typeName(t types.Type) (string, bool) {
	if t == nil {
		return "", false
	}
	if basic, is := t.(*types.Basic); is {
		return types.Default(basic).String(), basic.Kind() != types.Invalid
	}
	named, is := t.(*types.Named)
	if !is || named.TypeArgs().Len() > 0 || named.Obj().Parent() == nil || named.Obj().Parent() != named.Obj().Pkg().Scope() {
		return "", false
	}
	if named.Obj().Pkg() == f.pkg {
		return named.Obj().Name(), true
	}
	name, imported := f.names[named.Obj().Pkg().Path()]
	return cmp.Or(name, named.Obj().Pkg().Name()) + "." + named.Obj().Name(), imported
}

// statements leaves statements out: calls, assignments to what is there already, and counts.
func (f *finder) statements(list []ast.Stmt) {
	for _, statement := range list {
		switch s := statement.(type) {
		case *ast.ExprStmt:
			if call, is := s.X.(*ast.CallExpr); !is || isCalled(call, "panic") {
				continue
			}
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE || onlyBlank(s.Lhs) {
				continue
			}
		case *ast.IncDecStmt:
		default:
			continue
		}
		f.add(statement.Pos(), statement.End(), f.source(statement.Pos(), statement.End()), "nothing",
			"if mutantOn(%d) {} else { ", " }")
	}
}

func isCalled(call *ast.CallExpr, name string) bool {
	ident, is := call.Fun.(*ast.Ident)
	return is && ident.Name == name
}

func onlyBlank(list []ast.Expr) bool {
	for _, one := range list {
		if ident, is := one.(*ast.Ident); !is || ident.Name != "_" {
			return false
		}
	}
	return true
}

// expression changes an expression whose type is written result.
func (f *finder) expression(n ast.Expr, result, before, after string) {
	f.add(n.Pos(), n.End(), before, after, "func() "+result+" { if mutantOn(%d) { return "+strings.ReplaceAll(after, "%", "%%")+
		"\n}; return ", "\n}()")
}

func (f *finder) add(from, to token.Pos, before, after, open, end string) {
	position := f.set.Position(from)
	one := &site{
		file: f.path, line: position.Line, function: f.function, before: oneLine(before), after: oneLine(after),
		from: position.Offset, to: f.set.Position(to).Offset, open: open, close: end,
	}
	plain := one.key()
	f.seen[plain]++
	one.number = f.seen[plain]
	f.sites = append(f.sites, one)
}

func (f *finder) source(from, to token.Pos) string {
	return string(f.text[f.set.Position(from).Offset:f.set.Position(to).Offset])
}

// maxShown is how much of a changed text is shown.
const maxShown = 90

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxShown {
		text = string(runes[:maxShown]) + "…"
	}
	return text
}
