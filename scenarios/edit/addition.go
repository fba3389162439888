package edit

import (
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// Addition is a scenario to add to a file, of the kinds that can be said in a few words.
type Addition struct {
	// Name and Description of the scenario.
	Name, Description string
	// Bank, Username and Password that it answers. What is empty comes from the file's defaults; a
	// Password is needed.
	Bank, Username, Password string
	// Status is that of the first step.
	Status engine.Status
	// Challenge is the message to the user, and Answer what answers it, for a step that asks.
	Challenge, Answer string
	// After is the time until the step ends by itself; without it somebody has to decide.
	After string
	// ImportTakes is the time that the import takes, and ImportFailsAt the progress at which it fails;
	// without that it succeeds.
	ImportTakes, ImportFailsAt string
	// ErrorCode is why the import fails, where ImportFailsAt says that it does, else why the
	// authentication does.
	ErrorCode string
	// Conditions are what else must hold for the scenario to answer.
	Conditions Conditions
}

// check reports what does not go together.
func (a *Addition) check() error {
	waits := a.Status != "" && !a.Status.Ended()
	switch {
	case a.Name == "" || a.Password == "" && a.Conditions.PasswordMatches == "":
		return errors.New("a scenario needs a name and a password")
	case a.Password != "" && a.Conditions.PasswordMatches != "":
		return errors.New("a scenario has a password, or an expression that passwords match, not both")
	case a.Status != "" && !a.Status.Valid():
		return fmt.Errorf("%q is no status; the statuses are %s", a.Status, statusWords())
	case a.Status == engine.TwoStepProcedureRequired:
		return fmt.Errorf("a scenario with %s has methods to choose from: write it by hand", a.Status)
	case (a.Challenge != "" || a.Answer != "") && a.Status != engine.ChallengeResponseRequired:
		return fmt.Errorf("a challenge and its answer go with the status %s", engine.ChallengeResponseRequired)
	case a.Status == engine.ChallengeResponseRequired && a.Answer == "" && a.After == "":
		return fmt.Errorf("a scenario with %s needs an answer", a.Status)
	case a.After != "" && !waits:
		return errors.New("only a step that waits ends after a time: give a status such as DECOUPLED_AUTH_REQUIRED")
	case a.ErrorCode != "" && a.ImportFailsAt == "" && !waits && a.Status != engine.AuthenticationFailed:
		return errors.New("an error code goes with the status AUTHENTICATION_FAILED, a step that waits, or an import that fails")
	case a.Status == engine.AuthenticationFailed && (a.ImportFailsAt != "" || a.ImportTakes != ""):
		return errors.New("after AUTHENTICATION_FAILED nothing is imported")
	}
	return nil
}

func statusWords() string {
	var words []string
	for _, status := range engine.Statuses() {
		words = append(words, string(status))
	}
	return strings.Join(words, ", ")
}

// block returns the scenario as the lines of a list item, without its indentation.
func (a *Addition) block() ([]string, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	scenario := mappingNode(false, "name", textNode(a.Name))
	if a.Description != "" {
		put(scenario, "description", textNode(a.Description))
	}
	when, err := a.when()
	if err != nil {
		return nil, err
	}
	put(scenario, "when", when)
	put(scenario, "authentication", a.authentication())
	if line := a.line(); line != nil {
		put(scenario, "import", line)
	}
	text, err := encodeNode(listNode(false, scenario))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(text, "\n"), "\n"), nil
}

func (a *Addition) when() (*yaml.Node, error) {
	when := mappingNode(true)
	for _, one := range []struct{ key, value string }{{"bank", a.Bank}, {"username", a.Username}, {"password", a.Password}} {
		if one.value != "" {
			put(when, one.key, literalNode(one.value))
		}
	}
	return when, a.Conditions.put(when)
}

// authentication returns the first step.
func (a *Addition) authentication() *yaml.Node {
	status := a.Status
	if status == "" {
		status = engine.Authenticated
	}
	if status.Ended() {
		if status == engine.AuthenticationFailed && a.ErrorCode != "" {
			return a.failed()
		}
		return textNode(string(status))
	}
	step := mappingNode(false, "status", textNode(string(status)))
	if a.Challenge != "" {
		put(step, "challenge", mappingNode(true, "message", textNode(a.Challenge)))
	}
	put(step, "next", a.next(status))
	return step
}

// next returns the ways out of a step that waits.
func (a *Addition) next(status engine.Status) *yaml.Node {
	good, bad := textNode(string(engine.Authenticated)), textNode(string(engine.AuthenticationFailed))
	fails := a.ErrorCode != "" && a.ImportFailsAt == ""
	if fails {
		bad = a.failed()
	}
	var transitions []*yaml.Node
	transition := func(event string, value, then *yaml.Node) {
		transitions = append(transitions, mappingNode(true, event, value, "then", then))
	}
	switch status {
	case engine.ChallengeResponseRequired:
		if a.Answer != "" {
			transition("challenge_response", literalNode(a.Answer), good)
			transition("challenge_response", textNode(scenarios.AnyWord), bad)
		}
	case engine.RedirectRequired:
		transition("redirect", textNode(engine.Approved), good)
		transition("redirect", textNode(engine.Declined), bad)
	default:
		transition("approval", textNode(engine.Approved), good)
		transition("approval", textNode(engine.Declined), bad)
	}
	if a.After != "" {
		then := good
		if fails || a.Answer != "" {
			then = bad
		}
		transition("after", textNode(a.After), then)
	}
	return listNode(false, transitions...)
}

func (a *Addition) failed() *yaml.Node {
	return mappingNode(true, "status", textNode(string(engine.AuthenticationFailed)), "error",
		mappingNode(true, "code", textNode(a.ErrorCode)))
}

// line returns the import, nil where that of the defaults will do.
func (a *Addition) line() *yaml.Node {
	if a.ImportTakes == "" && a.ImportFailsAt == "" {
		return nil
	}
	line := mappingNode(true)
	if a.ImportTakes != "" {
		put(line, "takes", textNode(a.ImportTakes))
	}
	if a.ImportFailsAt != "" {
		put(line, "stops_at", plainNode(a.ImportFailsAt))
		put(line, "outcome", textNode(string(engine.FailedWithError)))
		if a.ErrorCode != "" {
			put(line, "error", mappingNode(true, "code", textNode(a.ErrorCode)))
		}
	}
	return line
}
