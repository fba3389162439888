package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/engine/diagram"
)

func newGraphCommand(t terminal) *cobra.Command {
	var config, format string
	cmd := &cobra.Command{
		Use:   "graph SCENARIO",
		Short: "Draw what a scenario does",
		Long: `Draws a scenario's steps, the ways between them and its import: as an SVG image, in Mermaid's
language (for Markdown pages) or in Graphviz's (dot).`,
		Example: "  mockbank graph challenge-required > challenge.svg\n  mockbank graph challenge-required --format mermaid",
		Args:    needs(1, 1, "a scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return graph(cmd.Context(), t, config, args[0], format)
		},
		ValidArgsFunction: completeScenarios,
	}
	configFlag(cmd, &config)
	cmd.Flags().StringVar(&format, "format", "svg", "the drawing's form: svg, mermaid or dot")
	completeWords(cmd, "format", "svg", "mermaid", "dot")
	return cmd
}

func graph(ctx context.Context, t terminal, config, name, format string) error {
	write := map[string]func(*diagram.Drawing, io.Writer) error{
		"svg":     (*diagram.Drawing).WriteSVG,
		"mermaid": (*diagram.Drawing).WriteMermaid,
		"dot":     (*diagram.Drawing).WriteDOT,
	}[format]
	if write == nil {
		return oneOf("format", format, "svg", "mermaid", "dot")
	}
	loaded, err := loadConfiguration(ctx, t, config)
	if err != nil {
		return err
	}
	scenario, found := loaded.Rules.Scenario(name)
	if !found {
		return unknownScenario(loaded, name)
	}
	return write(diagram.Of(scenario.Flow.Describe()), t.stdout)
}
