package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"slices"
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

// A sample stays the same while the code beside it changes, another seed draws another, and its parts are the whole.
func TestDraw(t *testing.T) {
	t.Parallel()
	draw := func(s settings, functions ...string) (names []string) {
		sites := make(map[string][]*site)
		for i, function := range functions {
			sites[function] = []*site{{file: "a.go", function: function, from: i}}
		}
		var m mutants
		m.draw(sites, s, nil)
		for _, one := range m.drawn {
			names = append(names, one.function)
		}
		return names
	}
	var all []string
	for i := range 100 {
		all = append(all, fmt.Sprint("f", i))
	}
	whole := draw(settings{sample: 20, seed: 1}, all...)
	if other := draw(settings{sample: 20, seed: 2}, all...); len(whole) != 20 || slices.Equal(whole, other) {
		t.Errorf("seed 1 draws %q, seed 2 %q", whole, other)
	}
	rest := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !slices.Contains(whole, name) && strings.HasSuffix(name, "7") })
	if again := draw(settings{sample: 20, seed: 1}, rest...); !slices.Equal(again, whole) {
		t.Errorf("%q, and where there is less beside it %q", whole, again)
	}
	parts := append(draw(settings{sample: 20, seed: 1, count: 15}, all...), draw(settings{sample: 20, seed: 1, skip: 15, count: 15}, all...)...)
	if !slices.Equal(parts, whole) {
		t.Errorf("%q in parts is %q", whole, parts)
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
	out.Reset()
	if err := report(&out, m, map[string]string{one.key(): "open: nobody looks"}); err != nil || !strings.Contains(out.String(), "noticed are 50.0 %") {
		t.Errorf("an open one: %v: %s", err, &out)
	}
}
