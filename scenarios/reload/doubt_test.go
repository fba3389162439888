package reload

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// bankOf is a configuration with these scenarios, the last of which takes every login.
func bankOf(names ...string) string {
	var b strings.Builder
	b.WriteString("version: 1\nbanks: [{slug: MockBank}]\nscenarios:\n")
	for i, name := range names {
		when := ""
		if i < len(names)-1 {
			when = "when: {password: " + name + "}, "
		}
		b.WriteString("  - {name: " + name + ", " + when + "authentication: AUTHENTICATED}\n")
	}
	return b.String()
}

// closed are scenarios none of which takes every login.
func closed(names ...string) string {
	return strings.TrimSuffix(strings.ReplaceAll(bankOf(append(names, "last")...), "  - {name: last, authentication: AUTHENTICATED}\n", ""), "")
}

func configOf(t *testing.T, text string) *scenarios.Config {
	t.Helper()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", text)
	config, report := scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
	if config == nil {
		t.Fatal(report.Diagnostics)
	}
	return config
}

func TestVanishes(t *testing.T) {
	t.Parallel()
	four := bankOf("a", "b", "c", "all")
	for name, test := range map[string]struct {
		before, after string
		want          bool
	}{
		"nothing changes":            {four, four, false},
		"one more":                   {four, bankOf("a", "b", "c", "d", "all"), false},
		"one less":                   {four, bankOf("a", "b", "all"), false},
		"half of them":               {four, bankOf("a", "all"), false},
		"more than half":             {four, bankOf("all"), true},
		"more than half, replaced":   {four, bankOf("x", "y", "z", "all"), true},
		"the catch-all":              {four, closed("a", "b", "c"), true},
		"the catch-all is another":   {four, bankOf("a", "b", "c", "rest"), false},
		"there was none":             {closed("a", "b", "c"), closed("a", "b"), false},
		"there was none, and is one": {closed("a", "b", "c"), four, false},
	} {
		if got := vanishes(configOf(t, test.before), configOf(t, test.after)); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestDoubt(t *testing.T) {
	t.Parallel()
	full, half, more := configOf(t, bankOf("a", "b", "c", "d", "all")), configOf(t, closed("a")), configOf(t, closed("a", "b"))
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	type poll struct {
		at     int // ms
		config *scenarios.Config
		want   bool
	}
	changing := []poll{}
	for i := range 2 * patience {
		changing = append(changing, poll{500 * i, []*scenarios.Config{half, more}[i%2], true})
	}
	for name, looks := range map[string][]poll{
		"the same after the wait is meant":      {{0, half, true}, {999, half, true}, {1000, half, false}},
		"another one has a wait of its own":     {{0, half, true}, {900, more, true}, {1000, more, true}, {1899, more, true}, {1900, more, false}},
		"a good one is none":                    {{0, half, true}, {500, full, false}},
		"one that goes on changing is as meant": append(changing, poll{1000 * patience, half, false}),
	} {
		d := doubt{wait: time.Second}
		for i, poll := range looks {
			if got := d.raise(full, poll.config, start.Add(time.Duration(poll.at)*time.Millisecond)); got != poll.want {
				t.Errorf("%s: look %d: %t", name, i, got)
			}
		}
	}
}

// halfThenWhole starts a reloader that has loaded half of its file, and says so.
func halfThenWhole(t *testing.T, wait time.Duration) *live {
	t.Helper()
	l := &live{t: t, folder: t.TempDir()}
	whole := bankOf("a", "b", "c", "all")
	l.write("mockbank.yaml", whole)
	halves := make(chan struct{}, 100)
	l.prepare = func(r *Reloader) {
		r.load = func(ctx context.Context, path string, options scenarios.Options) (*scenarios.Config, *scenarios.Report) {
			config, report := scenarios.Load(ctx, path, options)
			if config != nil && len(config.Rules.Scenarios) == 1 {
				halves <- struct{}{}
			}
			return config, report
		}
	}
	l.start("mockbank.yaml", func(c *Config) { c.SecondRead = wait })
	l.write("mockbank.yaml", closed("a"))
	<-halves
	return l
}

func TestHalfAFileDoesNotGoLive(t *testing.T) {
	t.Parallel()
	l := halfThenWhole(t, time.Hour)
	l.write("mockbank.yaml", bankOf("a", "b", "c", "new", "all"))
	l.awaitLive("new")
	if l.names[0] != "a" || l.names[1] != "b" {
		t.Errorf("made live: %v", l.names)
	}
}

func TestHalfAFileThatStaysGoesLive(t *testing.T) {
	t.Parallel()
	l := halfThenWhole(t, time.Millisecond)
	l.awaitLive("a")
	if outcome := l.awaitOutcomes(1)[0]; outcome.Trigger != TriggerWatch || outcome.Result != ResultApplied {
		t.Errorf("outcome %+v", outcome)
	}
}

func TestWhoAsksForAReloadGetsIt(t *testing.T) {
	t.Parallel()
	l := halfThenWhole(t, time.Hour)
	if outcome, err := l.reloader.Reload(t.Context()); err != nil || outcome.Result != ResultApplied {
		t.Errorf("%v, %v", outcome.Result, err)
	}
}
