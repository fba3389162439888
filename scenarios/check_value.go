package scenarios

import (
	"errors"
	"fmt"

	"github.com/mockbank/mockbank/engine"
)

// What people answer is checked as what they write into a file is.

// CheckDuration says why a text is no length of time, and how one is written.
func CheckDuration(text string) error {
	if _, err := engine.ParseDuration(text); err != nil {
		if _, err := engine.ParseDuration(text + "s"); err == nil {
			return fmt.Errorf("%q has no unit: did you mean %q?", text, text+"s")
		}
		return fmt.Errorf("%q is no length of time: %s", text, durationHint(text))
	}
	return nil
}

// CheckPercent says why a text is no percentage.
func CheckPercent(text string) error {
	if _, err := engine.ParsePercent(text); err != nil {
		return fmt.Errorf("%q is no percentage: %s", text, percentHint(text))
	}
	return nil
}

// CheckErrorCode says why a text is no code of an error, or which one it is probably a slip of.
func CheckErrorCode(text string) (slip string, err error) {
	report := &Report{}
	checkCode(report, span{file: &source{}}, engine.Text(text), nil)
	if report.HasErrors() {
		return "", errors.New(report.Diagnostics[0].Message + ": " + report.Diagnostics[0].Hint)
	}
	if len(report.Diagnostics) > 0 {
		return nearestCode(text, nil), nil
	}
	return "", nil
}

// StatusHint says which status a word stands for, or lists them.
func StatusHint(text string) string {
	return (&decoder{}).wordHint(text, texts(engine.Statuses()), "status")
}
