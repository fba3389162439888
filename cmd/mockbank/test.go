package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

// testOptions are the flags of test.
type testOptions struct {
	config, only, format, output, against, token string
	watch, coverage, verbose                     bool
	coverageMin                                  float64
	parallel                                     int

	selected *regexp.Regexp
}

func newTestCommand(t terminal) *cobra.Command {
	var options testOptions
	cmd := &cobra.Command{
		Use:   "test [FILE...]",
		Short: "Play the tests of scenarios, in the bank's own time",
		Long: `Plays tests of scenarios: each in a bank of its own in which nothing has happened yet, and whose
clock only the test's own waits move. A minute of the bank's time takes no time.

Without FILE it plays the *_test.yaml beside the configuration's files. With --against it plays the
same tests over HTTP, against a running mockbank, each in a session of its own; nothing else that
uses the server notices.

Exits 0 where all tests passed, 2 where one failed (or less was exercised than --coverage-min), 1
where they could not be played.`,
		Example: "  mockbank test\n  mockbank test --run approval --watch\n" +
			"  mockbank test --format junit --output report.xml --coverage-min 90",
		RunE: func(cmd *cobra.Command, names []string) error {
			return test(cmd.Context(), t, options, names)
		},
	}
	configFlag(cmd, &options.config)
	flags := cmd.Flags()
	flags.StringVar(&options.only, "run", "", "only the tests whose name matches this `expression`")
	flags.BoolVarP(&options.watch, "watch", "w", false, "play them again whenever a file is saved, until Ctrl-C")
	flags.BoolVar(&options.coverage, "coverage", false, "list the scenarios and transitions that no test exercised")
	flags.Float64Var(&options.coverageMin, "coverage-min", 0,
		"fail where less than this `percent` of scenarios and transitions is exercised")
	flags.StringVar(&options.format, "format", "pretty", "the report's form: pretty, json or junit")
	flags.StringVarP(&options.output, "output", "o", "", "`file` to write the report to, instead of the standard output")
	flags.IntVar(&options.parallel, "parallel", 0, "how many tests are played at the same time; 0: as many as there are processors")
	flags.BoolVarP(&options.verbose, "verbose", "v", false, "list the tests that passed, too")
	flags.StringVar(&options.against, "against", "", "play them against the running mockbank at this `URL`")
	flags.StringVar(&options.token, "admin-token", "", "the admin `token` of that mockbank, where it wants one")
	completeWords(cmd, "format", "pretty", "json", "junit")
	if err := cmd.RegisterFlagCompletionFunc("run", completeTests); err != nil {
		panic(err) // the command has no such flag: a defect
	}
	return cmd
}

// test plays the tests, again and again where it is to watch.
func test(ctx context.Context, t terminal, options testOptions, names []string) error {
	if err := options.check(); err != nil {
		return err
	}
	if options.watch {
		return watchTests(ctx, t, options, names)
	}
	return playOnce(ctx, t, options, readTests(ctx, options, names))
}

func (o *testOptions) check() (err error) {
	if o.selected, err = regexp.Compile(o.only); err != nil {
		return fmt.Errorf("--run %q: %w", o.only, err)
	}
	switch {
	case oneOf("format", o.format, "pretty", "json", "junit") != nil:
		return oneOf("format", o.format, "pretty", "json", "junit")
	case o.coverageMin < 0 || o.coverageMin > 100:
		return fmt.Errorf("--coverage-min %v: a percentage is from 0 to 100", o.coverageMin)
	case o.parallel < 0:
		return fmt.Errorf("--parallel %d: it cannot be negative", o.parallel)
	case o.against != "" && (o.coverage || o.coverageMin > 0):
		return errors.New("--against: a running server keeps its own coverage, see GET /admin/v1/coverage")
	}
	return nil
}

// testFiles are a configuration and its tests, as they were read.
type testFiles struct {
	config *scenarios.Config
	tests  []*scenarios.TestFile
	// reports tell what was read, and what is wrong with it: of the configuration, then of the tests.
	reports []*scenarios.Report
	// err says why there is nothing to play although no file has errors.
	err error
}

// readTests reads the configuration and its tests.
func readTests(ctx context.Context, options testOptions, names []string) testFiles {
	config, report := scenarios.Load(ctx, options.config, loadOptions())
	read := testFiles{config: config, reports: []*scenarios.Report{report}}
	if config == nil {
		return read
	}
	if len(names) == 0 {
		if names, read.err = config.TestFiles(); read.err == nil && len(names) == 0 {
			read.err = fmt.Errorf("no tests: write NAME_test.yaml beside %s, or name a file; `mockbank new test` writes one",
				options.config)
		}
	}
	if read.err == nil {
		read.tests, report = scenarios.LoadTests(ctx, names)
		read.reports = append(read.reports, report)
	}
	return read
}

// playOnce plays tests that were read once.
func playOnce(ctx context.Context, t terminal, options testOptions, read testFiles) error {
	switch {
	case read.config == nil:
		return refuseTests(t, read.reports[0], "the configuration has errors")
	case read.err != nil:
		return read.err
	case read.reports[1].HasErrors():
		return refuseTests(t, read.reports[1], "the tests have errors")
	}
	return playTests(ctx, t, options, read.config, read.tests)
}

// refuseTests prints what is wrong with the files.
func refuseTests(t terminal, read *scenarios.Report, why string) error {
	if err := writeReport(t, read, "text"); err != nil {
		return err
	}
	return errors.New(why)
}

// playTests plays the tests and writes the report.
func playTests(ctx context.Context, t terminal, options testOptions, config *scenarios.Config, files []*scenarios.TestFile) error {
	suite := scenariotest.Suite{
		Rules: config.Rules, Files: files, Only: options.selected, Parallel: options.parallel, Progress: progressLine(t),
	}
	if options.against != "" {
		var err error
		if suite.Server, err = reachServer(ctx, t, options, config); err != nil {
			return fmt.Errorf("--against: %w", err)
		}
	}
	report := suite.Run(ctx)
	endProgress(t)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("the tests were called off: %w", err)
	}
	if err := writeTestReport(t, options, report); err != nil {
		return err
	}
	return verdict(t, options, report)
}

// reachServer asks the server that the tests are to be played against what it plays.
func reachServer(ctx context.Context, t terminal, options testOptions, config *scenarios.Config) (*scenariotest.Server, error) {
	server, err := scenariotest.NewServer(options.against, options.token)
	if err != nil {
		return nil, err
	}
	hash, err := server.Rules(ctx)
	if err == nil && hash != config.Hash {
		_, err = fmt.Fprintf(t.stderr, "mockbank: the server plays another configuration (%s) than %s (%s)\n", hash, options.config,
			config.Hash)
	}
	return server, err
}

// verdict is the exit code: an error where the tests did not pass.
func verdict(t terminal, options testOptions, report *scenariotest.Report) error {
	if len(report.Results) == 0 {
		return fmt.Errorf("no test's name matches --run %q", options.only)
	}
	failed := report.Failed() > 0
	coverage := report.Coverage()
	if percent := coverage.Overall().Percent(); percent < options.coverageMin {
		_, _ = fmt.Fprintf(t.stderr, "mockbank: %.1f %% of scenarios and transitions were exercised, less than the %g %% of "+
			"--coverage-min\n",
			percent, options.coverageMin)
		failed = true
	}
	if failed {
		return exitStatus(exitFailed)
	}
	return nil
}
