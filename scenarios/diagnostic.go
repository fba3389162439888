package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a problem refuses the configuration.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Diagnostic is one problem of a configuration.
type Diagnostic struct {
	// File is the file's name as the user knows it.
	File string `json:"file"`
	// Line and Column count from 1, Column in characters; 0 where the problem is the file itself.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// EndColumn is the column after the last one concerned.
	EndColumn int      `json:"end_column,omitempty"`
	Severity  Severity `json:"severity"`
	Code      Code     `json:"code"`
	Message   string   `json:"message"`
	// Hint says what to do, where that can be said.
	Hint string `json:"hint,omitempty"`
	// Source is the line concerned, with secrets blotted out.
	Source string `json:"source,omitempty"`
}

// String returns the problem on one line: file:line:col: severity code: message.
func (d Diagnostic) String() string {
	return fmt.Sprintf("%s: %s %s: %s", d.position(), d.Severity, d.Code, d.Message)
}

func (d Diagnostic) position() string {
	if d.Line == 0 {
		return d.File
	}
	return fmt.Sprintf("%s:%d:%d", d.File, d.Line, d.Column)
}

// maxQuoted bounds the bytes of a text that a message repeats.
const maxQuoted = 200

// maxDiagnostics bounds the problems of one report; further ones are only counted.
const maxDiagnostics = 1000

// Report holds all problems of one load, in the order of files and lines.
type Report struct {
	Diagnostics []Diagnostic
	// Hash identifies what was read, good or bad: two loads of the same content have the same one.
	Hash string
	// Files lists what was read, in the order of loading.
	Files []File
	// Omitted counts the problems beyond the thousand that a report holds.
	Omitted int

	errors, warnings int
	// said counts all that was reported, what is told only once or is allowed included.
	said int
	seen map[seenKey]bool
	// positions are those of the problems, by their code alone; while repeating is set, a problem of a kind that a
	// place has already is not told again, for it is the same mistake with other values of a `for`.
	positions map[seenKey]bool
	repeating bool
	// allowing are the warnings that the scenario at hand allows, and silent those of each file.
	allowing []Code
	silent   map[string][]Code
	order    map[string]int
	folders  map[string]bool
	// unread says that something was there and could not be read; missing names what was not there.
	unread  bool
	missing []string
}

// seenKey tells problems apart: one in `defaults` would else come back with every scenario.
type seenKey struct {
	file         string
	line, column int
	code         Code
	message      string
}

// HasErrors reports whether the configuration was refused.
func (r *Report) HasErrors() bool { return r.errors > 0 }

// Errors is the number of errors, those beyond the report's bound included.
func (r *Report) Errors() int { return r.errors }

// Warnings is the number of warnings, those beyond the report's bound included.
func (r *Report) Warnings() int { return r.warnings }

// add notes a problem, with an optional hint.
func (r *Report) add(at span, code Code, hint, format string, args ...any) {
	for i, arg := range args {
		if text, long := arg.(string); long && len(text) > maxQuoted {
			args[i] = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
		}
	}
	d := Diagnostic{
		File: at.file.name, Line: at.line, Column: at.column, EndColumn: at.end,
		Severity: code.Severity(), Code: code, Message: fmt.Sprintf(format, args...), Hint: hint,
	}
	if len(r.Diagnostics) < maxDiagnostics {
		d.Source = at.file.shown(at.line)
	}
	r.take(d)
}

// take notes a problem that is not noted yet.
func (r *Report) take(d Diagnostic) {
	r.said++
	key := seenKey{d.File, d.Line, d.Column, d.Code, d.Message}
	position := seenKey{file: d.File, line: d.Line, column: d.Column, code: d.Code}
	if r.seen[key] || r.repeating && r.positions[position] || r.silenced(d) {
		return
	}
	r.count(d.Severity)
	if len(r.Diagnostics) >= maxDiagnostics {
		r.Omitted++
		return
	}
	if r.seen == nil {
		r.seen, r.positions = make(map[seenKey]bool), make(map[seenKey]bool)
	}
	r.seen[key], r.positions[position] = true, true
	r.Diagnostics = append(r.Diagnostics, d)
}

// merge takes the problems of a report about one file's text.
func (r *Report) merge(other *Report) {
	for _, d := range other.Diagnostics {
		r.take(d)
	}
	r.Omitted += other.Omitted
	r.errors += other.Omitted // reading a file finds no warnings
}

func (r *Report) count(severity Severity) {
	if severity == SeverityError {
		r.errors++
	} else {
		r.warnings++
	}
}

// sort brings the problems into the order of files and lines.
func (r *Report) sort() {
	slices.SortStableFunc(r.Diagnostics, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(r.order[a.File], r.order[b.File]),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
}
