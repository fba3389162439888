package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What a command's examples, and so docs/cli.md, say to type is what it takes.
func TestExamplesOfCommandsCanBeTyped(t *testing.T) {
	t.Parallel()
	tried := 0
	eachCommand(newRootCommand(terminal{lookupEnv: func(string) (string, bool) { return "", false }}), func(cmd *cobra.Command) {
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", "")) {
			words, isOurs := strings.CutPrefix(strings.TrimSpace(line), "mockbank ")
			if !isOurs {
				continue
			}
			tried++
			typed, flags, err := newRootCommand(terminal{}).Find(shellWords(words))
			if err == nil {
				err = typed.ParseFlags(flags)
			}
			if err == nil {
				err = typed.ValidateArgs(typed.Flags().Args())
			}
			if err != nil || !strings.HasPrefix(typed.CommandPath(), cmd.CommandPath()) {
				t.Errorf("%s: %q is %s (%v)", cmd.CommandPath(), line, typed.CommandPath(), err)
			}
		}
	})
	if tried < 30 {
		t.Errorf("only %d examples were found", tried)
	}
}

func eachCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, below := range cmd.Commands() {
		eachCommand(below, visit)
	}
}

// shellWords are the words of a command up to a pipe, a redirection or a comment.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	quote, begun := rune(0), false
	end := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, begun = c, true
		case quote == 0 && (c == '|' || c == '>' || c == '#'):
			end()
			return words
		case quote == 0 && c == ' ':
			end()
		default:
			begun = true
			word.WriteRune(c)
		}
	}
	end()
	return words
}
