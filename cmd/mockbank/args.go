package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/engine"
)

// needs refuses a command line with fewer arguments than least, or more than most where that is not 0,
// and shows what the command wants.
func needs(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least {
			return fmt.Errorf("name %s: %s", what, cmd.UseLine())
		}
		if most > 0 && len(args) > most {
			return fmt.Errorf("%q is one too many, name %s: %s", args[most], what, cmd.UseLine())
		}
		return nil
	}
}

// noArgs refuses arguments of a command that takes none.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, below := range cmd.Commands() {
		names = append(names, below.Name())
	}
	if near := engine.Nearest(args[0], names, 1); len(near) > 0 {
		return fmt.Errorf("%s has no command %q; did you mean %s %s?", cmd.CommandPath(), args[0], cmd.CommandPath(), near[0])
	}
	return fmt.Errorf("%q is one too many: %s takes flags only", args[0], cmd.CommandPath())
}

// newHelpCommand is cobra's, with an error for what there is no help about.
func newHelpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Tell about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			found, rest, err := root.Find(args)
			if err != nil || found == nil || len(rest) > 0 {
				var names []string
				for _, one := range root.Commands() {
					names = append(names, one.Name())
				}
				if near := engine.Nearest(strings.Join(args, " "), names, 1); len(near) > 0 {
					return fmt.Errorf("there is no command %q; did you mean %s?", strings.Join(args, " "), near[0])
				}
				return fmt.Errorf("there is no command %q; mockbank help lists them", strings.Join(args, " "))
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// onlyFlags refuses arguments, and says that the flag is what takes one.
func onlyFlags(flag string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("%q is one too many; did you mean %s --%s %s?", args[0], cmd.CommandPath(), flag, args[0])
		}
		return nil
	}
}

// counted is a number of things: "1 file", "2 files".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
