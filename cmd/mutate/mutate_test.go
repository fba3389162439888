package main

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// What is rewritten still parses, each change once, those within others too.
func TestRewrite(t *testing.T) {
	t.Parallel()
	const text = "package p\n\nfunc f(a, b int) { g(a < b && b < 3); a++ }\n"
	at := func(part string) (int, int) {
		from := strings.Index(text, part)
		return from, from + len(part)
	}
	var sites []*site
	for i, part := range []string{"g(a < b && b < 3)", "a < b && b < 3", "a < b", "a++"} {
		one := &site{id: i + 1, open: "func() bool { if mutantOn(%d) { return true\n}; return ", close: "\n}()"}
		if part == "a++" || strings.HasPrefix(part, "g(") {
			one.open, one.close = "if mutantOn(%d) {} else { ", " }"
		}
		one.from, one.to = at(part)
		sites = append(sites, one)
	}
	got := string(rewrite([]byte(text), sites))
	if _, err := parser.ParseFile(token.NewFileSet(), "p.go", got, 0); err != nil {
		t.Errorf("%v:\n%s", err, got)
	}
	for _, want := range []string{"mutantOn(1)", "mutantOn(2)", "mutantOn(3)", "mutantOn(4)"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%s is there %d times:\n%s", want, strings.Count(got, want), got)
		}
	}
}

// A survivor is known by its reason, and one without a reason is not.
func TestReport(t *testing.T) {
	t.Parallel()
	one := &site{file: "a.go", function: "f", before: "x", after: "y", line: 3}
	m := &mutants{drawn: []*site{one, {}}, total: 9, survived: []*site{one}}
	var out strings.Builder
	if err := report(&out, m, map[string]string{one.key(): "it changes nothing"}); err != nil || !strings.Contains(out.String(), "it changes nothing (line 3)") {
		t.Errorf("%v: %s", err, &out)
	}
	if err := report(&out, m, map[string]string{one.key(): ""}); err == nil {
		t.Error("a survivor without a reason passes")
	}
}
