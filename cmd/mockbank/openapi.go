package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/cmd/app"
)

func newOpenAPICommand(t terminal) *cobra.Command {
	var config string
	cmd := &cobra.Command{
		Use:   "openapi",
		Short: "Print a description of the API, and of every declared api",
		Long: `Prints an OpenAPI 3.1 document in JSON: the bank's own API, at the configuration's base path, and every api that the
configuration declares, with what its endpoints expect and answer as far as the YAML says.`,
		Example: "  mockbank openapi > openapi.json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return describeAPIs(cmd.Context(), t, config)
		},
	}
	configFlag(cmd, &config)
	return cmd
}

func describeAPIs(ctx context.Context, t terminal, config string) error {
	loaded, err := loadConfiguration(ctx, t, config)
	if err != nil {
		return err
	}
	text, err := app.OpenAPI(loaded)
	if err != nil {
		return err
	}
	_, err = t.stdout.Write(append(text, '\n'))
	return err
}
