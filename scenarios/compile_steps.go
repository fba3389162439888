package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// goTo returns the index of a named step: the scenario's own, or one that all files share.
func (f *flowCompiler) goTo(name string, at span) int {
	return f.goThrough(name, at, nil)
}

// goThrough is goTo; through are the names that stand for each other and led here.
func (f *flowCompiler) goThrough(name string, at span, through []string) int {
	if index, done := f.named[name]; done {
		return index
	}
	declared := f.stepNamed(name)
	switch {
	case declared == nil:
		f.unknownStep(name, at)
		return 0
	case declared.Goto != "" && slices.Contains(through, name):
		f.report.add(declared.value("goto"), CodeGotoCircle, "write out one of the steps", "the step %q stands for itself: %s",
			name, strings.Join(append(through[slices.Index(through, name):], name), " goes to "))
		return 0
	case declared.Goto != "":
		before := f.report.errors
		index := f.goThrough(declared.Goto, declared.value("goto"), append(through, name))
		if f.report.errors == before {
			f.named[name] = index
		}
		return index
	}
	f.named[name] = len(f.steps)
	return f.step(declared, name)
}

// leadsToStep reports whether a name is that of a step, or of what goes on to one in the end.
func (f *flowCompiler) leadsToStep(name string) bool {
	for range len(f.scenario.Steps) + len(f.compiler.steps) + 1 { // more is a circle
		declared := f.stepNamed(name)
		if declared == nil || declared.Goto == "" {
			return declared != nil
		}
		name = declared.Goto
	}
	return false
}

// stepNamed returns the step of that name, nil where there is none.
func (f *flowCompiler) stepNamed(name string) *Step {
	if own := f.scenario.Steps[name]; own != nil {
		return own
	}
	shared := f.compiler.steps[name]
	if shared == nil {
		return nil
	}
	f.useStep(name)
	if node, changed := f.scenario.origin.choice.over(shared.node); changed {
		var own Step
		d := &decoder{file: shared.file, report: f.report}
		decodeStep(d, node, reflect.ValueOf(&own).Elem(), name)
		return &own
	}
	return shared
}

func (f *flowCompiler) unknownStep(name string, at span) {
	if f.unbound || f.incomplete || f.scenario.file.misplaced["steps"] {
		f.lost = true
		return // some scenario, or a file that is missing, may have it
	}
	known := inOrder(f.scenario.Steps)
	for _, shared := range inOrder(f.compiler.steps) {
		if !slices.Contains(known, shared) {
			known = append(known, shared)
		}
	}
	hint := didYouMean(name, known)
	switch {
	case strings.HasPrefix(name, nobodys):
		hint = "a name that begins with x- is nobody's: call the step otherwise"
	case len(known) == 0:
		hint = "declare it under the scenario's `steps`, or under `steps` at the top of the file for all scenarios"
	}
	f.report.add(at, CodeUnknownStep, hint, "no step is called %q", name)
}

// checkSteps compiles the shared steps that no scenario goes to, so that their mistakes are told.
func (c *compiler) checkSteps() {
	for _, name := range inOrder(c.steps) {
		declared := c.steps[name]
		if name == firstStep {
			c.report.add(c.stepPositions[name], CodeBadName, "give it another name", "%q is the first step's name already", name)
			continue
		}
		if c.usedSteps[name] || c.incomplete {
			continue
		}
		f := &flowCompiler{compiler: c, scenario: &Scenario{Position: declared.Position, Name: name}, named: make(map[string]int),
			unbound: true}
		used := c.usedSteps
		c.usedSteps = make(map[string]bool) // what only an unused step goes to is not used either
		f.goTo(name, declared.at())
		c.usedSteps = used
		c.report.add(c.stepPositions[name], CodeUnusedStep, fmt.Sprintf("use it with `goto: %s`, or take it out", name),
			"no scenario goes to the step %q", name)
	}
}

// checkVariables reports a variable of a `for` that is a named group of the scenario as well.
func (c *compiler) checkVariables(written *Scenario) {
	choice := written.origin.choice
	if choice == nil {
		return
	}
	for _, name := range groupNames(&written.When) {
		if i := choice.of.index(name); i >= 0 {
			c.report.add(spanOf(choice.of.file, choice.of.keys[i]), CodeConflict, "give one of the two another name",
				"${%s} is a variable of the `for` and a group of the scenario's `when`", name)
		}
	}
}
