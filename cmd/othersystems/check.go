package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/mockbank/mockbank"

// sourcePackage is what `go list -deps -json` says of a package, as far as it is needed to check it.
type sourcePackage struct {
	ImportPath, Name, Dir string
	GoFiles               []string
	ImportMap             map[string]string
	Module                *struct{ Path, GoVersion string }
}

// checkFor returns what does not compile of the program in a folder for an operating system on amd64.
func checkFor(system, folder string) (mistakes []string, err error) {
	known := map[string]*types.Package{"unsafe": types.Unsafe}
	packages, err := listFor(system, folder)
	if err != nil {
		return nil, err
	}
	for i := range packages {
		p := &packages[i]
		if p.ImportPath == "unsafe" {
			continue
		}
		checked, errs, err := p.check(known)
		if err != nil {
			return nil, err
		}
		known[p.ImportPath] = checked
		mistakes = append(mistakes, errs...)
	}
	return mistakes, nil
}

// listFor lists the packages that a program is made of, each after those that it imports.
func listFor(system, folder string) (all []sourcePackage, err error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Name,Dir,GoFiles,ImportMap,Module", ".")
	cmd.Dir, cmd.Stderr = folder, os.Stderr
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w", system, err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p sourcePackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// check type-checks a package. Of one that is not the project's own the functions' bodies are left out, and its mistakes
// are its makers'.
func (p *sourcePackage) check(known map[string]*types.Package) (checked *types.Package, mistakes []string, err error) {
	own := p.Module != nil && strings.HasPrefix(p.Module.Path, module)
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, file)
	}
	config := types.Config{
		IgnoreFuncBodies: !own, Importer: imports{p.ImportMap, known}, Sizes: types.SizesFor("gc", "amd64"),
		Error: func(err error) {
			if own {
				mistakes = append(mistakes, err.Error())
			}
		},
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	checked, _ = config.Check(p.ImportPath, set, files, nil) // its mistakes are told above
	return checked, mistakes, nil
}

// imports finds the packages that were checked before.
type imports struct {
	renamed map[string]string
	known   map[string]*types.Package
}

// Import implements [types.Importer].
func (i imports) Import(path string) (*types.Package, error) {
	if other, ok := i.renamed[path]; ok {
		path = other
	}
	if p := i.known[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s was not listed before what imports it", path)
}
