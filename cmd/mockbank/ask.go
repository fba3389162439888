package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
)

// readsFromPerson reports whether somebody types what is read from r.
func readsFromPerson(r io.Reader) bool {
	if wrapped, is := r.(*interruptible); is {
		r = wrapped.from
	}
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

// check turns an answer into what is meant by it, or says why it will not do.
type check func(answer string) (string, error)

// askAddition asks for what a new scenario needs. What is known already is not asked for. An answer that will not do
// is asked for again, with the reason; try says whether a scenario can be added to the configuration as it is.
func askAddition(ctx context.Context, in io.Reader, out io.Writer, a *edit.Addition, try func(context.Context, edit.Addition) error) error {
	i := &interview{in: bufio.NewReader(in), out: out}
	known := func(name, password string) check {
		return func(answer string) (string, error) {
			probe := edit.Addition{Bank: a.Bank, Username: a.Username, Name: name, Password: password, Status: engine.Authenticated}
			if name == "" {
				probe.Name = answer
			} else {
				probe.Password = answer
			}
			return answer, try(ctx, probe)
		}
	}
	i.ask(&a.Name, "Name of the scenario", true, known("", "a password that nobody has yet"))
	i.ask(&a.Password, "Password of the login", true, known(a.Name, ""))
	i.askStatus(a)
	switch {
	case a.Status == engine.ChallengeResponseRequired:
		i.ask(&a.Challenge, "What the user is asked (may be empty)", false, asItIs)
		i.ask(&a.Answer, "The right answer", true, asItIs)
	case a.Status == engine.AuthenticationFailed:
		i.ask(&a.ErrorCode, "Code of the error (may be empty)", false, codeCheck())
		return i.err
	case !a.Status.Ended():
		i.ask(&a.After, "Ends by itself after, such as 2s (empty: somebody decides)", false, durationCheck)
	}
	i.ask(&a.ImportFailsAt, "The import fails at this percentage (empty: it succeeds)", false, percentCheck)
	if a.ImportFailsAt != "" {
		i.ask(&a.ErrorCode, "Code of the error (may be empty)", false, codeCheck())
	}
	return i.err
}

// statusMeanings say in words what each status is that a scenario of few words can begin with.
var statusMeanings = []struct {
	status  engine.Status
	meaning string
}{
	{engine.Authenticated, "the login succeeds"},
	{engine.AuthenticationFailed, "the login is refused"},
	{engine.ChallengeResponseRequired, "the user has to answer, such as with a TAN"},
	{engine.DecoupledAuthRequired, "the user has to confirm in the bank's app"},
	{engine.DecoupledAuthInProgress, "the user is confirming, on another device"},
	{engine.RedirectRequired, "the user has to log in on the bank's own page"},
}

func (i *interview) askStatus(a *edit.Addition) {
	i.say("What the login gets:\n")
	for number, one := range statusMeanings {
		i.say(fmt.Sprintf("  %d  %-28s %s\n", number+1, one.status, one.meaning))
	}
	status := ""
	i.ask(&status, fmt.Sprintf("Number or status (empty for %s)", a.Status), false, statusCheck)
	if status != "" {
		a.Status = engine.Status(status)
	}
}

func asItIs(answer string) (string, error) { return answer, nil }

func statusCheck(answer string) (string, error) {
	if number, err := strconv.Atoi(answer); err == nil {
		if number < 1 || number > len(statusMeanings) {
			return "", fmt.Errorf("the numbers are 1 to %d", len(statusMeanings))
		}
		return string(statusMeanings[number-1].status), nil
	}
	for _, one := range statusMeanings {
		if strings.EqualFold(string(one.status), answer) {
			return string(one.status), nil
		}
	}
	if strings.EqualFold(answer, string(engine.TwoStepProcedureRequired)) {
		return "", fmt.Errorf("a scenario with %s has methods to choose from: write it by hand", engine.TwoStepProcedureRequired)
	}
	return "", fmt.Errorf("%q is no status; %s", answer, scenarios.StatusHint(answer))
}

func durationCheck(answer string) (string, error) { return answer, scenarios.CheckDuration(answer) }

func percentCheck(answer string) (string, error) {
	answer = strings.TrimSpace(strings.TrimSuffix(answer, "%"))
	return answer, scenarios.CheckPercent(answer)
}

// codeCheck refuses what is no code, and once what is probably a slip: who writes it again means it.
func codeCheck() check {
	doubted := ""
	return func(answer string) (string, error) {
		slip, err := scenarios.CheckErrorCode(answer)
		if err == nil && slip != "" && doubted != answer {
			doubted = answer
			return "", fmt.Errorf("no error is called %q: did you mean %s? Write it again to keep it", answer, slip)
		}
		return answer, err
	}
}

func (i *interview) say(text string) {
	if i.err == nil {
		_, i.err = io.WriteString(i.out, text)
	}
}

// ask reads one line into to, unless it has a value; again and again while the answer will not do, or is needed and
// empty.
func (i *interview) ask(to *string, question string, needed bool, check check) {
	for *to == "" && i.err == nil {
		i.say(question + ": ")
		if i.err != nil {
			return
		}
		line, err := i.in.ReadString('\n')
		answer := strings.TrimSpace(line)
		switch {
		case errors.Is(err, errInterrupted):
			i.err = err
			return
		case err != nil && answer == "":
			i.err = errors.New("no answer; nothing was changed")
			return
		case answer == "" && !needed:
			return
		case answer == "":
			continue
		}
		synonym, problem := check(answer)
		if problem == nil {
			*to = synonym
			return
		}
		i.say("  " + problem.Error() + "\n")
	}
}
