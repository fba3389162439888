package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
)

func newValidateCommand(t terminal) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "validate FILE|FOLDER...",
		Short: "Check configurations without running them",
		Long: `Reads each configuration with all that it includes, and reports every mistake with its place,
its reason and what to do. The file - is the standard input. Exits 0 where there are no errors (warnings may be), else 1.`,
		Example: "  mockbank validate mockbank.yaml\n  mockbank validate --format github mockbank.yaml",
		Args:    needs(1, 0, "a file or folder"),
		RunE: func(cmd *cobra.Command, names []string) error {
			return validate(cmd, t, names, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "the report's form: text, json or github (annotations of a workflow)")
	completeWords(cmd, "format", "text", "json", "github")
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
		options := loadOptions()
		file, err := readable(t, name, &options)
		if err != nil {
			return err
		}
		config, report := scenarios.Load(cmd.Context(), file, options)
		failed = failed || report.HasErrors()
		if err := writeReport(t, report, format); err != nil {
			return err
		}
		if format == "text" && config != nil {
			if _, err := fmt.Fprintf(t.stdout, "%s: %s in %s, %s\n", name,
				counted(len(config.Rules.Scenarios), "scenario"), counted(len(config.Files), "file"),
				counted(len(config.Diagnostics), "warning")); err != nil {
				return err
			}
		}
	}
	if failed {
		return exitStatus(exitError)
	}
	return nil
}

// readable returns the name to load a configuration by. What is no regular file, such as the standard input (-) or a
// pipe, is read here, whole, and loaded as if it were a file of this folder.
func readable(t terminal, name string, options *scenarios.Options) (string, error) {
	if info, err := os.Stat(name); name != "-" && (err != nil || info.Mode().IsRegular() || info.IsDir()) {
		return name, nil // or a report says why not
	}
	text, err := readFile(t, name)
	if err != nil {
		return "", err
	}
	options.Edited = map[string]string{"-": text}
	return "-", nil
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
