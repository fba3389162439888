package engine

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"
)

func exactScenarios(n int) []*Scenario {
	all := make([]*Scenario, n)
	for i := range all {
		all[i] = scenario("case-"+strconv.Itoa(i), "password-"+strconv.Itoa(i), decoupled())
	}
	return all
}

// exactRules builds a rule set of n scenarios with one flow, so that a million fit into memory.
func exactRules(b *testing.B, n int) *RuleSet {
	b.Helper()
	all := make([]*Scenario, n)
	flow := frozen(b, yes())
	for i := range all {
		password := "password-" + strconv.Itoa(i)
		all[i] = &Scenario{Name: password, Flow: flow, When: Condition{
			Bank: Literal("A"), Username: Literal("tester"), Password: Literal(password),
		}}
	}
	return &RuleSet{Scenarios: all, index: newIndex(all, UsernameRule{})}
}

// patternScenarios are n families of passwords, in the given form.
func patternScenarios(n int, form string) []*Scenario {
	all := make([]*Scenario, n)
	for i := range all {
		all[i] = scenario("family-"+strconv.Itoa(i), "", steps(yes()))
		all[i].When.Password = Matcher{Matches: fmt.Sprintf(form, i)}
	}
	return all
}

// patternForms are families whose patterns have a text at their start, at their end, within, or none.
var patternForms = []struct{ name, form string }{
	{"prefix", `family%d_(?P<code>[A-Z_]+)_at_(?P<percent>\d+)`},
	{"suffix", `(?P<seconds>\d+)_seconds_of_family%d`},
	{"inside", `.*family%d.*`},
	{"none", `[a-z]+(%d|x)\d?`},
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10, 10_000, 1_000_000} {
		b.Run(fmt.Sprintf("exact=%d", n), func(b *testing.B) { benchmarkMatch(b, exactRules(b, n), n) })
	}
	for _, family := range patternForms {
		b.Run("exact=1000/patterns=1000/"+family.name, func(b *testing.B) {
			benchmarkMatch(b, rules(b, append(patternScenarios(1000, family.form), exactScenarios(1000)...)...), 1000)
		})
	}
}

func benchmarkMatch(b *testing.B, rs *RuleSet, n int) {
	logins := make([]Login, min(n, 4096))
	for i := range logins {
		logins[i] = Login{Session: DefaultSession, Bank: "A", Username: "tester", Password: "password-" + strconv.Itoa(i*(n/len(logins)))}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if rs.Match(&logins[i%len(logins)]) == nil {
			b.Fatal("no match")
		}
	}
}

// BenchmarkScan is the same without an index: one condition after the other, up to the first that holds.
func BenchmarkScan(b *testing.B) {
	login := &Login{Bank: "A", Username: "tester", Password: "password-0"}
	for _, family := range patternForms {
		rs := rules(b, append(patternScenarios(1000, family.form), exactScenarios(1)...)...)
		b.Run("patterns=1000/"+family.name, func(b *testing.B) {
			for b.Loop() {
				if len(scanned(rs, login)) != 1 {
					b.Fatal("no match")
				}
			}
		})
	}
}

func BenchmarkResolve(b *testing.B) {
	f := frozen(b, step("wait", DecoupledAuthRequired, after(5*time.Second, "more")),
		step("more", DecoupledAuthInProgress, after(10*time.Second, "yes")), yes())
	p := begin(f)
	b.Run("waiting", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f.Resolve(p, epoch.Add(time.Second))
		}
	})
	b.Run("two moves", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f.Resolve(p, epoch.Add(time.Minute))
		}
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	bank := open(b, exactScenarios(1000)...)
	b.ReportAllocs()
	for b.Loop() {
		bank.login("password-7")
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		all := exactScenarios(10_000)
		b.StartTimer()
		rules(b, all...)
	}
}

// BenchmarkHeap reports what a scenario of a compiled rule set keeps in memory.
func BenchmarkHeap(b *testing.B) {
	const n = 10_000
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for b.Loop() {
		before := live()
		all := exactScenarios(n)
		declared := live()
		rs := rules(b, all...)
		compiled := live()
		b.ReportMetric(float64(declared-before)/n, "declared-B/scenario")
		b.ReportMetric(float64(compiled-declared)/n, "compiled-B/scenario")
		runtime.KeepAlive(rs)
	}
}

func BenchmarkExplain(b *testing.B) {
	bank := open(b, exactScenarios(10_000)...)
	for b.Loop() {
		bank.explain(tester("pasword-77"), AssumedFacts{})
	}
}
