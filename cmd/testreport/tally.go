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
	result    string // pass, fail, skip, unended, or empty while it runs
	output    strings.Builder
	subtests  bool
}

// unended is the result of a test that was under way, or waited its turn, when its package ran out of time.
const unended = "unended"

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
	// limit is the time that the package ran out of, as go test writes it; "" where it did not.
	limit string
}

// The words by which a test program says that it ran out of time, and those of go test where the program
// did not even get to that.
const (
	timedOut = "panic: test timed out after "
	killed   = "*** Test killed with quit: ran too long ("
)

// write adds to what a test said, and notices where that is that time is out.
func (p *tally) write(t *test, text string) {
	t.write(text)
	for _, words := range []string{timedOut, killed} {
		if rest, is := strings.CutPrefix(text, words); is {
			p.limit = strings.TrimRight(rest, ").\n")
		}
	}
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
// one that did, unless it ran out of time: what had not ended then is nobody's failure.
func (p *tally) counted() []*test {
	var counted []*test
	running := "fail" // what had no result when its package ended
	if p.limit != "" {
		running = unended
	}
	explained := map[string]bool{"": p.limit != ""} // tests that failed because a subtest did
	for _, t := range slices.Backward(p.order) {    // subtests begin after their parents
		if t.name != "" && t.result == "" {
			t.result = running
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
