package scenarios

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// flowCompiler turns one scenario's steps into a flow.
type flowCompiler struct {
	*compiler
	scenario *Scenario
	// groups are the named groups that texts may refer to.
	groups []string

	steps []engine.Step
	// written holds, for each of steps, the step as it is written; nil for those that nobody wrote.
	written []*Step
	// named holds the indexes of the named steps that were reached.
	named map[string]int
	// lost says that some step was not found, and nobody is told.
	lost bool
	// unbound says that this is an import that no scenario uses: whose steps it means is not known.
	unbound bool
}

// firstStep is the name of the step that a login starts in.
const firstStep = "authentication"

// flow compiles the scenario's steps, import and update.
func (f *flowCompiler) flow() *engine.Flow {
	before := f.report.errors
	if first := f.scenario.Authentication; first.Goto != "" {
		f.goTo(first.Goto, first.value("goto"))
	} else {
		f.step(first, firstStep)
	}
	timeline, updates := f.timeline(f.scenario.Import), f.updates(f.scenario.Update)
	for _, name := range inOrder(f.scenario.Steps) {
		if name == firstStep {
			f.report.add(f.scenario.Steps[name].at(), CodeBadName, "give it another name", "%q is the first step's name already", name)
		}
		f.unused(name)
	}
	f.expiries()
	flow := &engine.Flow{
		Scenario: f.scenario.Name, Steps: f.steps, Import: timeline, Update: updates, Wrong: f.wrong(),
	}
	flow.WhileRunning, flow.Reusable = f.whileRunning(f.scenario.Update), f.reusable(flow)
	if f.report.errors == before && !f.lost { // else the steps do not hang together
		f.checkCircles()
		f.checkCounts()
	}
	return flow
}

// inOrder returns the names of steps in the order in which they are written.
func inOrder(steps map[string]*Step) []string {
	names := make([]string, 0, len(steps))
	for name := range steps {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		s, t := steps[a].at(), steps[b].at()
		if s.line != t.line {
			return s.line - t.line
		}
		return s.column - t.column
	})
	return names
}

// unused compiles a named step that no `goto` has reached, so that its mistakes are told.
func (f *flowCompiler) unused(name string) {
	if _, used := f.named[name]; used {
		return
	}
	steps, written, named := len(f.steps), len(f.written), maps.Clone(f.named)
	f.goTo(name, span{})
	f.steps, f.written, f.named = f.steps[:steps], f.written[:written], named
	if !f.inherited(name) && !f.scenario.doubtful(doubtInside) {
		f.report.add(f.scenario.stepKey(name), CodeUnusedStep, fmt.Sprintf("use it with `then: {goto: %s}`, or take it out", name),
			"no transition goes to the step %q", name)
	}
}

// inherited reports whether a step comes from defaults, where not every scenario needs it.
func (f *flowCompiler) inherited(name string) bool {
	steps := Position{node: f.scenario.child("steps")}
	return !steps.has(name)
}

// stepKey returns the span of the name of one of `steps`.
func (s *Scenario) stepKey(name string) span {
	return Position{file: s.file, node: s.child("steps")}.key(name)
}

// step adds a step and those that follow it, and returns its index.
func (f *flowCompiler) step(written *Step, name string) int {
	index := len(f.steps)
	f.steps = append(f.steps, engine.Step{Name: name, Status: written.Status, Count: written.Count, Reset: written.Reset})
	f.written = append(f.written, written)
	f.compiler.counts(written.Count)
	f.checkStep(written)
	challenge := f.challenge(written)
	failure := f.stepError(written)
	next := make([]engine.Transition, 0, len(written.Next))
	for i := range written.Next {
		event, to := f.transition(&written.Next[i], fmt.Sprintf("%s.next[%d]", name, i))
		next = append(next, engine.Transition{Event: event, When: f.transitionWhen(&written.Next[i], &event), To: to,
			Returns: f.returns(&written.Next[i])})
	}
	step := &f.steps[index]
	step.Challenge, step.Error, step.Next = challenge, failure, next
	f.redirects(written, step)
	step.Respond, step.Polled = f.stepResponses(written)
	step.Event = f.ownEvent(written.Position, written.Event, written.Data)
	if written.ExpiresAfter != nil {
		step.ExpiresAfter = f.duration(written.Position, "expires_after", written.ExpiresAfter)
	}
	return index
}

// expiries gives each step that expires the step that follows.
func (f *flowCompiler) expiries() {
	for i := range f.written {
		if f.written[i].ExpiresAfter == nil {
			continue
		}
		failure := f.failure(nil, f.compiler.failures.builtIn.Standard.Expired, f.written[i].Position)
		f.steps[i].ExpiresTo = len(f.steps)
		f.steps = append(f.steps, engine.Step{
			Name: f.steps[i].Name + ".expired", Status: engine.AuthenticationFailed, Error: failure,
		})
	}
}

func (f *flowCompiler) checkStep(written *Step) {
	if written.Challenge != nil && written.Status.Ended() {
		f.report.add(written.key("challenge"), CodeAfterEnd, "take it out, or give the step a status that asks the user for something",
			"%s is an answer: a step with it asks nothing", written.Status)
	}
	f.checkProcedures(written)
	f.checkDecisions(written)
	f.checkAnswers(written)
	f.checkExpiry(written)
}

// stepError returns the step's failure: each failed step has one.
func (f *flowCompiler) stepError(written *Step) *engine.Failure {
	if written.Status == engine.Authenticated && written.Error != nil && !written.Error.None {
		f.report.add(written.key("error"), CodeErrorUnfit, "take it out, or write `status: AUTHENTICATION_FAILED`",
			"a step that is AUTHENTICATED has no error")
	}
	if written.Error == nil && written.Status != engine.AuthenticationFailed {
		return nil
	}
	return f.failure(written.Error, f.compiler.failures.builtIn.Standard.AuthenticationFailed, written.Position)
}

// failure completes a failure and checks its texts; nil is one that is written as null.
func (f *flowCompiler) failure(written *Failure, standard string, in Position) *engine.Failure {
	if written != nil && written.None {
		return nil
	}
	if written != nil {
		in = written.Position
	}
	failure := f.compiler.failures.complete(written, standard)
	if written != nil {
		checkCode(f.report, in.value("code"), written.Code, f.compiler.failures.declared)
	}
	f.text(in, "code", failure.Code)
	f.say(in, "message", failure.message, failure.Code)
	f.say(in, "display_message", failure.display, failure.Code)
	return &failure.Failure
}

// challenge compiles what the user is asked. A step that requires a response always has one.
func (f *flowCompiler) challenge(written *Step) *engine.Challenge {
	if written.Challenge == nil {
		if written.Status != engine.ChallengeResponseRequired {
			return nil
		}
		return &engine.Challenge{Kind: engine.ChallengeText}
	}
	asked := written.Challenge
	challenge := &engine.Challenge{
		Kind:             asked.Kind,
		Message:          f.say(asked.Position, "message", asked.Message, ""),
		AnswerFieldLabel: f.say(asked.Position, "answer_field_label", asked.AnswerFieldLabel, ""),
		Procedures:       f.procedures(asked),
	}
	challenge.Verbatim, challenge.Fields = asked.emptyTexts(), f.fields(asked)
	f.images(asked, challenge)
	if challenge.Kind == "" {
		challenge.Kind = engine.ChallengeText
		if len(challenge.Procedures) > 0 {
			challenge.Kind = engine.ChallengeChoice
		}
	}
	f.picture(asked, challenge)
	if asked.Attempts != nil {
		challenge.Attempts = *asked.Attempts
		f.checkAttempts(written)
	}
	return challenge
}

func (f *flowCompiler) checkAttempts(written *Step) {
	if *written.Challenge.Attempts == 0 {
		f.report.add(written.Challenge.value("attempts"), CodeBadNumber, "take it out to allow any number of wrong answers",
			"attempts must be at least 1")
	}
	for i := range written.Next {
		if written.Next[i].Attempts != "" {
			return
		}
	}
	if written.doubtful(doubtKey) || f.scenario.file.misplaced["next"] {
		return // the way out may be what could not be read
	}
	f.report.add(written.Challenge.key("attempts"), CodeNoExhausted,
		"add `- {attempts: exhausted, then: AUTHENTICATION_FAILED}` to the step's `next`",
		"nothing says what follows when the attempts are used up")
}

func (f *flowCompiler) procedures(asked *Challenge) []engine.Procedure {
	if asked.Procedures == nil {
		return nil
	}
	procedures := make([]engine.Procedure, 0, len(asked.Procedures))
	seen := make(map[string]Position, len(asked.Procedures))
	for i := range asked.Procedures {
		one := asked.Procedures[i]
		fillDefaults(reflect.ValueOf(&one).Elem())
		if before, twice := seen[one.ID]; twice {
			f.duplicate(one.value("id"), "two-step procedure", one.ID, before.value("id"))
		}
		seen[one.ID] = one.Position
		procedures = append(procedures, engine.Procedure{ID: one.ID, Name: f.say(one.Position, "name", one.Name, ""),
			ChallengeKind: one.ChallengeKind})
	}
	return procedures
}

// wrong returns the failures of inputs that no transition takes, of the kinds that the flow takes.
func (f *flowCompiler) wrong() map[engine.EventKind]engine.Failure {
	var wrong map[engine.EventKind]engine.Failure
	for i := range f.steps {
		for j := range f.steps[i].Next {
			kind := f.steps[i].Next[j].Event.Kind
			code, known := f.compiler.failures.builtIn.Standard.Wrong[string(kind)]
			if _, done := wrong[kind]; known && !done {
				if wrong == nil {
					wrong = make(map[engine.EventKind]engine.Failure)
				}
				wrong[kind] = *f.failure(nil, code, f.written[i].Position)
			}
		}
	}
	return wrong
}
