package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// Exit codes, the same for every command.
const (
	exitOK     = 0
	exitError  = 1 // it could not be done, or what was checked is wrong
	exitFailed = 2 // a test of scenarios failed
)

// terminal is what a command sees of the process it runs in; tests hand in one of their own.
type terminal struct {
	args      []string
	lookupEnv func(name string) (string, bool)
	// environ lists all variables as NAME=VALUE, for warnings about those that nothing reads.
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
	// tune sets the program up for serving; nil where the process is a test's.
	tune func(lookupEnv func(name string) (string, bool))
}

// exitStatus ends the program with a code, after a command has said all there is to say.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run executes a command line and returns the exit code.
func run(ctx context.Context, t terminal) int {
	t.stdin = newInterruptible(ctx, t.stdin)
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
		Version:       thisBuild().Version,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := flagsFromEnvironment(cmd.Flags(), t.lookupEnv); err != nil {
				return err
			}
			return unreadVariables(cmd, t)
		},
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.AddCommand(newServeCommand(t), newHealthcheckCommand(t), newValidateCommand(t), newVersionCommand())
	root.AddCommand(newExplainCommand(t), newGraphCommand(t), newSchemaCommand(), newOpenAPICommand(t), newDocsCommand())
	root.AddCommand(newInitCommand(t), newFmtCommand(t), newNewCommand(t))
	root.AddCommand(newTestCommand(t), newCatalogueCommand())
	root.SetFlagErrorFunc(flagProblem(t.args))
	root.SetHelpCommand(newHelpCommand(root))
	root.AddCommand(newJournalCommand(t), newClockCommand(t), newVerifyCommand(t), newRecordCommand(t), newMCPCommand(t))
	root.AddCommand(newDecideCommand(t, "approve", "Approve a login for its user"),
		newDecideCommand(t, "decline", "Decline a login for its user"))
	return root
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
