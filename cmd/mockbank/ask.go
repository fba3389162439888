package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios/edit"
)

// readsFromPerson reports whether somebody types what is read from r.
func readsFromPerson(r io.Reader) bool {
	file, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// interview asks questions, and remembers the first failure to do so.
type interview struct {
	in  *bufio.Reader
	out io.Writer
	err error
}

// askAddition asks for what a new scenario needs. What is known already is not asked for.
func askAddition(in io.Reader, out io.Writer, a *edit.Addition) error {
	i := &interview{in: bufio.NewReader(in), out: out}
	i.ask(&a.Name, "Name of the scenario", true)
	i.ask(&a.Password, "Password of the login", true)
	status := ""
	i.say("The login can get " + strings.Join(statusWords(), ", ") + ".\n")
	i.ask(&status, fmt.Sprintf("Status (empty for %s)", a.Status), false)
	if status != "" {
		a.Status = engine.Status(strings.ToUpper(status))
	}
	switch {
	case a.Status == engine.ChallengeResponseRequired:
		i.ask(&a.Challenge, "What the user is asked (may be empty)", false)
		i.ask(&a.Answer, "The right answer", true)
	case a.Status == engine.AuthenticationFailed:
		i.ask(&a.ErrorCode, "Code of the error (may be empty)", false)
		return i.err
	case !a.Status.Ended():
		i.ask(&a.After, "Ends by itself after, such as 2s (empty: somebody decides)", false)
	}
	i.ask(&a.ImportFailsAt, "The import fails at this percentage (empty: it succeeds)", false)
	if a.ImportFailsAt != "" {
		i.ask(&a.ErrorCode, "Code of the error (may be empty)", false)
	}
	return i.err
}

func (i *interview) say(text string) {
	if i.err == nil {
		_, i.err = io.WriteString(i.out, text)
	}
}

// ask reads one line into to, unless it has a value; again and again where an answer is needed.
func (i *interview) ask(to *string, question string, needed bool) {
	for *to == "" && i.err == nil {
		i.say(question + ": ")
		answer, err := i.in.ReadString('\n')
		*to = strings.TrimSpace(answer)
		if err != nil && *to == "" {
			i.err = errors.New("no answer; nothing was changed")
		}
		if !needed {
			return
		}
	}
}
