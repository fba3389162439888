package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
)

// The whole bank and its tests, copies of mockbank.yaml and mockbank_test.yaml, which a test keeps equal.
var (
	//go:embed starter/mockbank.yaml
	fullStarter []byte
	//go:embed starter/mockbank_test.yaml
	fullTests []byte
)

func newInitCommand(t terminal) *cobra.Command {
	var full bool
	cmd := &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a configuration to begin with",
		Long: `Writes a commented configuration to begin with, as mockbank.yaml unless FILE says otherwise, and the
schema for editors beside it. With --full it is the whole bank that mockbank is shipped with, and its
tests. A file that is there already is left alone.`,
		Example: "  mockbank init\n  mockbank init --full\n  mockbank init scenarios/mockbank.yaml",
		Args:    needs(0, 1, "a file or none"),
		RunE: func(_ *cobra.Command, args []string) error {
			name := "mockbank.yaml"
			if len(args) > 0 {
				name = args[0]
			}
			return writeStarter(t, name, full)
		},
	}
	cmd.Flags().BoolVar(&full, "full", false, "write the whole bank, with its tests")
	return cmd
}

// File names of the schemas that init writes, and that the first lines of files name.
const (
	schemaName     = "schema.json"
	testSchemaName = "schema-tests.json"
)

func writeStarter(t terminal, name string, full bool) error {
	content := scenarios.Starter()
	if full {
		content = fullStarter
	}
	if err := edit.Create(name, content); exists(err) {
		return fmt.Errorf("%s is there already, and stays as it is; name another file: mockbank init FILE", name)
	} else if err != nil {
		return err
	}
	folder := filepath.Dir(name)
	if err := createUnlessThere(filepath.Join(folder, schemaName), scenarios.Schema()); err != nil {
		return err
	}
	if full {
		extension := filepath.Ext(name)
		if err := createUnlessThere(strings.TrimSuffix(name, extension)+"_test"+extension, fullTests); err != nil {
			return err
		}
		if err := createUnlessThere(filepath.Join(folder, testSchemaName), scenarios.TestSchema()); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(t.stdout, "%s is written. Run it with: mockbank serve --config %s\n%s", name, name, restOf(full))
	return err
}

// restOf says where there is more than what was written.
func restOf(full bool) string {
	const more = "`mockbank catalogue` lists ready-made packs of further ones."
	if full {
		return "Its tests are beside it: `mockbank test` plays them. " + more + "\n"
	}
	return fmt.Sprintf("It plays %d of the %d cases that mockbank is shipped with: `mockbank init --full` writes all, with tests. %s\n",
		casesIn(scenarios.Starter()), casesIn(fullStarter), more)
}

// casesIn counts the scenarios of a configuration.
func casesIn(text []byte) int { return bytes.Count(text, []byte("\n  - name: ")) }

// createUnlessThere is createFile, for what may be there already.
func createUnlessThere(name string, content []byte) error {
	if err := edit.Create(name, content); err != nil && !exists(err) {
		return err
	}
	return nil
}
