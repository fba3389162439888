package main

import (
	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
)

func newSchemaCommand() *cobra.Command {
	var tests bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of configurations, for editors",
		Long: `Prints the JSON Schema (draft-07) of a configuration file. An editor with a YAML language server
then completes keys and statuses, shows what they mean, and flags mistakes, if the file begins with

  # yaml-language-server: $schema=./schema.json

With --tests it is that of a file of tests, NAME_test.yaml. ` + "`mockbank init`" + ` writes the schema beside the
configuration.`,
		Example: "  mockbank schema > schema.json\n  mockbank schema --tests > schema-tests.json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema := scenarios.Schema()
			if tests {
				schema = scenarios.TestSchema()
			}
			_, err := cmd.OutOrStdout().Write(schema)
			return err
		},
	}
	cmd.Flags().BoolVar(&tests, "tests", false, "print the schema of tests")
	return cmd
}
