package main

import (
	"fmt"
	"io"
	"strings"
)

// report gathers the events of all packages and prints as they end.
type report struct {
	out      io.Writer
	packages map[string]*tally
	builds   map[string]*strings.Builder
	passed   int
	failed   []*test
	skipped  []*test
	late     []late
	unended  int
}

// late is a package that ran out of time.
type late struct {
	pkg, limit string
	// unended are the tests that had not ended.
	unended []string
}

// String names the package, and the first of the tests.
func (l late) String() string {
	const most = 5
	names := strings.Join(l.unended[:min(most, len(l.unended))], ", ")
	if len(l.unended) > most {
		names += ", …"
	}
	return fmt.Sprintf("%s after %s; tests that had not ended: %d (%s)", l.pkg, l.limit, len(l.unended), names)
}

func newReport(out io.Writer) *report {
	return &report{out: out, packages: map[string]*tally{}, builds: map[string]*strings.Builder{}}
}

func (r *report) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, format, args...) // a closed terminal must not stop the tests
}

func (r *report) failures() int { return len(r.failed) + len(r.late) }

func (r *report) add(e event) {
	if strings.HasPrefix(e.Action, "build-") {
		r.addBuild(e)
		return
	}
	p := r.packages[e.Package]
	if p == nil {
		p = &tally{byName: map[string]*test{}}
		p.test(e.Package, "")
		r.packages[e.Package] = p
	}
	t := p.test(e.Package, e.Test)
	switch e.Action {
	case "output":
		p.write(t, e.Output)
	case "pass", "fail", "skip":
		t.result = e.Action
		if e.FailedBuild != "" {
			t.write(r.buildOutput(e.FailedBuild))
		}
		if e.Test == "" {
			r.endPackage(e, p)
			delete(r.packages, e.Package)
		}
	}
}

func (r *report) addBuild(e event) {
	if r.builds[e.ImportPath] == nil {
		r.builds[e.ImportPath] = &strings.Builder{}
	}
	r.builds[e.ImportPath].WriteString(e.Output)
}

func (r *report) buildOutput(importPath string) string {
	if b := r.builds[importPath]; b != nil {
		return b.String()
	}
	return ""
}

func (r *report) endPackage(e event, p *tally) {
	counted := p.counted()
	if len(counted) == 0 {
		return // a package without tests
	}
	over := late{pkg: e.Package, limit: p.limit}
	for _, t := range counted {
		switch t.result {
		case "pass":
			r.passed++
		case "skip":
			r.skipped = append(r.skipped, t)
		case "fail":
			r.failed = append(r.failed, t)
		case unended:
			over.unended = append(over.unended, t.name)
		}
	}
	r.printf("%-4s %7.2fs  %s (%d)\n", e.Action, e.Elapsed, e.Package, len(counted))
	if p.limit != "" {
		r.late, r.unended = append(r.late, over), r.unended+len(over.unended)
		r.printf("--- ran out of time: %s\n", over)
	}
	for _, t := range p.order {
		if t.result == "fail" || strings.Contains(t.output.String(), timedOut) {
			r.show(t)
		}
	}
}

// show prints what a failed test said. Parents are shown too, since a panic, a race or a leaked
// goroutine may speak under the name of the test above, or of the package.
func (r *report) show(t *test) {
	if said := t.said(); said != "" {
		r.printf("--- %s\n    %s\n", t.title(), strings.ReplaceAll(said, "\n", "\n    "))
	}
}

// finish prints the summary and reports whether all is well.
func (r *report) finish(ci bool) bool {
	r.printf("\n")
	for _, t := range r.skipped {
		r.printf("SKIPPED %s: %s\n", t.title(), t.reason())
	}
	for _, t := range r.failed {
		r.printf("FAILED %s\n", t.title())
	}
	for _, over := range r.late {
		r.printf("RAN OUT OF TIME %s\n", over)
	}
	total := r.passed + len(r.failed) + len(r.skipped) + r.unended
	switch {
	case total == 0:
		r.printf("No test ran.\n")
	case ci && len(r.skipped) > 0:
		r.printf("Under CI=true every test must run: install what the skipped ones miss.\n")
	}
	r.printf("%d passed, %d failed, %d skipped", r.passed, len(r.failed), len(r.skipped))
	if len(r.late) > 0 {
		r.printf(", %d had not ended", r.unended)
	}
	r.printf("\n")
	return total > 0 && r.failures() == 0 && (!ci || len(r.skipped) == 0)
}
