package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
)

func newValidateCommand(t terminal) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "validate FILE|FOLDER...",
		Short: "Check configurations without running them",
		Long: `Reads each configuration with all that it includes, and reports every mistake with its place,
its reason and what to do. Exits 0 where there are no errors (warnings may be), else 1.`,
		Example: "  mockbank validate mockbank.yaml\n  mockbank validate --format github mockbank.yaml",
		Args:    needs(1, 0, "a file or folder"),
		RunE: func(cmd *cobra.Command, names []string) error {
			return validate(cmd, t, names, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "the report's form: text, json or github (annotations of a workflow)")
	return cmd
}

func validate(cmd *cobra.Command, t terminal, names []string, format string) error {
	failed := false
	for _, name := range names {
		if scenarios.IsTestFile(name) {
			bad, err := validateTests(cmd, t, name, format)
			if err != nil {
				return err
			}
			failed = failed || bad
			continue
		}
		config, report := scenarios.Load(cmd.Context(), name, loadOptions())
		failed = failed || report.HasErrors()
		if err := writeReport(t, report, format); err != nil {
			return err
		}
		if format == "text" && config != nil {
			if _, err := fmt.Fprintf(t.stdout, "%s: %s in %s, %s\n", name,
				counted(len(config.Rules.Scenarios), "scenario"), counted(len(config.Files), "file"), counted(len(config.Diagnostics), "warning")); err != nil {
				return err
			}
		}
	}
	if failed {
		return exitStatus(exitError)
	}
	return nil
}

// validateTests checks a file of tests, and reports whether it has errors.
func validateTests(cmd *cobra.Command, t terminal, name, format string) (bad bool, err error) {
	files, report := scenarios.LoadTests(cmd.Context(), []string{name})
	if err := writeReport(t, report, format); err != nil {
		return false, err
	}
	if format == "text" && !report.HasErrors() {
		_, err = fmt.Fprintf(t.stdout, "%s: %s\n", name, counted(len(files[0].Tests), "test"))
	}
	return report.HasErrors(), err
}
