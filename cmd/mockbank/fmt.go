package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios/edit"
)

func newFmtCommand(t terminal) *cobra.Command {
	var write, check bool
	cmd := &cobra.Command{
		Use:   "fmt FILE...",
		Short: "Format configuration files",
		Long: `Prints each file in its canonical form: indented by two spaces, list items beneath their key, at
most one empty line at a time, and what is written in { } or [ ] over several lines as a block.
Comments, empty lines and the meaning stay; a file where that cannot be done is left alone. The
file - is the standard input.`,
		Example: "  mockbank fmt -w mockbank.yaml\n  mockbank fmt --check mockbank.yaml mockbank.d/*.yaml",
		Args:    needs(1, 0, "a file, or - for the standard input"),
		RunE: func(_ *cobra.Command, names []string) error {
			return formatAll(t, names, write, check)
		},
	}
	cmd.Flags().BoolVarP(&write, "write", "w", false, "write the files instead of printing them")
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; list the files that are not formatted, and exit 1 if there are any")
	cmd.MarkFlagsMutuallyExclusive("write", "check")
	return cmd
}

// formatAll formats the files, and goes on behind one that cannot be formatted.
func formatAll(t terminal, names []string, write, check bool) error {
	failed := false
	for _, name := range names {
		changed, err := formatFile(t, name, write, check)
		if err != nil {
			if _, err := fmt.Fprintf(t.stderr, "mockbank: %v\n", err); err != nil {
				return err
			}
		}
		failed = failed || err != nil || check && changed
	}
	if failed {
		return exitStatus(exitError)
	}
	return nil
}

// formatFile formats a file and reports whether that changes it.
func formatFile(t terminal, name string, write, check bool) (changed bool, err error) {
	text, err := readFile(t, name)
	if err != nil {
		return false, err
	}
	formatted, report, err := edit.Format(name, text)
	if err != nil {
		return false, errors.Join(err, writeReport(t, report, "text"))
	}
	changed = formatted != text
	switch {
	case check && changed:
		_, err = fmt.Fprintf(t.stdout, "%s is not formatted; run: mockbank fmt -w %s\n", name, name)
	case check:
	case write && name != "-":
		if changed {
			err = edit.Replace(name, []byte(formatted))
		}
	default:
		_, err = io.WriteString(t.stdout, formatted)
	}
	return changed, err
}

// maxInput bounds what is read from the standard input: more is no configuration file.
const maxInput = 17 << 20

func readFile(t terminal, name string) (string, error) {
	if name == "-" {
		text, err := io.ReadAll(io.LimitReader(t.stdin, maxInput))
		return string(text), err
	}
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("the file %s is not there", name)
	case errors.Is(err, fs.ErrPermission):
		return "", fmt.Errorf("the file %s cannot be read: the permission is lacking", name)
	case err != nil:
		if info, statErr := os.Stat(name); statErr == nil && info.IsDir() {
			return "", fmt.Errorf("%s is a folder: name its files, such as %s/*.yaml", name, strings.TrimRight(name, "/"))
		}
	}
	return string(text), err
}
