package scenarios

import (
	"fmt"
	"io"
	"strings"
)

// maxShown bounds the problems that a text report shows.
const maxShown = 100

// paint is a set of terminal escapes; the zero paint writes plain text.
type paint struct{ bold, red, yellow, cyan, off string }

var colours = paint{bold: "\x1b[1m", red: "\x1b[31m", yellow: "\x1b[33m", cyan: "\x1b[36m", off: "\x1b[0m"}

// WriteText writes the problems for people: each with its line, a caret and a hint, and a sum at the
// end. colour is for terminals.
func (r *Report) WriteText(w io.Writer, colour bool) error {
	var with paint
	if colour {
		with = colours
	}
	var b strings.Builder
	for i, d := range r.Diagnostics {
		if i == maxShown {
			fmt.Fprintf(&b, "and %d more\n\n", len(r.Diagnostics)+r.Omitted-i)
			break
		}
		d.write(&b, with)
	}
	if sum := r.Summary(); sum != "" {
		fmt.Fprintln(&b, sum)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary counts the problems in words; it is empty where there are none.
func (r *Report) Summary() string {
	var parts []string
	if r.errors > 0 {
		parts = append(parts, counted(r.errors, "error"))
	}
	if r.warnings > 0 {
		parts = append(parts, counted(r.warnings, "warning"))
	}
	return strings.Join(parts, ", ")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// write writes one problem with its line.
func (d Diagnostic) write(b *strings.Builder, with paint) {
	tone := with.red
	if d.Severity == SeverityWarning {
		tone = with.yellow
	}
	fmt.Fprintf(b, "%s%s: %s%s %s%s: %s\n", with.bold, d.position(), tone, d.Severity, d.Code, with.off, printable(d.Message))
	if d.Source != "" {
		line, caret := d.excerpt()
		fmt.Fprintf(b, "%6d | %s\n       | %s%s%s\n", d.Line, line, tone, caret, with.off)
	}
	if d.Hint != "" {
		fmt.Fprintf(b, "       %s= hint:%s %s\n", with.cyan, with.off, printable(d.Hint))
	}
	b.WriteByte('\n')
}

// maxExcerpt is how many characters of a line a report shows.
const maxExcerpt = 120

// excerpt returns the part of the source line around the problem, and carets beneath it.
func (d Diagnostic) excerpt() (string, string) {
	line := []rune(d.Source)
	from, cut := 0, ""
	if d.Column > maxExcerpt-20 {
		from, cut = d.Column-21, "…"
	}
	from = min(from, len(line))
	to := min(from+maxExcerpt, len(line))
	rest := ""
	if to < len(line) {
		rest = "…"
	}
	pad := max(0, d.Column-1-from)
	width := max(1, min(d.EndColumn-d.Column, to-from-pad))
	return cut + printable(string(line[from:to])) + rest,
		strings.Repeat(" ", pad+len([]rune(cut))) + strings.Repeat("^", width)
}

// printable replaces what a terminal would act on: control characters, and those that turn the
// direction of writing.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '�'
		}
		return r
	}, text)
}
