package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mockbank/mockbank/engine"
)

// guesses are flags as other programs call them: the flag that is meant, and its value, where %s is the one given.
var guesses = map[string]struct{ flag, value string }{
	"port": {"listen", "127.0.0.1:%s"}, "p": {"listen", "127.0.0.1:%s"}, "host": {"listen", "%s:8080"}, "address": {"listen", "%s"},
	"addr": {"listen", "%s"},
	"bind": {"listen", "%s"}, "http": {"listen", "%s"}, "db": {"database", "%s"}, "dsn": {"database", "%s"},
	"database-url": {"database", "%s"}, "storage": {"database", "%s"},
	"file": {"config", "%s"}, "conf": {"config", "%s"}, "configuration": {"config", "%s"}, "scenarios": {"config", "%s"},
	"f":     {"config", "%s"},
	"debug": {"log-level", "debug"}, "verbose": {"log-level", "debug"}, "trace": {"log-level", "trace"}, "quiet": {"log-level", "warn"},
	"silent":   {"log-level", "error"},
	"loglevel": {"log-level", "%s"}, "level": {"log-level", "%s"}, "logformat": {"log-format", "%s"}, "json": {"format", "json"},
	"token":  {"admin-token", "%s"},
	"filter": {"run", "%s"}, "grep": {"run", "%s"}, "only": {"run", "%s"}, "user": {"username", "%s"}, "login": {"username", "%s"},
	"pass": {"password", "%s"}, "pin": {"password", "%s"},
	"url": {"against", "%s"}, "server": {"against", "%s"}, "threads": {"parallel", "%s"}, "jobs": {"parallel", "%s"},
	"out": {"output", "%s"}, "report": {"output", "%s"},
	"tan": {"answer", "%s"}, "code": {"error-code", "%s"}, "error": {"error-code", "%s"}, "type": {"format", "%s"},
	"in-place": {"write", ""}, "inplace": {"write", ""}, "i": {"write", ""}, "fix": {"write", ""},
}

var digits = regexp.MustCompile(`^\d{1,5}$`)

// synonymFlag returns the flag that another word stands for, and its value.
func synonymFlag(word, value string) (flag, form string) {
	guess, known := guesses[word]
	if !known {
		return "", ""
	}
	if strings.Contains(guess.value, "%s") {
		if value == "" {
			value = strings.ToUpper(word)
			if word == "port" || word == "p" {
				value = "8080"
			}
		}
		return guess.flag, fmt.Sprintf(guess.value, value)
	}
	return guess.flag, guess.value
}

// flagProblem says what was meant by a flag that a command does not have.
func flagProblem(args []string) func(*cobra.Command, error) error {
	return func(cmd *cobra.Command, problem error) error {
		text := problem.Error()
		var name string
		switch {
		case strings.HasPrefix(text, "unknown flag: --"):
			name = strings.TrimPrefix(text, "unknown flag: --")
		case strings.HasPrefix(text, "unknown shorthand flag: "):
			name = strings.Trim(strings.TrimPrefix(text, "unknown shorthand flag: ")[:3], "'")
		default:
			return problem
		}
		return fmt.Errorf("%s has no flag --%s%s", cmd.CommandPath(), name, flagHint(cmd, name, valueIn(args, name)))
	}
}

func flagHint(cmd *cobra.Command, name, value string) string {
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if flag, form := synonymFlag(strings.ToLower(name), value); flag != "" && cmd.Flags().Lookup(flag) != nil {
		return fmt.Sprintf("; did you mean --%s %s?", flag, form)
	}
	if near := engine.Nearest(name, names, 1); len(near) > 0 {
		return fmt.Sprintf("; did you mean --%s?", near[0])
	}
	return "; see " + cmd.CommandPath() + " --help"
}

// valueIn finds the value that a command line gives a flag.
func valueIn(args []string, name string) string {
	for i, arg := range args {
		flag, value, joined := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case !strings.HasPrefix(arg, "-") || flag != name:
		case joined:
			return value
		case i+1 < len(args) && !strings.HasPrefix(args[i+1], "-"):
			return args[i+1]
		}
	}
	return ""
}

// checkListen refuses what is no address, and says which one was meant.
func checkListen(address string) error {
	switch {
	case address == "" || strings.Contains(address, ":"):
		return nil
	case digits.MatchString(address):
		return fmt.Errorf("--listen %s: write an address and a port: 127.0.0.1:%s", address, address)
	default:
		return fmt.Errorf("--listen %s: add a port, such as %s:8080", address, address)
	}
}

// oneOf refuses a flag's value that is none of words, and says which is near.
func oneOf(flag, value string, words ...string) error {
	for _, word := range words {
		if value == word {
			return nil
		}
	}
	hint := "use " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	if near := engine.Nearest(value, words, 1); len(near) > 0 && value != "" {
		hint += fmt.Sprintf("; did you mean %s?", near[0])
	}
	return fmt.Errorf("--%s %q: %s", flag, value, hint)
}
