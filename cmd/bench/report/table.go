package report

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// table is a Markdown table, its columns aligned so that it reads well as text.
type table struct{ rows [][]string }

func newTable(head ...string) *table { return &table{rows: [][]string{head}} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// String returns the table, or nothing if it has no row.
func (t *table) String() string {
	if len(t.rows) == 1 {
		return ""
	}
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for i, row := range t.rows {
		writeRow(&text, row, widths)
		if i == 0 {
			writeRule(&text, widths)
		}
	}
	return text.String() + "\n"
}

func writeRow(text *strings.Builder, row []string, widths []int) {
	for i, cell := range row {
		padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if i == 0 {
			fmt.Fprintf(text, "| %s%s |", cell, padding)
		} else {
			fmt.Fprintf(text, " %s%s |", padding, cell)
		}
	}
	text.WriteString("\n")
}

func writeRule(text *strings.Builder, widths []int) {
	for i, width := range widths {
		if i == 0 {
			fmt.Fprintf(text, "|%s|", strings.Repeat("-", width+2))
		} else {
			fmt.Fprintf(text, "%s:|", strings.Repeat("-", width+1))
		}
	}
	text.WriteString("\n")
}

// How figures are written; "–" stands for none.
const none = "–"

func number(n float64) string {
	switch {
	case n <= 0:
		return none
	case n < 10:
		return fmt.Sprintf("%.1f", n)
	}
	digits := fmt.Sprintf("%.0f", n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d <= 0:
		return none
	case ms < 10:
		return fmt.Sprintf("%.1f", ms)
	default:
		return number(ms)
	}
}

func microseconds(d time.Duration) string {
	if d <= 0 {
		return none
	}
	return number(float64(d) / float64(time.Microsecond))
}

func megabytes(bytes int64) string {
	if bytes <= 0 {
		return none
	}
	return fmt.Sprintf("%d", (bytes+1<<19)>>20)
}

func ratio(r float64) string {
	switch {
	case r <= 0:
		return none
	case r < 0.1:
		return fmt.Sprintf("%.4f", r)
	default:
		return fmt.Sprintf("%.2f", r)
	}
}
