package edit

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// Added is a file with a scenario more.
type Added struct {
	// File is the name of the file, and Text what is to stand in it.
	File, Text string
	// Line is where the scenario starts.
	Line int
	// Before is the name of the scenario that follows, since it would have answered first; "" at the
	// end.
	Before string
}

// Add works out how a scenario is added to a file of a configuration, so that it is the one that
// answers its login: before a scenario that takes every password, else at the end. Nothing is written.
//
// The report has the problems of the configuration as it is, or would be; then the Added is nil.
func Add(ctx context.Context, config, file string, addition Addition, options scenarios.Options) (*Added, *scenarios.Report, error) {
	block, err := addition.block()
	if err != nil {
		return nil, nil, err
	}
	before, report := scenarios.Load(ctx, config, options)
	if before == nil && !hasNone(report) {
		return nil, report, fmt.Errorf("the configuration has errors: fix them first")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	a := adder{ctx: ctx, config: config, file: file, text: string(text), block: block, options: options}
	return a.add(before, &addition)
}

// adder tries places for a scenario.
type adder struct {
	ctx                context.Context
	config, file, text string
	block              []string
	options            scenarios.Options
}

func (a *adder) add(before *scenarios.Config, addition *Addition) (*Added, *scenarios.Report, error) {
	added, after, report, err := a.try("")
	if after == nil {
		return nil, report, err
	}
	scenario, known := after.Rules.Scenario(addition.Name)
	if !known {
		return nil, nil, fmt.Errorf("%s is no file of the configuration %s", a.file, a.config)
	}
	login := loginOf(scenario, after.Rules.DefaultBank)
	if first := matchOf(before, &login); first != nil {
		last := after.Rules.Match(&login).Name == addition.Name
		if err := a.standsAside(first, addition, last); err != nil {
			return nil, nil, err
		}
		if !last {
			if added, after, report, err = a.try(first.Name); after == nil {
				return nil, report, err
			}
		}
	}
	if answers := after.Rules.Match(&login); answers == nil || answers.Name != addition.Name {
		return nil, nil, fmt.Errorf("the scenario would not answer its own login")
	}
	scenario, _ = after.Rules.Scenario(addition.Name)
	added.Line = scenario.Source.Line
	return added, report, nil
}

// hasNone reports whether all that is wrong with a configuration is that it has no scenario yet.
func hasNone(report *scenarios.Report) bool {
	return !slices.ContainsFunc(report.Diagnostics, func(problem scenarios.Diagnostic) bool {
		return problem.Severity == scenarios.SeverityError && problem.Code != scenarios.CodeNoScenarios
	})
}

// matchOf returns the scenario that answers a login; config is nil where there is none yet.
func matchOf(config *scenarios.Config, login *engine.Login) *engine.Scenario {
	if config == nil {
		return nil
	}
	return config.Rules.Match(login)
}

// standsAside reports whether the new scenario may go before the one that answers its login now. last
// says that it does so at the end of its file, since that is loaded earlier. One that asks for more may go before one of
// the same password.
func (a *adder) standsAside(first *engine.Scenario, addition *Addition, last bool) error {
	at := fmt.Sprintf("%s:%d", first.Source.File, first.Source.Line)
	if taken, _ := first.When.Password.Literals(); slices.Contains(taken, addition.Password) && !addition.Conditions.any() {
		return fmt.Errorf("the scenario %q (%s) answers this login already: choose another password, or change that scenario", first.Name,
			at)
	}
	if !last && !scenarios.SamePath(first.Source.File, a.file) {
		return fmt.Errorf("the scenario %q (%s) takes this login first: add the new one to that file", first.Name, at)
	}
	return nil
}

// loginOf returns a login that the scenario is for.
func loginOf(scenario *engine.Scenario, bank string) engine.Login {
	literal := func(matcher *engine.Matcher, otherwise string) string {
		if values, _ := matcher.Literals(); len(values) > 0 {
			return values[0]
		}
		return otherwise
	}
	return engine.Login{
		Bank: literal(&scenario.When.Bank, bank), Username: literal(&scenario.When.Username, "tester"),
		Password: sample(&scenario.When.Password), Fields: samples(scenario.When.Fields),
		Header: func(name string) string { return samples(scenario.When.Headers)[name] },
	}
}

// sample returns a text that the matcher takes, "" where none was found.
func sample(matcher *engine.Matcher) string {
	text, _ := matcher.Sample()
	return text
}

func samples(matchers map[string]engine.Matcher) map[string]string {
	texts := make(map[string]string, len(matchers))
	for name, matcher := range matchers {
		texts[name] = sample(&matcher)
	}
	return texts
}

// try loads the configuration as it would be with the scenario in its place.
func (a *adder) try(before string) (*Added, *scenarios.Config, *scenarios.Report, error) {
	text, err := insertBlock(a.text, a.block, before)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", a.file, err)
	}
	options := a.options
	options.Edited = map[string]string{a.file: text}
	config, report := scenarios.Load(a.ctx, a.config, options)
	if config == nil {
		return nil, nil, report, fmt.Errorf("the configuration would have errors with the new scenario; nothing was changed")
	}
	return &Added{File: a.file, Text: text, Before: before}, config, report, nil
}
