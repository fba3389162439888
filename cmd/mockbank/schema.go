package main

import (
	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
)

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of configurations, for editors",
		Long: `Prints the JSON Schema (draft-07) of a configuration file. An editor with a YAML language server
then completes keys and statuses, shows what they mean, and flags mistakes, if the file begins with

  # yaml-language-server: $schema=./schema.json`,
		Example: "  mockbank schema > schema.json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(scenarios.Schema())
			return err
		},
	}
}
