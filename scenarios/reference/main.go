// Command reference writes what is generated from the types of the scenario language: the schema that
// editors check files with, and the reference page.
//
// It runs in the folder of package scenarios, where `go generate` starts it. The types' keys and tags
// come from reflection, their meaning from the comments in the source.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

// write writes the generated files of the language whose package lies in folder.
func write(folder string) error {
	files, err := generate(folder)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// The generated files, seen from package scenarios.
const (
	schemaFile     = "schema.json"
	testSchemaFile = "schema-tests.json"
	pageFile       = "../docs/scenarios.md"
)

// generate returns the content of each generated file.
func generate(folder string) (map[string][]byte, error) {
	said, err := readComments(folder, filepath.Join(folder, "..", "engine"))
	if err != nil {
		return nil, err
	}
	schema, err := schemaOf(said)
	if err != nil {
		return nil, err
	}
	tests, err := testSchemaOf(said)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(said)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{schemaFile: schema, testSchemaFile: tests, pageFile: page}, nil
}
