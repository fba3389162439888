package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// partScale is the part of the benchmark that measures on databases of different sizes.
const partScale = "scale"

// scale has a table for each kind of database, what a clean-up does to logins, and the model.
func (r *Results) scale() string {
	var text strings.Builder
	for _, database := range []string{"SQLite", "PostgreSQL"} {
		text.WriteString(r.scaleOn(database))
	}
	text.WriteString(r.cleanUps())
	if in, known := r.inputs(); known {
		fmt.Fprintf(&text, "What the model reckons with:\n\n%s%s", costs(in), Model(in))
	}
	return text.String()
}

// scaleOn sets each size of a database beside the smallest.
func (r *Results) scaleOn(database string) string {
	sizes := r.sizes(database)
	if len(sizes) == 0 {
		return ""
	}
	head := []string{database + ", a second; cost, of the first"}
	for _, size := range sizes {
		head = append(head, number(float64(size))+" rows")
	}
	t := newTable(head...)
	for _, work := range measure.ScaleWorks {
		cells := []string{string(work)}
		base := r.within(partScale, database, work, sizes[0])
		for _, size := range sizes {
			samples := r.within(partScale, database, work, size)
			cell := number(measure.Median(samples, measure.Rate))
			if work == measure.StartUp {
				cell = milliseconds(measure.Median(samples, func(s measure.Sample) time.Duration { return s.Start })) + " ms"
			}
			if faster := measure.Ratio(samples, base); faster > 0 {
				cell += "; " + ratio(1/faster)
			}
			cells = append(cells, cell)
		}
		t.add(cells...)
	}
	cells := []string{"resident memory after the start, MB"}
	for _, size := range sizes {
		samples := r.within(partScale, database, measure.StartUp, size)
		cells = append(cells, megabytes(measure.Median(samples, func(s measure.Sample) int64 { return s.Idle })))
	}
	t.add(cells...)
	t.add(append([]string{"size of the database, MB"}, r.grown(database, sizes)...)...)
	return t.String()
}

func (r *Results) grown(database string, sizes []int) (cells []string) {
	for _, size := range sizes {
		cell := none
		for _, g := range r.Grown {
			if g.Database == database && g.Wanted == int64(size) {
				cell = megabytes(g.Bytes)
			}
		}
		cells = append(cells, cell)
	}
	return cells
}

// sizes are how many rows the databases of a kind had, in order.
func (r *Results) sizes(database string) (sizes []int) {
	for _, s := range r.Samples {
		if s.Part == partScale && s.Contender == database && !slices.Contains(sizes, s.Stubs) {
			sizes = append(sizes, s.Stubs)
		}
	}
	slices.Sort(sizes)
	return sizes
}

func (r *Results) cleanUps() string {
	t := newTable("clean-up beside logins", "rows", "logins a second", "p99 without, ms", "p99 with, ms", "records removed in 20 s",
		"failed")
	for _, c := range r.CleanUps {
		t.add(c.Database, number(float64(c.Rows)), number(c.Rate), milliseconds(c.Without), milliseconds(c.P99), number(float64(c.Removed)),
			fmt.Sprint(c.Failed))
	}
	return t.String()
}

// lateLag is from what lag on, in seconds, a node has more turns to do than it can.
const lateLag = 1

// jobBytes is what the row of a job takes with its indexes, about: it was not looked at by itself.
const jobBytes = 600

// inputs are what was measured of the model: on PostgreSQL, at the largest size.
func (r *Results) inputs() (in Inputs, known bool) {
	sizes := r.sizes("PostgreSQL")
	if len(sizes) == 0 || r.OnPostgres == nil || r.OnPostgres.Holding.Rounds == 0 {
		return in, false
	}
	largest := sizes[len(sizes)-1]
	cost := func(work measure.Work) Cost {
		samples := r.within(partScale, "PostgreSQL", work, largest)
		return Cost{
			Node:     measure.Median(samples, func(s measure.Sample) time.Duration { return s.CPU }),
			Database: measure.Median(samples, func(s measure.Sample) time.Duration { return s.DatabaseCPU }),
			Commits:  measure.Median(samples, func(s measure.Sample) float64 { return s.Commits }),
			WAL:      measure.Median(samples, func(s measure.Sample) float64 { return s.WAL }),
		}
	}
	turns := float64(r.OnPostgres.Holding.Rounds)
	in = Inputs{
		Login: cost(measure.Login), Poll: cost(measure.Process), Read: cost(measure.Connection), Connect: cost(measure.Connect),
		Turn: Cost{
			Node: r.OnPostgres.TurnCPU, Database: time.Duration(float64(r.OnPostgres.Database.CPU) / turns),
			Commits: float64(r.OnPostgres.Database.Commits) / turns, WAL: float64(r.OnPostgres.Database.WAL) / turns,
		},
		JobBytes: jobBytes,
	}
	if o := r.OnPostgres; o.Watched > 0 && (o.Holding.P99 < 0 || o.Holding.P99 > lateLag) {
		in.TurnsOfNode = turns / o.Watched.Seconds() // more were due than it could do
	}
	for _, g := range r.Grown {
		if g.Database == "PostgreSQL" && g.Wanted == int64(largest) {
			in.RowBytes = float64(g.Bytes) / float64(cmp.Or(g.Rows(), 1))
		}
	}
	return in, in.RowBytes > 0
}

// costs is the table of what the model reckons with.
func costs(in Inputs) string {
	t := newTable("PostgreSQL", "a node's processor, µs", "the database's, µs", "commits", "bytes of its log")
	for _, one := range []struct {
		name string
		cost Cost
	}{
		{"a login", in.Login}, {"a poll of a process", in.Poll}, {"a read of a connection", in.Read}, {"a connection made", in.Connect},
		{"a turn of an import's job", in.Turn},
	} {
		t.add(one.name, microseconds(one.cost.Node), microseconds(one.cost.Database), ratio(one.cost.Commits), number(one.cost.WAL))
	}
	text := t.String() + fmt.Sprintf("A row takes %s bytes with its indexes, a job that waits about %s.",
		number(in.RowBytes), number(in.JobBytes))
	if in.TurnsOfNode > 0 {
		text += fmt.Sprintf(" A node does %s turns a second at most.", number(in.TurnsOfNode))
	}
	return text + "\n\n"
}
