package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
)

// coverageBody says what of the live rule set this node has exercised.
type coverageBody struct {
	Node string `json:"node"`
	// Session is null where the report is of all sessions.
	Session     *string               `json:"session"`
	Rules       string                `json:"rules"`
	Scenarios   totalBody             `json:"scenarios"`
	Transitions totalBody             `json:"transitions"`
	Overall     totalBody             `json:"overall"`
	Unmatched   int64                 `json:"unmatched_logins"`
	Dropped     int64                 `json:"dropped_sessions"`
	Detail      []coveredScenarioBody `json:"detail"`
}

// totalBody is how many there are, and how many were exercised.
type totalBody struct {
	Total     int     `json:"total"`
	Exercised int     `json:"exercised"`
	Percent   float64 `json:"percent"`
}

// coveredScenarioBody is what was exercised of one scenario.
type coveredScenarioBody struct {
	Name        string                  `json:"name"`
	Source      engine.Source           `json:"source"`
	Logins      int64                   `json:"logins"`
	Transitions []coveredTransitionBody `json:"transitions"`
}

// coveredTransitionBody is a way out of a step, and how often it was taken.
type coveredTransitionBody struct {
	Step   string        `json:"step"`
	Event  string        `json:"event"`
	To     string        `json:"to"`
	Status engine.Status `json:"status"`
	Taken  int64         `json:"taken"`
}

// showCoverage reports what was exercised and what never was, as JSON, as text or as a page.
func showCoverage(x *exchange) error {
	q := x.query()
	format, said := q.choice("format", "json", "text", "html"), q.text("session")
	if err := q.err(); err != nil {
		return err
	}
	session, err := x.sessionAsked(said)
	if err != nil {
		return err
	}
	report := x.api.coverage.Report(session)
	switch format {
	case "html":
		return x.api.pages.Coverage(x, x.r, &report)
	case "text":
		x.composeText(coverageText(&report))
	default:
		x.compose(http.StatusOK, x.api.coverageBody(&report))
	}
	return nil
}

// composeText makes a plain text the exchange's answer.
func (x *exchange) composeText(text string) {
	x.answer.reset()
	x.answer.Status = http.StatusOK
	x.answer.ContentType = "text/plain; charset=utf-8"
	x.answer.body.WriteString(text)
}

func (a *api) coverageBody(r *coverage.Report) *coverageBody {
	body := &coverageBody{
		Node: a.config.Node, Session: textOrNull(r.Session), Rules: r.Rules.ID(),
		Scenarios: newTotalBody(r.ScenarioTotal), Transitions: newTotalBody(r.TransitionTotal), Overall: newTotalBody(r.Overall()),
		Unmatched: r.Unmatched, Dropped: r.DroppedSessions, Detail: make([]coveredScenarioBody, len(r.Scenarios)),
	}
	for i, s := range r.Scenarios {
		body.Detail[i] = coveredScenarioBody{s.Name, s.Source, s.Logins, make([]coveredTransitionBody, len(s.Transitions))}
		for j, t := range s.Transitions {
			body.Detail[i].Transitions[j] = coveredTransitionBody(t)
		}
	}
	return body
}

func newTotalBody(t coverage.Total) totalBody { return totalBody{t.Count, t.Exercised, t.Percent()} }

// coverageText is the report for a terminal: the totals, then what was never exercised.
func coverageText(r *coverage.Report) string {
	var text strings.Builder
	for _, line := range []struct {
		what  string
		total coverage.Total
	}{{"scenarios", r.ScenarioTotal}, {"transitions", r.TransitionTotal}, {"overall", r.Overall()}} {
		fmt.Fprintf(&text, "%-11s  %d of %d (%.1f %%)\n", line.what, line.total.Exercised, line.total.Count, line.total.Percent())
	}
	fmt.Fprintf(&text, "unmatched    %d logins\n", r.Unmatched)
	table := tabwriter.NewWriter(&text, 0, 4, 2, ' ', 0)
	fmt.Fprint(table, "\nLOGINS\tSCENARIO\tNEVER TAKEN\n")
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		fmt.Fprintf(table, "%d\t%s\t%s\n", s.Logins, s.Name, strings.Join(s.Untaken(), "; "))
	}
	_ = table.Flush() // into memory
	return text.String()
}
