package httpapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// journalText is a part of the journal for people, a line for each exchange.
func journalText(entries []*journal.Entry) string {
	var text strings.Builder
	for _, e := range entries {
		text.WriteString(journalLine(e))
		text.WriteByte('\n')
	}
	return text.String()
}

// journalLine says in a line what was asked, what the bank answered, and which scenario spoke.
func journalLine(e *journal.Entry) string {
	status := "-"
	if e.Response.Status != 0 {
		status = strconv.Itoa(e.Response.Status)
	}
	words := []string{e.At.UTC().Format("15:04:05.000"), fmt.Sprintf("%-6s %-26s", e.Request.Method, e.Route), status}
	said := func(word, text string) {
		if text != "" {
			words = append(words, word+text)
		}
	}
	said("", e.State)
	said("", e.Response.Code)
	for _, field := range e.Request.Body {
		if field.Name == "username" {
			said("user=", strconv.Quote(field.Value))
		}
	}
	said("scenario=", e.Response.Scenario)
	if e.Session != engine.DefaultSession {
		said("session=", e.Session)
	}
	if e.Connection != "" {
		said("", e.Connection)
	} else {
		said("", e.Process)
	}
	return strings.Join(words, "  ")
}

// sessionsText is a page of sessions for people.
func sessionsText(body *sessionsBody) string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "SESSION\tITS TIME\tAHEAD BY\tLAST USED\tSWITCHES ON") // a strings.Builder takes everything
	for i := range body.Sessions {
		s := &body.Sessions[i]
		clock := s.Now
		if s.Frozen {
			clock += " (stands)"
		}
		var on []string
		for _, name := range slices.Sorted(maps.Keys(s.Switches)) {
			if s.Switches[name] {
				on = append(on, name)
			}
		}
		used := "-"
		if s.UsedAt != nil {
			used = *s.UsedAt
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", s.ID, clock, s.Offset, used, strings.Join(on, ", "))
	}
	_ = table.Flush()
	if body.NextCursor != nil {
		text.WriteString("there are more: cursor=" + *body.NextCursor + "\n")
	}
	return text.String()
}
