package main

import (
	"os"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/catalogue"
)

// loadOptions are what every command loads configurations with.
func loadOptions() scenarios.Options { return scenarios.Options{Catalogue: catalogue.Files} }

// writeReport prints a report in the form "text", "json" or "github".
func writeReport(t terminal, report *scenarios.Report, format string) error {
	switch format {
	case "text":
		return report.WriteText(t.stderr, isTerminal(t.stderr) && os.Getenv("NO_COLOR") == "")
	case "json":
		return report.WriteJSON(t.stdout)
	case "github":
		return report.WriteGitHub(t.stdout)
	default:
		return oneOf("format", format, "text", "json", "github")
	}
}
