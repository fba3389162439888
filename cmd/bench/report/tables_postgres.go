package report

import (
	"fmt"

	"github.com/mockbank/mockbank/cmd/bench/measure"
)

func (r *Results) onPostgres() string {
	if r.OnPostgres == nil {
		return ""
	}
	o := r.OnPostgres
	t := newTable("imports under way", number(float64(o.Imports)))
	t.add("connections made a second", number(o.ConnectRate))
	t.add("connections read meanwhile, and not exact", fmt.Sprintf("%s / %d", number(float64(o.Read)), o.Wrong))
	t.add("the jobs' lag while they are made, p99", lag(o.Making))
	t.add("afterwards, p99", lag(o.Holding))
	return t.String()
}

func lag(l measure.Lag) string {
	if l.Turns == 0 {
		return "none was due"
	}
	text := fmt.Sprintf("at most %v s", l.P99)
	if l.P99 < 0 {
		text = "over a minute"
	}
	return fmt.Sprintf("%s (%s turns)", text, number(float64(l.Turns)))
}
