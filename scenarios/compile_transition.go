package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// transition compiles one way out of a step; name is what a step written in line is called.
func (f *flowCompiler) transition(written *Transition, name string) (engine.Event, int) {
	event := f.event(written)
	if written.Then == nil {
		return event, 0 // reported by the decoder
	}
	if written.Then.Goto != "" {
		return event, f.goTo(written.Then.Goto, written.Then.value("goto"))
	}
	if written.Then.Step == nil {
		return event, 0
	}
	return event, f.step(written.Then.Step, name)
}

// goTo returns the index of a named step.
func (f *flowCompiler) goTo(name string, at span) int {
	if index, done := f.named[name]; done {
		return index
	}
	declared := f.scenario.Steps[name]
	if declared == nil {
		known := inOrder(f.scenario.Steps)
		hint := didYouMean(name, known)
		if len(known) == 0 {
			hint = "declare it under the scenario's `steps`"
		}
		f.report.add(at, CodeUnknownStep, hint, "no step is called %q", name)
		return 0
	}
	f.named[name] = len(f.steps)
	return f.step(declared, name)
}

// event compiles a transition's event, of which there must be exactly one.
func (f *flowCompiler) event(written *Transition) engine.Event {
	kinds := f.kinds(written)
	switch len(kinds) {
	case 1:
		return f.eventOf(written, kinds[0])
	case 0:
		plan := planOf(reflect.TypeFor[Transition]())
		for _, kind := range engine.EventKinds() {
			if plan.misspelt(written.node, string(kind)) {
				return engine.Event{}
			}
		}
		f.report.add(written.at(), CodeNoEvent, "one of "+strings.Join(texts(engine.EventKinds()), ", "), "the transition has no event")
	default:
		f.report.add(written.key(string(kinds[1])), CodeTwoEvents, "write a transition for each", "a transition has one event, not both %q and %q", kinds[0], kinds[1])
	}
	return engine.Event{}
}

// kinds lists the events that a transition is written with, in the order of the language.
func (f *flowCompiler) kinds(written *Transition) []engine.EventKind {
	kinds := make([]engine.EventKind, 0, 1)
	for _, kind := range eventKinds {
		if written.has(string(kind)) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

var eventKinds = engine.EventKinds()

func (f *flowCompiler) eventOf(written *Transition, kind engine.EventKind) engine.Event {
	event := engine.Event{Kind: kind}
	switch kind {
	case engine.EventAfter:
		if written.After != nil {
			event.After = f.duration(written.Place, "after", written.After)
		}
	case engine.EventChallengeResponse:
		event.Value = matcherOrAny(written.ChallengeResponse)
	case engine.EventTwoStepProcedure:
		event.Value = matcherOrAny(written.TwoStepProcedure)
	case engine.EventPassword:
		event.Value = matcherOrAny(written.Password)
	case engine.EventApproval:
		event.Value = engine.Literal(written.Approval)
	case engine.EventRedirect:
		event.Value = engine.Literal(written.Redirect)
	case engine.EventAttempts:
		event.Value = engine.Literal(written.Attempts)
	case engine.EventPolls:
		event.Polls = f.polls(written)
	}
	return event
}

func (f *flowCompiler) polls(written *Transition) int {
	if written.Polls == nil {
		return 0 // reported by the decoder
	}
	if *written.Polls == 0 {
		f.report.add(written.value("polls"), CodeBadNumber, "the first read is 1", "polls must be at least 1")
	}
	return *written.Polls
}

// text checks that each ${name} of the text under a key has a group to take its value from.
func (f *flowCompiler) text(in Place, key string, text engine.Text) engine.Text {
	for _, name := range names(text) {
		if slices.Contains(f.groups, name) {
			continue
		}
		hint := didYouMean(name, f.groups)
		if len(f.groups) == 0 {
			hint = fmt.Sprintf("name a group in the scenario's `when`, such as password: {matches: '(?P<%s>.+)'}; $${%s} is the plain text", name, name)
		}
		f.report.add(in.value(key), CodeUnknownPlaceholder, hint, "no named group of the scenario %q gives ${%s}", f.scenario.Name, name)
	}
	return text
}

// names lists the groups that a text refers to; most texts have none, and cost nothing.
func names(text engine.Text) []string {
	if !strings.Contains(string(text), "${") {
		return nil
	}
	return text.Names()
}

func (f *flowCompiler) duration(in Place, key string, duration *engine.Duration) engine.Duration {
	f.text(in, key, duration.Text)
	return *duration
}
