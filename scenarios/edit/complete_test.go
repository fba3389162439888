package edit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
)

// complete completes at the mark in a text, and returns the labels.
func complete(t *testing.T, marked string) []string {
	t.Helper()
	before, after, found := strings.Cut(marked, "‸")
	if !found {
		t.Fatal("no mark")
	}
	all, err := edit.Complete(scenarios.Schema(), before+after, len(before))
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, c := range all {
		if c.From > c.To || c.To != len(before) || !strings.HasPrefix(strings.ToLower(c.Label), strings.ToLower((before + after)[c.From:c.To])) {
			t.Errorf("%+v does not fit %q", c, before)
		}
		labels = append(labels, c.Label)
	}
	return labels
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text       string
		has, lacks string
	}{
		"top":                  {"ver‸", "version", "banks"},
		"top, some there":      {"version: 1\n‸\nbanks: []\n", "scenarios server", "version banks"},
		"a scenario's keys":    {"scenarios:\n  - name: a\n    ‸", "when authentication import", "name"},
		"the first key":        {"scenarios:\n  - na‸", "name", "when"},
		"item at the column":   {"scenarios:\n- name: a\n  au‸", "authentication", "when"},
		"when in flow":         {"scenarios:\n  - name: a\n    when: {bank: x, pa‸}", "password", "bank username"},
		"a status":             {"scenarios:\n  - name: a\n    authentication: AUTH‸", "AUTHENTICATED AUTHENTICATION_FAILED", "REDIRECT_REQUIRED"},
		"a status in a step":   {"scenarios:\n  - name: a\n    authentication:\n      status: DEC‸\n", "DECOUPLED_AUTH_REQUIRED", "AUTHENTICATED"},
		"a transition":         {"scenarios:\n  - name: a\n    authentication:\n      next:\n        - {appr‸", "approval", "redirect"},
		"a transition's value": {"scenarios:\n  - name: a\n    authentication:\n      next:\n        - {approval: ‸", "approved declined", "then"},
		"then":                 {"scenarios:\n  - name: a\n    authentication:\n      next:\n        - {after: 2s, then: {‸", "status goto", "after"},
		"over lines":           {"scenarios:\n  - name: a\n    import: {takes: 3s,\n      out‸", "outcome", "takes"},
		"goto":                 {"scenarios:\n  - name: a\n    authentication: {status: AUTHENTICATED, next: [{after: 1s, then: {goto: ‸}}]}\n    steps:\n      soon: AUTHENTICATED\n", "soon", "status"},
		"enum of the server":   {"server:\n  log_level: ‸\n", "debug info", "auto"},
		"keys of the server":   {"server:\n  listen: a\n  log_‸\n", "log_level log_format", "listen"},
		"after a pattern":      {"scenarios:\n  - name: a\n    when: {password: {matches: '{,'}, ‸", "username bank", "password"},
		"errors by code":       {"errors:\n  MY_CODE:\n    ‸", "message retryable actor", "status"},
	} {
		got := complete(t, test.text)
		for _, label := range strings.Fields(test.has) {
			if !slices.Contains(got, label) {
				t.Errorf("%s: %v lacks %s", name, got, label)
			}
		}
		for _, label := range strings.Fields(test.lacks) {
			if slices.Contains(got, label) {
				t.Errorf("%s: %v has %s", name, got, label)
			}
		}
	}
}

func TestNothingToComplete(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a comment":        "scenarios: # na‸",
		"a comment's line": "# ver‸",
		"a text":           "scenarios:\n  - name: a\n    description: |\n      wh‸",
		"a free value":     "scenarios:\n  - name: foo‸",
		"behind the colon": "scenarios:‸",
	} {
		if got := complete(t, text); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzComplete(f *testing.F) {
	f.Add("scenarios:\n  - {name: a, when: {password: [x, 'y'", 20)
	f.Add("a: |\n  b\n\t- c: \"", 3)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		all, err := edit.Complete(scenarios.Schema(), text, offset)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			if c.From < 0 || c.From > c.To || c.To > len(text) {
				t.Errorf("%+v of %d bytes", c, len(text))
			}
		}
	})
}
