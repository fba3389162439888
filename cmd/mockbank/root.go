package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit codes, the same for every command.
const (
	exitOK     = 0
	exitError  = 1 // it could not be done, or what was checked is wrong
	exitFailed = 2 // a test of scenarios failed
)

// terminal is what a command sees of the process it runs in; tests hand in one of their own.
type terminal struct {
	args           []string
	lookupEnv      func(name string) (string, bool)
	stdin          io.Reader
	stdout, stderr io.Writer
}

// exitStatus ends the program with a code, after a command has said all there is to say.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run executes a command line and returns the exit code.
func run(ctx context.Context, t terminal) int {
	root := newRootCommand(t)
	root.SetArgs(t.args)
	root.SetIn(t.stdin)
	root.SetOut(t.stdout)
	root.SetErr(t.stderr)
	err := root.ExecuteContext(ctx)
	var status exitStatus
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	default:
		_, _ = fmt.Fprintf(t.stderr, "mockbank: %v\n", err)
		return exitError
	}
}

func newRootCommand(t terminal) *cobra.Command {
	root := &cobra.Command{
		Use:   "mockbank",
		Short: "A bank that fails on demand, as YAML scenarios say",
		Long: `mockbank plays a bank (wealthAPI's Mock Bank, version 3) for apps that import their users'
accounts. Everything it does is declared in a YAML file, which it reads again whenever you save it.

Each flag can also be set by an environment variable: --log-level by MOCKBANK_LOG_LEVEL.`,
		Version:       buildVersion(),
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return flagsFromEnvironment(cmd.Flags(), t.lookupEnv)
		},
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.AddCommand(newServeCommand(t), newValidateCommand(t), newVersionCommand())
	root.AddCommand(newExplainCommand(t), newGraphCommand(t), newSchemaCommand(), newDocsCommand())
	root.AddCommand(newInitCommand(t), newFmtCommand(t), newNewCommand(t))
	root.AddCommand(newTestCommand(t), newCatalogueCommand())
	root.AddCommand(newJournalCommand(t), newClockCommand(t))
	root.AddCommand(newDecideCommand(t, "approve", "Approve a login for its user"), newDecideCommand(t, "decline", "Decline a login for its user"))
	return root
}

// flagsFromEnvironment sets each flag that the command line leaves out from MOCKBANK_<FLAG>.
func flagsFromEnvironment(flags *pflag.FlagSet, lookupEnv func(string) (string, bool)) error {
	var problem error
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed || problem != nil {
			return
		}
		name := "MOCKBANK_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		if value, ok := lookupEnv(name); ok && value != "" {
			if err := flags.Set(flag.Name, value); err != nil {
				problem = fmt.Errorf("environment variable %s: %w", name, err)
			}
		}
	})
	return problem
}

// isTerminal reports whether what is written to w is read by a person.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
