package main

import (
	"slices"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json` and `go help buildjson`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a build's events
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// test is what is known of a test, or, with an empty name, of its package as a whole.
type test struct {
	pkg, name string
	result    string // pass, fail, skip, or empty while it runs
	output    strings.Builder
	subtests  bool
}

// outputLimit bounds what is kept of one test's output, so that a test that prints for ever fills
// no memory.
const outputLimit = 256 << 10

func (t *test) write(text string) {
	switch room := outputLimit - t.output.Len(); {
	case room <= 0:
	case len(text) > room:
		t.output.WriteString(text[:room] + "\n[the rest is left out]\n")
	default:
		t.output.WriteString(text)
	}
}

func (t *test) title() string {
	if t.name == "" {
		return t.pkg
	}
	return t.pkg + " " + t.name
}

// said is the test's output without go test's own marks.
func (t *test) said() string {
	var said strings.Builder
	for line := range strings.Lines(t.output.String()) {
		if !isMark(strings.TrimSpace(line)) {
			said.WriteString(line)
		}
	}
	return strings.TrimSpace(said.String())
}

func isMark(line string) bool {
	for _, mark := range []string{"=== RUN", "=== PAUSE", "=== CONT", "=== NAME", "--- FAIL: ", "--- SKIP: ", "--- PASS: ", "FAIL\t",
		"coverage: "} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	return line == "FAIL" || line == "PASS"
}

// reason is the last line that a skipped test said, without its file and line.
func (t *test) reason() string {
	said := t.said()
	last := strings.TrimSpace(said[strings.LastIndex(said, "\n")+1:])
	if place, rest, found := strings.Cut(last, ": "); found && strings.Contains(place, "_test.go:") {
		last = rest
	}
	if last == "" {
		return "no reason given"
	}
	return last
}

// tally holds a package's tests in the order in which they began.
type tally struct {
	order  []*test
	byName map[string]*test
}

func (p *tally) test(pkg, name string) *test {
	if t := p.byName[name]; t != nil {
		return t
	}
	t := &test{pkg: pkg, name: name}
	p.byName[name] = t
	p.order = append(p.order, t)
	if above := p.byName[parent(name)]; above != nil {
		above.subtests = true
	}
	return t
}

// counted returns the tests that count: those without subtests, and of the others those that failed
// by themselves. A package that failed with no failed test (it did not build, or exited) counts as
// one that did.
func (p *tally) counted() []*test {
	var counted []*test
	explained := map[string]bool{}               // tests that failed because a subtest did
	for _, t := range slices.Backward(p.order) { // subtests begin after their parents
		if t.name != "" && t.result == "" {
			t.result = "fail" // still running when its package ended
		}
		failed := t.result == "fail"
		if (t.name != "" && !t.subtests) || (failed && !explained[t.name]) {
			counted = append(counted, t)
		}
		if failed {
			explained[parent(t.name)] = true
		}
	}
	slices.Reverse(counted)
	return counted
}

// parent is the test that a subtest belongs to; a test's parent is its package.
func parent(name string) string {
	return name[:max(0, strings.LastIndex(name, "/"))]
}
