package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// keep stores a drawing and returns where it is.
type keep func(name, drawing string) string

// tables is the whole report. Without a place to keep drawings it has none.
func (r *Results) tables(keep keep) string {
	var text strings.Builder
	m := r.Machine
	fmt.Fprintf(&text, "%s; %d processors (%s), %s, %s; load average %s before and %s after. %d rounds of %v, %d connections.\n\n",
		r.When.UTC().Format("2006-01-02 15:04 UTC"), m.Processors, m.Model, m.System, m.Go, m.LoadBefore, m.LoadAfter,
		r.Rounds, r.Duration, r.Connections)
	for _, part := range []struct{ title, body string }{
		{"Logins", r.logins(keep)},
		{"What a login costs", r.costs(keep)},
		{"mockbank's other endpoints", r.endpoints()},
		{"PostgreSQL, beside bare servers", r.besidePostgres()},
		{"Nodes on PostgreSQL", r.nodes()},
		{"Starting, resting, saving", r.starts()},
		{"Reloading", r.reloads()},
		{"Reloading under load", r.underLoad()},
		{"Imports under way", r.inFlight()},
		{"Imports under way on PostgreSQL", r.onPostgres()},
		{"Scale", r.scale()},
		{"Not measured", r.missing()},
	} {
		if part.body != "" {
			fmt.Fprintf(&text, "## %s\n\n%s", part.title, part.body)
		}
	}
	return strings.TrimRight(text.String(), "\n") + "\n"
}

// stubs are the numbers of stubs that occur, in order.
func (r *Results) stubs() []int {
	var all []int
	for _, s := range r.Samples {
		if s.Part == partLogins && s.Work == measure.Login && !slices.Contains(all, s.Stubs) {
			all = append(all, s.Stubs)
		}
	}
	slices.Sort(all)
	return all
}

func (r *Results) of(name string, work measure.Work, stubs int) []measure.Sample {
	return measure.Of(r.Samples, name, work, stubs)
}

// rounds is how many rounds of a part there were.
func (r *Results) rounds(part string) int {
	last := -1
	for _, s := range r.Samples {
		if s.Part == part {
			last = max(last, s.Round)
		}
	}
	return last + 1
}

// within is as of, of one part of the benchmark.
func (r *Results) within(part, name string, work measure.Work, stubs int) []measure.Sample {
	return slices.DeleteFunc(r.of(name, work, stubs), func(s measure.Sample) bool { return s.Part != part })
}

// The parts of the benchmark that tables are made of.
const (
	partLogins = "logins"
	partBank   = "bank"
	partBeside = "postgres"
)

func (r *Results) logins(keep keep) string {
	head := []string{"requests a second (p99, ms)"}
	for _, n := range r.stubs() {
		head = append(head, "N = "+number(float64(n)))
	}
	t := newTable(append(head, "of mux, best N", "failed", "note")...)
	for _, c := range r.Contenders {
		cells, best, failed := []string{c.Name}, 0.0, 0
		for _, n := range r.stubs() {
			samples := r.within(partLogins, c.Name, measure.Login, n)
			cells = append(cells, rateCell(samples))
			best = max(best, measure.Ratio(samples, r.within(partLogins, contender.MuxBaseline, measure.Login, n)))
			for _, s := range samples {
				failed += s.Failed
			}
		}
		if len(r.within(partLogins, c.Name, measure.Login, 0)) > 0 {
			t.add(append(cells, ratio(best), fmt.Sprint(failed), c.Note)...)
		}
	}
	body := t.String()
	if body != "" {
		body = fmt.Sprintf("Medians over %d rounds.\n\n%s", r.rounds(partLogins), body)
	}
	if keep != nil && body != "" {
		body += fmt.Sprintf("![Logins a second, by number of stubs](%s)\n\n", keep("logins.svg", r.loginPlot()))
	}
	return body
}

func rateCell(samples []measure.Sample) string {
	if len(samples) == 0 {
		return none
	}
	p99 := measure.Median(samples, func(s measure.Sample) time.Duration { return s.P99 })
	return fmt.Sprintf("%s (%s)", number(measure.Median(samples, measure.Rate)), milliseconds(p99))
}

func (r *Results) costs(keep keep) string {
	t := newTable("", "CPU a request, µs", "memory at rest, MB", "under load, MB, least / most N",
		"start to first answer, ms, least / most N")
	for _, c := range r.Contenders {
		all := r.within(partLogins, c.Name, measure.Login, 0)
		if len(all) == 0 {
			continue
		}
		least := r.within(partLogins, c.Name, measure.Login, all[0].Stubs)
		most := r.within(partLogins, c.Name, measure.Login,
			slices.MaxFunc(all, func(a, b measure.Sample) int { return a.Stubs - b.Stubs }).Stubs)
		loaded := func(s measure.Sample) int64 { return s.Loaded }
		start := func(s measure.Sample) time.Duration { return s.Start }
		t.add(c.Name,
			microseconds(measure.Median(least, func(s measure.Sample) time.Duration { return s.CPU })),
			megabytes(measure.Median(least, func(s measure.Sample) int64 { return s.Idle })),
			megabytes(measure.Median(least, loaded))+" / "+megabytes(measure.Median(most, loaded)),
			milliseconds(measure.Median(least, start))+" / "+milliseconds(measure.Median(most, start)))
	}
	body := t.String()
	if keep != nil && body != "" {
		body += fmt.Sprintf("![Processor time of a login](%s)\n\n", keep("cpu.svg", r.costPlot()))
	}
	return body
}

func (r *Results) endpoints() string {
	t := newTable("", "a second", "median, ms", "p99, ms", "p99 / median", "CPU, µs", "of mux login", "of mux GET")
	for _, row := range []struct {
		name string
		work measure.Work
	}{
		{"mockbank", measure.HalfPeak}, {"mockbank", measure.Process}, {"mockbank", measure.Connection},
		{"mockbank", measure.Connect}, {contender.MuxBaseline, measure.Connection}, {contender.MuxBaseline, measure.HalfPeak},
	} {
		samples := r.within(partBank, row.name, row.work, 0)
		if len(samples) == 0 {
			continue
		}
		median := measure.Median(samples, func(s measure.Sample) time.Duration { return s.Median })
		p99 := measure.Median(samples, func(s measure.Sample) time.Duration { return s.P99 })
		t.add(row.name+": "+string(row.work), number(measure.Median(samples, measure.Rate)), milliseconds(median), milliseconds(p99),
			number(float64(p99)/float64(max(median, 1))),
			microseconds(measure.Median(samples, func(s measure.Sample) time.Duration { return s.CPU })),
			r.ofMux(row.work, samples, measure.Login), r.ofMux(row.work, samples, measure.Connection))
	}
	return t.String()
}

// ofMux compares with the mux baseline's work, where a comparison means something.
func (r *Results) ofMux(work measure.Work, samples []measure.Sample, base measure.Work) string {
	if work == measure.HalfPeak || base == measure.Connection && work == measure.Connect {
		return none
	}
	return ratio(measure.Ratio(samples, r.within(partBank, contender.MuxBaseline, base, samples[0].Stubs)))
}

// nodes compares each number of nodes with the one on SQLite, work by work.
func (r *Results) nodes() string {
	t := newTable("a second (p99, ms); of SQLite", "authenticate", "connect", "poll")
	for _, name := range []string{measure.OnSQLite, measure.NodesName(1), measure.NodesName(2), measure.NodesName(3)} {
		cells, found := []string{name}, false
		for _, work := range []measure.Work{measure.Login, measure.Connect, measure.Process} {
			samples := r.of(name, work, 0)
			cell := rateCell(samples)
			if len(samples) > 0 {
				found = true
				cell += "; " + ratio(measure.Ratio(samples, r.of(measure.OnSQLite, work, 0)))
			}
			cells = append(cells, cell)
		}
		if found {
			t.add(cells...)
		}
	}
	return t.String()
}
