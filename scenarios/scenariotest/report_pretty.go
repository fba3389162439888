package scenariotest

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
)

// paint is a set of terminal escapes; the zero paint writes plain text.
type paint struct{ bold, red, green, dim, off string }

var colours = paint{bold: "\x1b[1m", red: "\x1b[31m", green: "\x1b[32m", dim: "\x1b[2m", off: "\x1b[0m"}

// Style says what a report shows.
type Style struct {
	// Colour is for terminals.
	Colour bool
	// Coverage adds what was never exercised.
	Coverage bool
	// Verbose lists the tests that passed, too.
	Verbose bool
}

// WritePretty writes a report for people: each failure with what led to it, and a sum.
func WritePretty(w io.Writer, r *Report, style Style) error {
	p := pretty{Builder: new(strings.Builder)}
	if style.Colour {
		p.paint = colours
	}
	for i := range r.Results {
		switch result := &r.Results[i]; {
		case result.Failure != nil:
			p.failure(result)
		case style.Verbose:
			p.printf("%spass%s  %s %s(%s:%d)%s\n", p.green, p.off, Printable(result.Name), p.dim, result.File, result.Line, p.off)
		}
	}
	p.summary(r)
	if style.Coverage {
		covered := r.Coverage()
		p.coverage(&covered)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

type pretty struct {
	*strings.Builder
	paint
}

func (p pretty) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

func (p pretty) failure(r *Result) {
	f := r.Failure
	p.printf("%sFAIL%s  %s%s%s (%s:%d)\n", p.red, p.off, p.bold, Printable(r.Name), p.off, r.File, r.Line)
	if f.Step > 0 {
		p.printf("      step %d, %s%s (%s:%d)\n", f.Step, f.Action, round(f), f.File, f.Line)
	}
	if f.Problem != "" {
		p.printf("      %s\n", Printable(f.Problem))
	}
	if len(f.Differences) > 0 {
		p.printf("\n")
	}
	for _, d := range f.Differences {
		p.printf("      %s %s(%s:%d)%s\n", d.Field, p.dim, d.File, d.Line, p.off)
		p.printf("        %s- expected %s%s\n", p.green, Printable(d.Expected), p.off)
		p.printf("        %s+ actual   %s%s\n", p.red, Printable(d.Actual), p.off)
	}
	p.timeline(r.Timeline)
	p.printf("\n")
}

// round says which repetition of a step failed.
func round(f *Failure) string {
	if f.Round == 0 {
		return ""
	}
	return fmt.Sprintf(" (time %d)", f.Round)
}

// timeline tells what happened, with the bank's time since the start of the test.
func (p pretty) timeline(moments []Moment) {
	if len(moments) == 0 {
		return
	}
	p.printf("\n      what happened:\n")
	for i := range moments {
		m := &moments[i]
		before := 0
		for before < len(m.Moves) && m.Moves[before].At < m.At {
			before++
		}
		p.passages(m.Moves[:before])
		line := fmt.Sprintf("%10s  %3d.  %-20s %s", engine.FormatDuration(m.At), m.Step, m.Action, Printable(outcome(m)))
		p.printf("%s\n", strings.TrimRight(line, " "))
		p.passages(m.Moves[before:])
	}
}

func (p pretty) passages(moves []Passage) {
	for _, move := range moves {
		p.printf("%s%10s          %s -> %s%s\n", p.dim, engine.FormatDuration(move.At), Printable(move.Event),
			Printable(named(move.To, move.Status)), p.off)
	}
}

// named names a step that is entered: one without a name of its own by its status alone.
func named(step, status string) string {
	if strings.Contains(step, "[") {
		return status
	}
	return step + ", " + status
}

// outcome says what a step led to.
func outcome(m *Moment) string {
	var parts []string
	if m.Refusal != "" {
		parts = append(parts, "refused: "+m.Refusal)
	}
	if m.Status != "" {
		parts = append(parts, m.Status)
	}
	if m.Progress != nil {
		parts = append(parts, fmt.Sprintf("%d %%", *m.Progress))
	}
	if m.Scenario != "" {
		parts = append(parts, "by scenario "+m.Scenario)
	}
	return strings.Join(parts, ", ")
}

func (p pretty) summary(r *Report) {
	failed := r.Failed()
	passed := len(r.Results) - failed
	switch {
	case len(r.Results) == 0:
		p.printf("no tests were played\n")
		return
	case failed > 0:
		p.printf("%s%d of %d tests failed%s", p.red, failed, len(r.Results), p.off)
	default:
		p.printf("%s%s passed%s", p.green, counted(passed, "test"), p.off)
	}
	p.printf(" in %s (%s of the bank's time)\n", took(r.Took), engine.FormatDuration(r.Virtual()))
	if n := r.Unchecked(); n > 0 {
		p.printf("%s could not be checked: a server tells neither the history of an import nor `respond` nor what a picture `shows`\n",
			counted(n, "expectation"))
	}
}

func (p pretty) coverage(c *coverage.Report) {
	total := c.Overall()
	p.printf("\n%.1f %% of scenarios and transitions exercised (%d of %d)\n", total.Percent(), total.Exercised, total.Count)
	for _, one := range c.Never() {
		p.printf("  %s%s%s %s(%s:%d)%s\n", p.bold, Printable(one.Name), p.off, p.dim, one.Source.File, one.Source.Line, p.off)
		if one.Logins == 0 {
			p.printf("    never answered a login\n")
			continue // so none of its transitions was taken
		}
		for _, t := range one.Transitions {
			p.printf("    never taken: %s: %s -> %s\n", t.Step, Printable(t.Event), named(t.To, string(t.Status)))
		}
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// took rounds a length of real time for people.
func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// Printable replaces what a terminal would act on: control characters, and those that turn the
// direction of writing.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, text)
}
