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
  mockbank new scenario --name half-way --password halfWay --import-fails-at 50 --error-code BANK_SERVER_REJECTION
  mockbank new scenario --name down-at-night --password success --between 23:30-05:00 --zone Europe/Berlin --status AUTHENTICATION_FAILED --error-code INSTITUTION_DOWN
  mockbank new scenario --name locked --password wrong --attempt "4.. within 24h" --status AUTHENTICATION_FAILED --error-code ACCOUNT_LOCKED`,
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
	o.addConditionFlags(cmd)
	completeWords(cmd, "status", statusWords()...)
	completeWords(cmd, "error-code", scenarios.BuiltInCodes()...)
}

func (o *newScenarioOptions) addConditionFlags(cmd *cobra.Command) {
	flags, c := cmd.Flags(), &o.Conditions
	flags.StringVar(&c.PasswordMatches, "password-matches", "",
		"an `expression` (RE2) that passwords match, in place of one; its named groups become ${name}")
	flags.StringArrayVar(&c.Fields, "field", nil, "a further field of the login, `NAME=TEXT`; may be repeated, as may those that follow")
	flags.StringArrayVar(&c.Headers, "header", nil, "a header of the login, `NAME=TEXT`")
	flags.StringVar(&c.Attempt, "attempt", "", "which login of the user it is, a `count` such as 4.., or \"3.. within 5m\"")
	flags.StringArrayVar(&c.Counters, "counter", nil,
		"how often a step has counted, `NAME=COUNT`, such as wrong=3.., or \"wrong=3.. within 24h\"")
	flags.StringArrayVar(&c.Switches, "switch", nil, "a switch that is on, `NAME`, or off, NAME=off")
	flags.StringVar(&c.Between, "between", "", "the `time` of day, such as 23:30-05:00")
	flags.StringSliceVar(&c.Days, "days", nil, "the `days` of the week, such as sat,sun")
	flags.StringVar(&c.Zone, "zone", "", "the time `zone` of --between and --days, such as Europe/Berlin; UTC where it is left out")
	flags.StringVar(&c.SessionAge, "session-age", "", "how old the session is, a `range` such as 0s..10m")
	flags.StringVar(&c.LastAuthenticated, "last-authenticated", "", "how long ago the user was last authenticated, a `range` such as 90d..")
	flags.StringVar(&c.Probability, "probability", "", "how likely it is, a `number` from 0 to 1")
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
	if options.Name == "" || options.Password == "" && options.Conditions.PasswordMatches == "" {
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
		{"after", &o.After, durationCheck}, {"import-takes", &o.ImportTakes, durationCheck},
		{"import-fails-at", &o.ImportFailsAt, percentCheck},
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
