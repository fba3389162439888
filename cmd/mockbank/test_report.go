package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

// writeTestReport writes a report in the form, and to the place, that the flags say.
func writeTestReport(t terminal, options testOptions, report *scenariotest.Report) error {
	to := t.stdout
	style := scenariotest.Style{
		Colour: isTerminal(to) && noColour(t) == "", Coverage: options.coverage, Verbose: options.verbose,
	}
	if options.output == "" {
		return formatTestReport(to, options.format, report, style)
	}
	style.Colour = false
	var file bytes.Buffer
	if err := formatTestReport(&file, options.format, report, style); err != nil {
		return err
	}
	if err := os.WriteFile(options.output, file.Bytes(), 0o644); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	return nil
}

func formatTestReport(to io.Writer, format string, report *scenariotest.Report, style scenariotest.Style) error {
	switch format {
	case "json":
		return scenariotest.WriteJSON(to, report, style)
	case "junit":
		return scenariotest.WriteJUnit(to, report)
	default:
		return scenariotest.WritePretty(to, report, style)
	}
}

// noColour is the variable by which people ask programs to write without colours.
func noColour(t terminal) string {
	value, _ := t.lookupEnv("NO_COLOR")
	return value
}

// progressLine returns what tells, on a terminal only, how far a run has come: a line that is written
// over.
func progressLine(t terminal) func(scenariotest.Progress) {
	if !isTerminal(t.stderr) {
		return nil
	}
	return func(p scenariotest.Progress) {
		_, _ = fmt.Fprintf(t.stderr, "\r\x1b[K%d of %d tests, %d failed", p.Done, p.Total, p.Failed)
	}
}

// endProgress takes the progress line away.
func endProgress(t terminal) {
	if isTerminal(t.stderr) {
		_, _ = fmt.Fprint(t.stderr, "\r\x1b[K")
	}
}
