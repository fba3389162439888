package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
)

func newNewCommand(t terminal) *cobra.Command {
	cmd := &cobra.Command{Use: "new", Short: "Add something to a configuration"}
	cmd.AddCommand(newScenarioCommand(t), newTestFileCommand(t))
	return cmd
}

// newScenarioOptions are the flags of new scenario.
type newScenarioOptions struct {
	config, file string
	status       string
	edit.Addition
}

func newScenarioCommand(t terminal) *cobra.Command {
	var options newScenarioOptions
	cmd := &cobra.Command{
		Use:   "scenario",
		Short: "Add a scenario to a configuration",
		Long: `Adds a scenario to a configuration file, before a catch-all that would answer its login first. All
else in the file stays as it is, its comments too. Nothing is written unless the configuration is in
order with the new scenario. Without --name and --password it asks, on a terminal.`,
		Example: `  mockbank new scenario --name wrong-tan --password wrongTan --status CHALLENGE_RESPONSE_REQUIRED --answer 4711
  mockbank new scenario --name slow-app --password slowApp --status DECOUPLED_AUTH_REQUIRED --after 30s
  mockbank new scenario --name half-way --password halfWay --import-fails-at 50 --error-code BANK_SERVER_REJECTION`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return newScenario(cmd.Context(), t, options)
		},
	}
	configFlag(cmd, &options.config)
	options.addFlags(cmd)
	return cmd
}

func (o *newScenarioOptions) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.file, "file", "", "the `file` of the configuration to add to; the configuration's own file where it is left out")
	flags.StringVar(&o.Name, "name", "", "the scenario's `name`")
	flags.StringVar(&o.Description, "description", "", "what it is about")
	flags.StringVar(&o.Bank, "bank", "", "the bank's `slug`; the file's defaults decide where it is left out")
	flags.StringVar(&o.Username, "username", "", "the login's `name`; the file's defaults decide where it is left out")
	flags.StringVar(&o.Password, "password", "", "the login's password")
	flags.StringVar(&o.status, "status", "AUTHENTICATED", "the `status` that the login gets")
	flags.StringVar(&o.Challenge, "challenge", "", "the `message` that asks for an answer")
	flags.StringVar(&o.Answer, "answer", "", "the right `answer`; any other fails")
	flags.StringVar(&o.After, "after", "", "the `time` after which a step that waits ends by itself")
	flags.StringVar(&o.ImportTakes, "import-takes", "", "the `time` that the import takes")
	flags.StringVar(&o.ImportFailsAt, "import-fails-at", "", "the `percentage` at which the import fails")
	flags.StringVar(&o.ErrorCode, "error-code", "", "the `code` of the error that the import, or else the authentication, fails with")
	completeWords(cmd, "status", statusWords()...)
	completeWords(cmd, "error-code", scenarios.BuiltInCodes()...)
}

func statusWords() []string {
	var words []string
	for _, status := range engine.Statuses() {
		words = append(words, string(status))
	}
	return words
}

func newScenario(ctx context.Context, t terminal, options newScenarioOptions) error {
	options.Status = engine.Status(strings.ToUpper(options.status))
	if err := options.check(); err != nil {
		return err
	}
	file := options.file
	if file == "" {
		file = options.config
	}
	if info, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the file %s is not there: `mockbank init` writes one", file)
	} else if err != nil {
		return err
	} else if info.IsDir() {
		return fmt.Errorf("%s is a folder: say with --file which file of it to add to", file)
	}
	if options.Name == "" || options.Password == "" {
		if !readsFromPerson(t.stdin) {
			return errors.New("give --name and --password; see mockbank new scenario --help")
		}
		if _, err := loadConfiguration(ctx, t, options.config); err != nil {
			return err // before anything is asked
		}
		try := func(ctx context.Context, addition edit.Addition) error {
			_, _, err := edit.Add(ctx, options.config, file, addition, loadOptions())
			return err
		}
		if err := askAddition(ctx, t.stdin, t.stdout, &options.Addition, try); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return errInterrupted
	}
	added, report, err := edit.Add(ctx, options.config, file, options.Addition, loadOptions())
	if err != nil {
		if report != nil {
			err = errors.Join(err, writeReport(t, report, "text"))
		}
		return err
	}
	if err := edit.Replace(file, []byte(added.Text)); err != nil {
		return err
	}
	return sayAdded(t, options, added)
}

// check refuses values of flags in the flags' own names, before a file is looked at.
func (o *newScenarioOptions) check() error {
	if _, err := statusCheck(string(o.Status)); err != nil {
		return fmt.Errorf("--status: %w", err)
	}
	for _, one := range []struct {
		flag  string
		value *string
		check check
	}{
		{"after", &o.After, durationCheck}, {"import-takes", &o.ImportTakes, durationCheck}, {"import-fails-at", &o.ImportFailsAt, percentCheck},
		{"error-code", &o.ErrorCode, func(code string) (string, error) { _, err := scenarios.CheckErrorCode(code); return code, err }},
	} {
		if *one.value == "" {
			continue
		}
		synonym, err := one.check(*one.value)
		if err != nil {
			return fmt.Errorf("--%s: %w", one.flag, err)
		}
		*one.value = synonym
	}
	return nil
}

func sayAdded(t terminal, options newScenarioOptions, added *edit.Added) error {
	where := ""
	if added.Before != "" {
		where = fmt.Sprintf(", before %q", added.Before)
	}
	_, err := fmt.Fprintf(t.stdout, "%s:%d: added %q%s\n", added.File, added.Line, options.Name, where)
	return err
}
