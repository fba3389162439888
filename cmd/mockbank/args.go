package main

import (
	"fmt"

	"github.com/spf13/cobra"
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
