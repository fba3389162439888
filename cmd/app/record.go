package app

import (
	"context"
	"fmt"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi"
	"github.com/mockbank/mockbank/httpapi/journal"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/record"
	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

// record writes a test of what the journal has of a session, and plays it.
func (a *App) record(ctx context.Context, session engine.SessionState, name string,
	entries []*journal.Entry) (httpapi.RecordedTest, error) {
	rules := a.bank.Rules()
	logins, err := a.bank.Sessions().Logins(ctx, session.ID)
	if err != nil {
		return httpapi.RecordedTest{}, err
	}
	all := 0
	for _, n := range logins {
		all += n
	}
	written, err := record.Write(record.Played{
		Session: session, Rules: rules, Entries: entries, Logins: all, Name: name,
		Process: func(id string) (engine.Process, bool) {
			state, err := a.bank.Process(ctx, id)
			return state.Process, err == nil
		},
	})
	if err != nil {
		return httpapi.RecordedTest{}, &engine.Error{Code: engine.CodeNotFound, Message: err.Error()}
	}
	recorded := httpapi.RecordedTest{Name: written.Name, Text: written.Text, Steps: written.Steps, LeftOut: written.LeftOut}
	for _, gap := range written.Gaps {
		recorded.Gaps = append(recorded.Gaps, httpapi.RecordingGap(gap))
	}
	recorded.Failure = playRecorded(ctx, rules, written.Text)
	return recorded, nil
}

// playRecorded plays a recorded test with the rules, and says why it does not pass, "" where it does.
func playRecorded(ctx context.Context, rules *engine.RuleSet, text string) string {
	file, report := scenarios.ParseTests("recorded_test.yaml", text)
	if file == nil || report.Errors() > 0 {
		if len(report.Diagnostics) > 0 {
			return report.Diagnostics[0].String()
		}
		return "the recording cannot be read"
	}
	suite := scenariotest.Suite{Rules: rules, Files: []*scenarios.TestFile{file}, Parallel: 1}
	for _, result := range suite.Run(ctx).Results {
		if result.Failure != nil {
			return describeFailure(result.Failure)
		}
	}
	return ""
}

func describeFailure(f *scenariotest.Failure) string {
	text := fmt.Sprintf("step %d, %s (line %d)", f.Step, f.Action, f.Line)
	if f.Problem != "" {
		text += ": " + f.Problem
	}
	for _, d := range f.Differences {
		text += fmt.Sprintf("; %s: expected %s, got %s", d.Field, d.Expected, d.Actual)
	}
	return text
}
