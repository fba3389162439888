package engine

import (
	"fmt"
	"io"
	"strings"
)

// WriteExplanation writes an explanation for people: what answers, where it stands, and which conditions keep the nearest
// others from it. No secret of the login is written.
func WriteExplanation(w io.Writer, e *Explanation) error {
	var out strings.Builder
	explainMatch(&out, e)
	for _, later := range e.Later {
		fmt.Fprintf(&out, "It would fit too, but stands later: %s (%s)\n", later.Name, later.Source)
	}
	explainNearest(&out, e.Nearest)
	_, err := io.WriteString(w, out.String())
	return err
}

func explainMatch(out *strings.Builder, e *Explanation) {
	switch {
	case e.Match == nil:
		fmt.Fprintf(out, "No scenario answers this login: it gets AUTHENTICATION_FAILED, %s.\n", e.NoScenario.Code)
		return
	case e.Forced:
		fmt.Fprintf(out, "%s answers, since the request asks for it by name.\n", e.Match.Name)
	default:
		fmt.Fprintf(out, "%s answers this login.\n", e.Match.Name)
	}
	fmt.Fprintf(out, "  %s\n", e.Match.Source)
	if e.Match.Description != "" {
		fmt.Fprintf(out, "  %s\n", e.Match.Description)
	}
	if !e.Forced {
		explainConditions(out, e.Match.Conditions)
	}
	if e.Refused != "" {
		fmt.Fprintf(out, "  But the login is refused with %s: what its named groups captured makes no duration or percent.\n", e.Refused)
	}
}

func explainNearest(out *strings.Builder, nearest []ExplainedScenario) {
	if len(nearest) == 0 {
		return
	}
	out.WriteString("\nThe nearest others do not fit:\n")
	for _, scenario := range nearest {
		fmt.Fprintf(out, "\n%s (%s)\n", scenario.Name, scenario.Source)
		explainConditions(out, scenario.Conditions)
	}
}

func explainConditions(out *strings.Builder, conditions []ExplainedCondition) {
	for _, one := range conditions {
		if one.Holds {
			fmt.Fprintf(out, "  + %s: %s\n", one.Key, one.Wanted)
			continue
		}
		fmt.Fprintf(out, "  - %s: needs %s", one.Key, one.Wanted)
		if !one.Secret {
			fmt.Fprintf(out, ", was %q", one.Had)
		}
		if one.Hint != "" {
			fmt.Fprintf(out, " (%s)", one.Hint)
		}
		out.WriteByte('\n')
	}
}
