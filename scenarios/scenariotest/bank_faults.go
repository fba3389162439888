package scenariotest

import (
	"context"
	"errors"

	"github.com/mockbank/mockbank/scenarios"
)

// setFaults gives every session of the test these faults.
func (s *bankStage) setFaults(ctx context.Context, faults *scenarios.TestFaults) error {
	given, report := faults.Compile(s.bank.Rules())
	if err := firstProblem(report); err != nil {
		return err
	}
	s.faults = given
	for _, session := range s.sessions {
		if _, err := s.bank.Sessions().SetFaults(ctx, session, given); err != nil {
			return err
		}
	}
	return nil
}

// firstProblem is the first mistake of a report, nil where there is none.
func firstProblem(report *scenarios.Report) error {
	if len(report.Diagnostics) == 0 {
		return nil
	}
	d := report.Diagnostics[0]
	if d.Hint != "" {
		return errors.New(d.Message + " (" + d.Hint + ")")
	}
	return errors.New(d.Message)
}
