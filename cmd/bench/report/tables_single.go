package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/measure"
)

func (r *Results) starts() string {
	t := newTable("the default file, an empty folder", "median", "worst")
	row := func(name string, write func(time.Duration) string, figure func(Start) time.Duration) {
		if all := each(r.Starts, figure); len(all) > 0 {
			t.add(name, write(measure.Middle(all)), write(slices.Max(all)))
		}
	}
	row("start to first answer, ms", milliseconds, func(s Start) time.Duration { return s.Took })
	row("save to first answer by it, ms", milliseconds, func(s Start) time.Duration { return s.Live })
	if idle := each(r.Starts, func(s Start) int64 { return s.Idle }); len(idle) > 0 {
		t.add("resident memory at rest, MB", megabytes(measure.Middle(idle)), megabytes(slices.Max(idle)))
	}
	if rest := each(r.Starts, func(s Start) float64 { return s.Rest.Switches }); len(rest) > 0 {
		used := each(r.Starts, func(s Start) float64 { return s.Rest.Processor })
		t.add("switches of threads a second at rest", fmt.Sprintf("%.0f", measure.Middle(rest)), fmt.Sprintf("%.0f", slices.Max(rest)))
		t.add("of a processor at rest, %", fmt.Sprintf("%.2f", 100*measure.Middle(used)), fmt.Sprintf("%.2f", 100*slices.Max(used)))
	}
	if r.Binary > 0 {
		t.add("binary, MB", megabytes(r.Binary), "")
		t.add("modules in the binary", fmt.Sprint(r.Modules), "")
	}
	return t.String()
}

func each[T any, F cmp.Ordered](all []T, figure func(T) F) []F {
	figures := make([]F, len(all))
	for i, one := range all {
		figures[i] = figure(one)
	}
	return figures
}

func (r *Results) reloads() string {
	t := newTable("", "N", "save to live, ms", "failed a reload", "truncated file", "wrong shape", "empty file")
	for _, one := range r.Reloads {
		if one.Missing != "" {
			t.add(one.Contender, number(float64(one.Stubs)), one.Missing, "", "", "", "")
			continue
		}
		cells := []string{one.Contender, number(float64(one.Stubs)), cmp.Or(milliseconds(measure.Middle(one.Live)), none), join(one.Failed)}
		for _, kind := range measure.BadFiles {
			cells = append(cells, one.Bad[kind])
		}
		t.add(cells...)
	}
	return t.String()
}

func join(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, ", ")
}

func (r *Results) underLoad() string {
	if len(r.UnderLoad) == 0 {
		return ""
	}
	t := newTable("scenarios", "of them changed", "logins a second", "save to live, ms", "failed", "p99 before, ms", "p99 around, ms")
	for _, one := range r.UnderLoad {
		t.add(number(float64(one.Stubs)), number(float64(one.Changed)), number(one.Rate), milliseconds(one.Live),
			fmt.Sprint(one.Failed), milliseconds(one.Before), milliseconds(one.Around))
	}
	return t.String()
}

func (r *Results) inFlight() string {
	if r.InFlight == nil {
		return ""
	}
	f := r.InFlight
	t := newTable("imports under way", number(float64(f.Imports)))
	t.add("connections made a second", number(f.ConnectRate))
	t.add("resident memory before and after, MB", megabytes(f.Before)+" / "+megabytes(f.After))
	t.add("goroutines without and with them", fmt.Sprintf("%d / %d", f.GoroutinesBefore, f.Goroutines))
	t.add("threads", fmt.Sprint(f.Threads))
	rests := number(f.SettledIn.Seconds())
	if !f.Rested {
		rests = "not within " + rests
	}
	t.add("until the server rests again, s", rests)
	if f.Rest.Switches > 0 {
		t.add("switches of threads a second, and of a processor, while none is due",
			fmt.Sprintf("%.0f / %.2f %%", f.Rest.Switches, 100*f.Rest.Processor))
	}
	return t.String()
}

func (r *Results) missing() string {
	t := newTable("", "why")
	for _, m := range r.Missing {
		t.add(m.Name, strings.ReplaceAll(m.Why[:min(len(m.Why), 200)], "|", "/"))
	}
	return t.String()
}
