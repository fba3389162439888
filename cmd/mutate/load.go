package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// goPackage is what is needed of `go list -json`.
type goPackage struct {
	ImportPath, Dir, Name, Export string
	GoFiles                       []string
	Module                        *struct{ Dir string }
}

// listPackages returns packages; deps says that those they import are wanted too, with their types.
func listPackages(ctx context.Context, names []string, deps bool) ([]goPackage, error) {
	args := []string{"list", "-json=ImportPath,Dir,Name,Export,GoFiles,Module"}
	if deps {
		args = append(args, "-deps", "-export")
	}
	command := exec.CommandContext(ctx, "go", append(args, names...)...)
	var failure bytes.Buffer
	command.Stderr = &failure
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("list %s: %w: %s", strings.Join(names, " "), err, strings.TrimSpace(failure.String()))
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var one goPackage
		switch err := decoder.Decode(&one); {
		case errors.Is(err, io.EOF):
			return packages, nil
		case err != nil:
			return nil, fmt.Errorf("list: %w", err)
		}
		packages = append(packages, one)
	}
}

// findSites returns all changes of the packages, by file.
func findSites(ctx context.Context, names []string) (map[string][]*site, []goPackage, error) {
	wanted, err := listPackages(ctx, names, false)
	if err != nil {
		return nil, nil, err
	}
	all, err := listPackages(ctx, names, true)
	if err != nil {
		return nil, nil, err
	}
	exports := make(map[string]string)
	for _, one := range all {
		exports[one.ImportPath] = one.Export
	}
	sites := make(map[string][]*site)
	for _, one := range wanted {
		if err := findInPackage(one, exports, sites); err != nil {
			return nil, nil, err
		}
	}
	return sites, wanted, nil
}

func findInPackage(one goPackage, exports map[string]string, sites map[string][]*site) error {
	set := token.NewFileSet()
	var files []*ast.File
	texts := make(map[*ast.File][]byte)
	for _, name := range one.GoFiles {
		text, err := os.ReadFile(filepath.Join(one.Dir, name))
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(set, filepath.Join(one.Dir, name), text, parser.ParseComments)
		if err != nil {
			return err
		}
		files, texts[file] = append(files, file), text
	}
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object)}
	config := types.Config{Importer: importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no types of %s", path)
		}
		return os.Open(exports[path])
	})}
	checked, err := config.Check(one.ImportPath, set, files, info)
	if err != nil {
		return err
	}
	for _, file := range files {
		full := set.Position(file.Pos()).Filename
		if ast.IsGenerated(file) {
			continue
		}
		path, err := filepath.Rel(one.Module.Dir, full)
		if err != nil {
			return err
		}
		f := &finder{set: set, file: file, text: texts[file], path: filepath.ToSlash(path), info: info, pkg: checked}
		if found := f.find(); len(found) > 0 {
			sites[full] = found
		}
	}
	return nil
}

// rewrite puts the switches of the sites into a file's text.
func rewrite(text []byte, sites []*site) []byte {
	type insertion struct {
		at, order, among int
		text             string
	}
	var insertions []insertion
	for i, one := range sites {
		length := one.to - one.from
		insertions = append(insertions,
			insertion{one.from, 1<<30 - length, i, fmt.Sprintf(one.open, one.id)}, // what is around comes first
			insertion{one.to, length - 1<<30, -i, one.close})                      // and ends last
	}
	slices.SortStableFunc(insertions, func(a, b insertion) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return cmp.Or(a.order-b.order, a.among-b.among)
	})
	var out bytes.Buffer
	at := 0
	for _, one := range insertions {
		out.Write(text[at:one.at])
		out.WriteString(one.text)
		at = one.at
	}
	out.Write(text[at:])
	return out.Bytes()
}
