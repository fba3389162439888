package main

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// completeScenarios completes the name of a scenario of the configuration that --config names.
func completeScenarios(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	name, err := cmd.Flags().GetString("config")
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	config, _ := scenarios.Load(cmd.Context(), name, loadOptions())
	if config == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, scenario := range config.Rules.Scenarios {
		if strings.HasPrefix(scenario.Name, begun) {
			names = append(names, cobra.CompletionWithDesc(scenario.Name, scenario.Description))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeTests completes the name of a test of the configuration that --config names, as an expression that matches
// it alone.
func completeTests(cmd *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	name, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	config, _ := scenarios.Load(cmd.Context(), name, loadOptions())
	if config == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	found, err := config.TestFiles()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	files, _ := scenarios.LoadTests(cmd.Context(), found)
	var names []cobra.Completion
	for _, file := range files {
		for i := range file.Tests {
			if test := regexp.QuoteMeta(file.Tests[i].Name); strings.HasPrefix(test, begun) {
				names = append(names, test)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeWords completes a flag that takes one of a few words.
func completeWords(cmd *cobra.Command, flag string, words ...string) {
	completion := cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc(flag, completion); err != nil {
		panic(err) // the command has no such flag: a defect
	}
}

func nearestNames(known []string, name string) string {
	return strings.Join(engine.Nearest(name, known, 3), ", ")
}
