package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

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

// event compiles a transition's event, of which there must be exactly one.
func (f *flowCompiler) event(written *Transition) engine.Event {
	kinds := f.kinds(written)
	switch len(kinds) {
	case 1:
		return f.eventOf(written, kinds[0])
	case 0:
		if written.doubtful(doubtKey) {
			return engine.Event{} // the event may be what could not be read
		}
		f.report.add(written.at(), CodeNoEvent, "one of "+strings.Join(texts(EventKinds()), ", "), "the transition has no event")
	default:
		f.report.add(written.key(string(kinds[1])), CodeTwoEvents, "write a transition for each",
			"a transition has one event, not both %q and %q", kinds[0], kinds[1])
	}
	return engine.Event{}
}

// kinds lists the events that a transition is written with, in the order of the language.
func (f *flowCompiler) kinds(written *Transition) []engine.EventKind {
	kinds := make([]engine.EventKind, 0, 1)
	for _, kind := range EventKinds() {
		if written.has(string(kind)) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// EventKinds lists every kind of event, in the order of the language's keys.
var EventKinds = sync.OnceValue(func() []engine.EventKind {
	var kinds []engine.EventKind
	for _, key := range planOf(reflect.TypeFor[Transition]()).names {
		if kind := engine.EventKind(key); kind.Spec() != nil {
			kinds = append(kinds, kind)
		}
	}
	return kinds
})

// eventOf compiles the event from what is written behind its key, whose type says which part of an event
// it is.
func (f *flowCompiler) eventOf(written *Transition, kind engine.EventKind) engine.Event {
	event, key := engine.Event{Kind: kind}, string(kind)
	switch value := written.event(key).(type) {
	case *engine.Duration:
		if value != nil {
			event.After = f.duration(written.Position, key, value)
		}
	case *Answer:
		f.answer(written.Position, key, value, &event)
	case *engine.Matcher:
		event.Value = matcherOrAny(value)
		f.matcherTexts(written.Position, key, value)
	case string:
		event.Value = engine.Literal(value)
	case *bool:
		if value == nil {
			return event // reported by the decoder
		}
		event.Value = engine.Literal(strconv.FormatBool(*value))
	case *int:
		if value == nil {
			return event // reported by the decoder
		}
		event.Polls = *value
	}
	if problem := kind.Spec().Problem; problem != nil {
		if what, hint := problem(&event); what != "" {
			f.report.add(written.value(key), CodeBadNumber, hint, "%s", what)
		}
	}
	return event
}

// event returns what the transition has behind the key of an event.
func (t *Transition) event(key string) any {
	plan := planOf(reflect.TypeFor[Transition]())
	return reflect.ValueOf(t).Elem().FieldByIndex(plan.fields[plan.byName[key]].index).Interface()
}

// text checks that each ${name} of the text under a key has a group to take its value from.
func (f *flowCompiler) text(in Position, key string, text engine.Text) engine.Text {
	for _, name := range names(text) {
		if slices.Contains(f.groups, name) || f.unbound {
			continue
		}
		hint := didYouMean(name, f.groups)
		if len(f.groups) == 0 {
			hint = fmt.Sprintf("name a group in the scenario's `when`, such as password: {matches: '(?P<%s>.+)'}; $${%s} is the plain "+
				"text", name, name)
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

func (f *flowCompiler) duration(in Position, key string, duration *engine.Duration) engine.Duration {
	f.text(in, key, duration.Text)
	return *duration
}
