package report

import (
	"fmt"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// besidePostgres compares one node with bare servers on the same PostgreSQL.
func (r *Results) besidePostgres() string {
	t := newTable("", "a second", "median, ms", "p99, ms", "CPU, µs", "of rows batched", "of one row read", "of its own login")
	for _, row := range []struct {
		name string
		work measure.Work
	}{
		{contender.PostgresRow, measure.Login}, {contender.PostgresBatched, measure.Login}, {contender.OnPostgres, measure.Login},
		{contender.PostgresBatched, measure.Process}, {contender.OnPostgres, measure.Process}, {contender.OnPostgres, measure.Connection},
		{contender.OnPostgres, measure.Connect},
	} {
		samples := r.within(partBeside, row.name, row.work, 0)
		if len(samples) == 0 {
			continue
		}
		of := func(is bool, name string, work measure.Work) string {
			if !is {
				return none
			}
			return ratio(measure.Ratio(samples, r.within(partBeside, name, work, 0)))
		}
		read := row.work == measure.Process || row.work == measure.Connection
		t.add(row.name+": "+string(row.work), number(measure.Median(samples, measure.Rate)),
			milliseconds(measure.Median(samples, func(s measure.Sample) time.Duration { return s.Median })),
			milliseconds(measure.Median(samples, func(s measure.Sample) time.Duration { return s.P99 })),
			microseconds(measure.Median(samples, func(s measure.Sample) time.Duration { return s.CPU })),
			of(row.work == measure.Login, contender.PostgresBatched, measure.Login),
			of(read, contender.PostgresBatched, measure.Process),
			of(row.work == measure.Connect, row.name, measure.Login))
	}
	body := t.String()
	if body != "" {
		body = fmt.Sprintf("One server for all, each contender a database of its own: %s.\n\n%s", r.Durability, body)
	}
	return body
}

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
	if o.Watched > 0 {
		t.add("turns a second afterwards", number(float64(o.Holding.Rounds)/o.Watched.Seconds()))
		t.add("resident memory, MB", megabytes(o.Resident))
	}
	return t.String()
}

func lag(l measure.Lag) string {
	if l.Rounds == 0 {
		return "none was due"
	}
	text := fmt.Sprintf("at most %v s", l.P99)
	if l.P99 < 0 {
		text = "over a minute"
	}
	return fmt.Sprintf("%s (%s turns)", text, number(float64(l.Rounds)))
}
