package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

// newTestOptions are the flags of new test.
type newTestOptions struct{ config, file, scenario string }

func newTestFileCommand(t terminal) *cobra.Command {
	var options newTestOptions
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Write a file of tests to begin with",
		Long: `Writes a file of tests beside the configuration, with one test: that a scenario gives a login the status
that it begins with. The test is played first, and written only if it passes. A file that is there
already is left alone.`,
		Example: "  mockbank new test\n  mockbank new test --scenario challenge-required --file tan_test.yaml",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return newTest(cmd.Context(), t, options) },
	}
	configFlag(cmd, &options.config)
	cmd.Flags().StringVar(&options.scenario, "scenario", "", "the `name` of the scenario to test; the first where it is left out")
	cmd.Flags().StringVar(&options.file, "file", "", "the `file` to write; NAME_test.yaml beside NAME.yaml where it is left out")
	return cmd
}

func newTest(ctx context.Context, t terminal, options newTestOptions) error {
	file := options.file
	if file == "" {
		file = testsBeside(options.config)
	}
	if !scenarios.IsTestFile(file) {
		return fmt.Errorf("--file %s: a file of tests is named NAME_test.yaml", file)
	}
	config, err := loadConfiguration(ctx, t, options.config)
	if err != nil {
		return err
	}
	scenario, err := scenarioToTest(config, options.scenario)
	if err != nil {
		return err
	}
	if err := edit.Create(file, firstTest(scenario)); exists(err) {
		return fmt.Errorf("%s is there already, and stays as it is; name another file with --file", file)
	} else if err != nil {
		return err
	}
	if !passes(ctx, config, file) {
		why := fmt.Errorf("the scenario %q does not simply begin with a status: write its test by docs/testing-scenarios.md", scenario.Name)
		return errors.Join(why, os.Remove(file))
	}
	if err := createUnlessThere(filepath.Join(filepath.Dir(file), testSchemaName), scenarios.TestSchema()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.stdout, "%s is written. Play it with: mockbank test --config %s %s\n", file, options.config, file)
	return err
}

// testsBeside is the name of the tests of a configuration, a file or a folder.
func testsBeside(config string) string {
	if info, err := os.Stat(config); err == nil && info.IsDir() {
		return filepath.Join(config, "mockbank_test.yaml")
	}
	extension := filepath.Ext(config)
	return strings.TrimSuffix(config, extension) + "_test" + extension
}

// scenarioToTest is the scenario of the name, or the first where there is no name.
func scenarioToTest(config *scenarios.Config, name string) (*engine.Scenario, error) {
	if name == "" && len(config.Rules.Scenarios) > 0 {
		name = config.Rules.Scenarios[0].Name
	}
	scenario, known := config.Rules.Scenario(name)
	if !known {
		return nil, unknownScenario(config, name)
	}
	return scenario, nil
}

// firstTest is a file with one test: that a login which asks for the scenario gets its first status.
func firstTest(scenario *engine.Scenario) []byte {
	status := scenario.Flow.Describe().Steps[0].Status
	return fmt.Appendf(nil, `# yaml-language-server: $schema=./%s
version: 1

tests:
  - name: %q
    steps:
      # The scenario is asked for by its name; a username and a password in its place find it as an app does.
      - authenticate: {scenario: %q}
        expect: {status: %s, scenario: %q}
`, testSchemaName, scenario.Name+" begins with "+string(status), scenario.Name, status, scenario.Name)
}

// passes plays the tests of a file.
func passes(ctx context.Context, config *scenarios.Config, file string) bool {
	files, report := scenarios.LoadTests(ctx, []string{file})
	if report.HasErrors() {
		return false
	}
	suite := scenariotest.Suite{Rules: config.Rules, Files: files}
	played := suite.Run(ctx)
	return ctx.Err() == nil && len(played.Results) > 0 && played.Failed() == 0
}
