package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
)

func byPosition(a, b *site) int {
	return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), strings.Compare(a.after, b.after))
}

// readKnown reads a file of survivors that are known: a line each, as the report writes them, and
// beneath it, indented, why the change may survive. Without a name there are none.
func readKnown(name string) (map[string]string, error) {
	known := make(map[string]string)
	if name == "" {
		return known, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read from
	key := ""
	for lines := bufio.NewScanner(file); ; {
		if !lines.Scan() {
			return known, lines.Err()
		}
		line := lines.Text()
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"):
			known[key] = strings.TrimSpace(known[key] + " " + strings.TrimSpace(line))
		default:
			key = line
			known[key] = ""
		}
	}
}

// openReason begins the reason of a survivor that changes something: a test should notice it, and none does yet.
const openReason = "open:"

// report writes what survived. It fails with errSurvived where some of that is not known, or known
// without a reason.
func report(out io.Writer, m *mutants, known map[string]string) error {
	unknown, open := 0, 0
	for _, one := range m.survived {
		reason := known[one.key()]
		switch {
		case reason == "":
			unknown++
			reason = "no reason is known: write a test"
		case strings.HasPrefix(reason, openReason):
			open++
		}
		if _, err := fmt.Fprintf(out, "%s\n\t%s (line %d)\n", one.key(), reason, one.line); err != nil {
			return err
		}
	}
	noticed := len(m.drawn) - len(m.survived)
	counted := noticed + unknown + open // what changes nothing cannot be noticed
	percent := 100.0
	if counted > 0 {
		percent = 100 * float64(noticed) / float64(counted)
	}
	_, err := fmt.Fprintf(out, "%d of %d changes tried, %d noticed (%d since no end came), %d survived: %d change nothing, %d are open, "+
		"%d are not known; noticed are %.1f %% of those that change something\n",
		len(m.drawn), m.total, noticed, m.endless, len(m.survived), len(m.survived)-unknown-open, open, unknown, percent)
	if err == nil && unknown > 0 {
		err = errSurvived
	}
	return err
}
