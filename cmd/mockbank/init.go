package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
)

func newInitCommand(t terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a configuration to begin with",
		Long: `Writes a commented configuration to begin with, as mockbank.yaml unless FILE says otherwise. A
file that is there already is left alone.`,
		Example: "  mockbank init\n  mockbank init scenarios/mockbank.yaml",
		Args:    needs(0, 1, "a file or none"),
		RunE: func(_ *cobra.Command, args []string) error {
			name := "mockbank.yaml"
			if len(args) > 0 {
				name = args[0]
			}
			return writeStarter(t, name)
		},
	}
}

func writeStarter(t terminal, name string) error {
	if err := edit.Create(name, scenarios.Starter()); exists(err) {
		return fmt.Errorf("%s is there already, and stays as it is; name another file: mockbank init FILE", name)
	} else if err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.stdout, "%s is written. Run it with: mockbank serve --config %s\n", name, name)
	return err
}
