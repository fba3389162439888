package scenariotest

import (
	"encoding/json"
	"io"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
)

// The form of a report as JSON. Lengths of time are in milliseconds.
type (
	jsonReport struct {
		Passed    int           `json:"passed"`
		Failed    int           `json:"failed"`
		TookMS    int64         `json:"took_ms"`
		VirtualMS int64         `json:"virtual_ms"`
		Unchecked int           `json:"unchecked"`
		Tests     []jsonResult  `json:"tests"`
		Coverage  *jsonCoverage `json:"coverage,omitempty"`
	}
	jsonResult struct {
		Name      string       `json:"name"`
		File      string       `json:"file"`
		Line      int          `json:"line"`
		Passed    bool         `json:"passed"`
		TookMS    float64      `json:"took_ms"`
		VirtualMS int64        `json:"virtual_ms"`
		Failure   *jsonFailure `json:"failure"`
		Timeline  []jsonMoment `json:"timeline"`
	}
	jsonFailure struct {
		Step        int              `json:"step"`
		Action      string           `json:"action"`
		File        string           `json:"file"`
		Line        int              `json:"line"`
		Time        int              `json:"time,omitempty"`
		Problem     string           `json:"problem,omitempty"`
		Differences []jsonDifference `json:"differences"`
	}
	jsonDifference struct {
		Field    string `json:"field"`
		Expected string `json:"expected"`
		Actual   string `json:"actual"`
		File     string `json:"file"`
		Line     int    `json:"line"`
	}
	jsonMoment struct {
		AtMS     int64         `json:"at_ms"`
		Step     int           `json:"step"`
		Line     int           `json:"line"`
		Action   string        `json:"action"`
		Status   string        `json:"status,omitempty"`
		Progress *int          `json:"import_progress,omitempty"`
		Scenario string        `json:"scenario,omitempty"`
		Refusal  string        `json:"problem,omitempty"`
		Moves    []jsonPassage `json:"transitions"`
	}
	jsonPassage struct {
		AtMS  int64  `json:"at_ms"`
		From  string `json:"from"`
		Event string `json:"event"`
		To    string `json:"to"`
		// Status is that of the step To.
		Status string `json:"status"`
	}
	jsonCoverage struct {
		Scenarios []jsonScenario `json:"scenarios"`
		// Exercised and Total count scenarios and transitions together.
		Exercised int     `json:"exercised"`
		Total     int     `json:"total"`
		Percent   float64 `json:"percent"`
	}
	jsonScenario struct {
		Name        string           `json:"name"`
		Source      engine.Source    `json:"source"`
		Logins      int64            `json:"logins"`
		Transitions []jsonTransition `json:"transitions"`
	}
	jsonTransition struct {
		Step   string        `json:"step"`
		Event  string        `json:"event"`
		To     string        `json:"to"`
		Status engine.Status `json:"status"`
		Taken  int64         `json:"taken"`
	}
)

// WriteJSON writes a report as one JSON object, with the coverage where the style asks for it.
func WriteJSON(w io.Writer, r *Report, style Style) error {
	failed := r.Failed()
	out := jsonReport{
		Passed: len(r.Results) - failed, Failed: failed, TookMS: r.Took.Milliseconds(),
		VirtualMS: r.Virtual().Milliseconds(), Unchecked: r.Unchecked(), Tests: make([]jsonResult, len(r.Results)),
	}
	for i := range r.Results {
		out.Tests[i] = newJSONResult(&r.Results[i])
	}
	if style.Coverage {
		covered := r.Coverage()
		out.Coverage = newJSONCoverage(&covered)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

func newJSONResult(r *Result) jsonResult {
	out := jsonResult{
		Name: r.Name, File: r.File, Line: r.Line, Passed: r.Failure == nil,
		TookMS: float64(r.Took/time.Microsecond) / 1000, VirtualMS: r.Virtual.Milliseconds(),
		Timeline: make([]jsonMoment, len(r.Timeline)),
	}
	if f := r.Failure; f != nil {
		out.Failure = &jsonFailure{
			Step: f.Step, Action: f.Action, File: f.File, Line: f.Line, Time: f.Round, Problem: f.Problem,
			Differences: make([]jsonDifference, len(f.Differences)),
		}
		for i, d := range f.Differences {
			out.Failure.Differences[i] = jsonDifference(d)
		}
	}
	for i := range r.Timeline {
		out.Timeline[i] = newJSONMoment(&r.Timeline[i])
	}
	return out
}

func newJSONMoment(m *Moment) jsonMoment {
	out := jsonMoment{
		AtMS: m.At.Milliseconds(), Step: m.Step, Line: m.Line, Action: m.Action, Status: m.Status,
		Progress: m.Progress, Scenario: m.Scenario, Refusal: m.Refusal, Moves: make([]jsonPassage, len(m.Moves)),
	}
	for i, move := range m.Moves {
		out.Moves[i] = jsonPassage{move.At.Milliseconds(), move.From, move.Event, move.To, move.Status}
	}
	return out
}

func newJSONCoverage(r *coverage.Report) *jsonCoverage {
	total := r.Overall()
	out := &jsonCoverage{make([]jsonScenario, len(r.Scenarios)), total.Exercised, total.Count, total.Percent()}
	for i, s := range r.Scenarios {
		out.Scenarios[i] = jsonScenario{s.Name, s.Source, s.Logins, make([]jsonTransition, len(s.Transitions))}
		for j, t := range s.Transitions {
			out.Scenarios[i].Transitions[j] = jsonTransition(t)
		}
	}
	return out
}
