package scenariotest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// performance is one test as it is played.
type performance struct {
	stage  stage
	file   *scenarios.TestFile
	test   *scenarios.Test
	result Result

	// current is what the step before was about, named are those that steps gave a name.
	current *subject
	named   map[string]*subject
	// answers are those of requests to declared apis: the last, and those that steps gave a name.
	answers map[string]any
}

// subject is a process, and the connection made from it.
type subject struct {
	process, connection string
	// last is what was spoken of last.
	last answerKind
	// gone says that the connection was removed, so that there is none to look at.
	gone bool
}

// Mistakes of a test that only show when it is played.
var (
	errNoProcess    = errors.New("there is no process yet: `authenticate` comes before this step")
	errNoConnection = errors.New("there is no connection yet: `connect` comes before this step")
)

// run takes the test's steps up to the first that fails.
func (p *performance) run(ctx context.Context) {
	for i := range p.test.Steps {
		step := &p.test.Steps[i]
		for round := 1; round <= step.Repetitions(); round++ {
			if p.result.Failure = p.step(ctx, i+1, step); p.result.Failure != nil {
				if step.Repetitions() > 1 {
					p.result.Failure.Round = round
				}
				return
			}
		}
	}
}

// step takes a step, and returns how it failed, nil where it did not.
func (p *performance) step(ctx context.Context, number int, step *scenarios.TestStep) *Failure {
	at := step.Source()
	failure := &Failure{Step: number, Action: describe(step), File: at.File, Line: at.Line}
	given, err := p.take(ctx, step)
	if err != nil {
		failure.Problem = err.Error()
		p.record(number, step, answer{kind: aboutNothing})
		return failure
	}
	p.record(number, step, given)
	p.countUnverified(step.Expect, given)
	failure.Problem, failure.Differences = judge(step.Expect, given, p.stage.start())
	if failure.Problem == "" && len(failure.Differences) == 0 {
		return nil
	}
	return failure
}

// take does what the step says and returns the bank's answer.
func (p *performance) take(ctx context.Context, step *scenarios.TestStep) (answer, error) {
	if step.Of != "" {
		p.current = p.named[step.Of]
	}
	given, err := p.act(ctx, step)
	if err != nil {
		return answer{}, err
	}
	if p.current != nil && (given.kind == aboutProcess || given.kind == aboutConnection) {
		p.current.last = given.kind
	}
	if step.As != "" && p.current != nil {
		p.named[step.As] = p.current
	}
	return given, nil
}

func (p *performance) act(ctx context.Context, step *scenarios.TestStep) (answer, error) {
	switch step.Action() {
	case scenarios.TestAuthenticate:
		return p.authenticate(ctx, step)
	case scenarios.TestRequests:
		return p.request(ctx, step)
	case scenarios.TestWaits, scenarios.TestSwitch, scenarios.TestFault:
		if err := p.passTime(ctx, step); err != nil {
			return answer{}, err
		}
		if step.Expect == nil { // time passes, and no client asks
			return p.peek(ctx)
		}
		return p.poll(ctx)
	case scenarios.TestLook:
		return p.poll(ctx)
	case scenarios.TestConnect:
		return p.connect(ctx)
	case scenarios.TestConnection:
		return p.withConnection(ctx, p.stage.connection)
	case scenarios.TestUpdate:
		return p.withConnection(ctx, p.stage.update)
	case scenarios.TestDelete:
		return p.remove(ctx)
	case scenarios.TestPoll:
		return p.withProcess(ctx, p.stage.poll)
	default: // an input, by the name of its event
		return p.withProcess(ctx, func(ctx context.Context, id string) (answer, error) {
			given, err := p.stage.send(ctx, id, p.input(step))
			p.broughtBack(given.fields["location"])
			return given, err
		})
	}
}

// errNothingDue says that time has nothing to bring.
var errNothingDue = errors.New("nothing is due: time alone brings nothing more in this test")

// passTime lets time pass, flips switches, or gives the test's sessions faults.
func (p *performance) passTime(ctx context.Context, step *scenarios.TestStep) error {
	wait := step.Waits()
	switch {
	case step.Action() == scenarios.TestFault:
		return p.stage.setFaults(ctx, step.Faults)
	case step.Action() == scenarios.TestSwitch:
		for _, name := range slices.Sorted(maps.Keys(step.Switch)) {
			if err := p.stage.flip(ctx, name, bool(step.Switch[name])); err != nil {
				return err
			}
		}
		return nil
	case !wait.Next:
		return p.stage.wait(ctx, wait.Length)
	}
	left, due, err := p.stage.next(ctx)
	if err == nil && !due {
		err = errNothingDue
	}
	if err != nil {
		return err
	}
	return p.stage.wait(ctx, left)
}

// input is what the step sends to the process. A one-time code is that of the moment.
func (p *performance) input(step *scenarios.TestStep) engine.Input {
	input := engine.Input{Kind: engine.EventKind(step.Action()), Value: step.Value()}
	if answer := step.ChallengeResponse; answer != nil {
		input.Fields = answer.Fields
		if answer.TOTP != nil {
			input.Value = answer.TOTP.Code(p.now())
		}
	}
	if password := step.Password; password != nil && password.TOTP != nil {
		input.Value = password.TOTP.Code(p.now())
	}
	return input
}

// now is the moment by the bank's clock.
func (p *performance) now() time.Time { return p.stage.start().Add(p.stage.elapsed()) }

func (p *performance) authenticate(ctx context.Context, step *scenarios.TestStep) (answer, error) {
	given, err := p.stage.authenticate(ctx, step.Authenticate.Over(p.file.Defaults.Authenticate).At(p.now()))
	if err == nil && given.kind == aboutProcess {
		p.current = &subject{process: given.id}
	}
	return given, err
}

func (p *performance) connect(ctx context.Context) (answer, error) {
	given, err := p.withProcess(ctx, p.stage.connect)
	if err == nil && given.kind == aboutConnection {
		if p.current.connection != "" { // a further connection of a process leaves the names of the one before
			p.current = &subject{process: p.current.process}
		}
		p.current.connection = given.id
	}
	return given, err
}

func (p *performance) remove(ctx context.Context) (answer, error) {
	given, err := p.withConnection(ctx, p.stage.remove)
	if err == nil && given.refusalCode() == "" && !given.undone {
		p.current.gone = true
	}
	return given, err
}

// poll reads what was spoken of last, and counts as no poll.
func (p *performance) poll(ctx context.Context) (answer, error) {
	switch {
	case p.current == nil:
		return answer{kind: aboutNothing}, nil
	case p.current.last == aboutConnection:
		return p.stage.connection(ctx, p.current.connection)
	default:
		return p.stage.process(ctx, p.current.process)
	}
}

// peek reads what was spoken of last for the report alone.
func (p *performance) peek(ctx context.Context) (answer, error) {
	if p.current == nil || p.current.gone {
		return answer{kind: aboutNothing}, nil
	}
	if p.current.last == aboutConnection {
		return p.stage.peek(ctx, p.current.connection)
	}
	return p.stage.process(ctx, p.current.process)
}

func (p *performance) withProcess(ctx context.Context, do func(context.Context, string) (answer, error)) (answer, error) {
	if p.current == nil {
		return answer{}, errNoProcess
	}
	return do(ctx, p.current.process)
}

func (p *performance) withConnection(ctx context.Context, do func(context.Context, string) (answer, error)) (answer, error) {
	if p.current == nil || p.current.connection == "" {
		return answer{}, errNoConnection
	}
	return do(ctx, p.current.connection)
}

// countUnverified counts the expectations that cannot be checked.
func (p *performance) countUnverified(expected *scenarios.Expected, given answer) {
	if expected != nil {
		p.result.Unchecked += unverified(expected, "", given)
	}
}

// unverified counts the expected fields, and fields of fields, that the stage does not tell.
func unverified(expected *scenarios.Expected, path string, given answer) int {
	count := 0
	for i := range expected.Fields {
		field := &expected.Fields[i]
		if name := path + field.Name; slices.Contains(given.unverified, name) {
			count++
		} else {
			count += unverified(&field.Expected, name+".", given)
		}
	}
	return count
}

// record adds a step to the timeline.
func (p *performance) record(number int, step *scenarios.TestStep, given answer) {
	moment := Moment{
		At: p.stage.elapsed(), Step: number, Line: step.Source().Line, Action: describe(step),
		Status: given.text("status"), Refusal: given.refusalCode(), Moves: p.stage.moves(),
	}
	if step.Action() == scenarios.TestAuthenticate {
		moment.Scenario = given.text("scenario")
	}
	if progress, found := wholeNumber(given.fields["import_progress"]); found {
		moment.Progress = &progress
	}
	p.result.Timeline = append(p.result.Timeline, moment)
}

// describe says what a step does. What users type is left out: the file has it.
func describe(step *scenarios.TestStep) string {
	action := step.Action()
	switch action {
	case scenarios.TestLook:
		return "look"
	case scenarios.TestWaits:
		if step.Waits().Next {
			return "wait next"
		}
		return fmt.Sprintf("wait %s", engine.FormatDuration(step.Waits().Length))
	case scenarios.TestSwitch:
		return "switch " + strings.Join(slices.Sorted(maps.Keys(step.Switch)), ", ")
	case scenarios.TestApproval, scenarios.TestRedirect:
		return fmt.Sprintf("%s: %s", action, step.Value())
	default:
		return string(action)
	}
}
