package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
)

// configFlag adds the flag that says which configuration a command looks at.
func configFlag(cmd *cobra.Command, config *string) {
	cmd.Flags().StringVarP(config, "config", "c", "mockbank.yaml", "configuration `file or folder`")
}

// loadConfiguration loads a configuration. Where it has errors it prints them and returns an error.
func loadConfiguration(ctx context.Context, t terminal, name string) (*scenarios.Config, error) {
	config, report := scenarios.Load(ctx, name, loadOptions())
	if config != nil {
		return config, nil
	}
	if err := writeReport(t, report, "text"); err != nil {
		return nil, err
	}
	return nil, errors.New("the configuration has errors")
}

// unknownScenario says that no scenario has the name, and which are near.
func unknownScenario(config *scenarios.Config, name string) error {
	if near := nearestNames(scenarioNames(config), name); near != "" {
		return fmt.Errorf("no scenario is named %q; did you mean %s?", name, near)
	}
	names := scenarioNames(config)
	if len(names) > 20 {
		return fmt.Errorf("no scenario is named %q; the configuration has %d, such as %s", name, len(names), strings.Join(names[:5], ", "))
	}
	return fmt.Errorf("no scenario is named %q; there are %s", name, strings.Join(names, ", "))
}

func scenarioNames(config *scenarios.Config) []string {
	names := make([]string, len(config.Rules.Scenarios))
	for i, scenario := range config.Rules.Scenarios {
		names[i] = scenario.Name
	}
	return names
}
