// Package report tells what the benchmark measured: as tables and plots in Markdown, and as JSON.
package report
