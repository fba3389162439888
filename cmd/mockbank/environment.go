package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mockbank/mockbank/engine"
)

const environmentPrefix = "MOCKBANK_"

// flagsFromEnvironment sets each flag that the command line leaves out from MOCKBANK_<FLAG>.
func flagsFromEnvironment(flags *pflag.FlagSet, lookupEnv func(string) (string, bool)) error {
	var problem error
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed || problem != nil {
			return
		}
		name := variableOf(flag.Name)
		if value, ok := lookupEnv(name); ok && value != "" {
			if err := flags.Set(flag.Name, value); err != nil {
				problem = fmt.Errorf("environment variable %s: %w", name, err)
			}
		}
	})
	return problem
}

// variableOf is the environment variable of a flag.
func variableOf(flag string) string {
	return environmentPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// ofService are the variables that Kubernetes and Docker make for a service that is called mockbank.
var ofService = regexp.MustCompile(`^MOCKBANK(?:_[A-Z0-9]+)*?_(?:SERVICE_|PORT_\d+_|NAME$|ENV_)`)

// unreadVariables warns of each variable MOCKBANK_… that nothing reads, with what was probably meant.
func unreadVariables(cmd *cobra.Command, t terminal) error {
	known := knownVariables(cmd.Root())
	for _, variable := range t.environ {
		name, value, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, environmentPrefix) || slices.Contains(known, name) || ofService.MatchString(name) ||
			strings.HasSuffix(name, "_PORT") && strings.Contains(value, "://") || namedByConfiguration(cmd, name) {
			continue
		}
		hint := ""
		flag := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, environmentPrefix), "_", "-"))
		if synonym, form := synonymFlag(flag, value); synonym != "" {
			hint = fmt.Sprintf("; did you mean %s=%s?", variableOf(synonym), form)
		} else if near := engine.Nearest(name, known, 1); len(near) > 0 {
			hint = fmt.Sprintf("; did you mean %s?", near[0])
		}
		if _, err := fmt.Fprintf(t.stderr, "mockbank: warning: nothing reads the environment variable %s%s\n", name, hint); err != nil {
			return err
		}
	}
	return nil
}

// knownVariables lists the variables of all flags of all commands: one that another command reads may well be set.
func knownVariables(cmd *cobra.Command) []string {
	var known []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { known = append(known, variableOf(flag.Name)) })
	for _, below := range cmd.Commands() {
		known = append(known, knownVariables(below)...)
	}
	return known
}

// namedByConfiguration reports whether the configuration takes a value from the variable itself.
func namedByConfiguration(cmd *cobra.Command, variable string) bool {
	flag := cmd.Flags().Lookup("config")
	if flag == nil {
		return false
	}
	text, err := os.ReadFile(flag.Value.String())
	return err == nil && strings.Contains(string(text), variable)
}
