package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "2s": 2 * time.Second, "1.5s": 1500 * time.Millisecond, "90d": 90 * 24 * time.Hour,
		"1h30m": 90 * time.Minute, "250ms": 250 * time.Millisecond, "1m5ms": time.Minute + 5*time.Millisecond,
		"0.0004s": 0, "36500d": MaxDuration,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %s, %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": ErrDurationForm, "2": ErrDurationForm, "s": ErrDurationForm, "-1s": ErrDurationForm, "1 s": ErrDurationForm,
		"1w": ErrDurationForm, "1s2": ErrDurationForm, "1e3s": ErrDurationForm, "36501d": ErrDurationRange,
		"36500d1s": ErrDurationRange, "999999999999d": ErrDurationRange, "1234567890123s": ErrDurationForm,
	} {
		if got, err := ParseDuration(text); !errors.Is(err, want) {
			t.Errorf("ParseDuration(%q) = %s, %v, want %v", text, got, err, want)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, text := range []string{"0", "2s", "1.5s", "1h30m", "36500d", "0.999999999s", "1s1s", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		if d < 0 || d > MaxDuration || d%time.Millisecond != 0 {
			t.Fatalf("ParseDuration(%q) = %d ns", text, d)
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
			t.Fatalf("%s is written %q and read %s, %v", d, FormatDuration(d), again, err)
		}
	})
}

func TestDurations(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		duration Duration
		text     string
		random   bool
	}{
		{Duration{}, "0s", false}, {Fixed(90 * time.Minute), "1h30m", false}, {Fixed(1), "0s", false},
		{Duration{Min: time.Second, Max: 3 * time.Second}, "1s to 3s", true}, {Duration{Text: "${n}s"}, "${n}s", false},
	} {
		if test.duration.String() != test.text || test.duration.Random() != test.random {
			t.Errorf("%+v is %q, random %v", test.duration, test.duration, test.duration.Random())
		}
	}
	if got, err := (Duration{Text: "${n}s"}).Value(Captures{"n": "7"}, draw{}); err != nil || got != 7*time.Second {
		t.Errorf("a captured duration is %s, %v", got, err)
	}
	drawn := map[time.Duration]bool{}
	for seed := range uint64(200) {
		d, err := Duration{Min: time.Millisecond, Max: 3 * time.Millisecond}.Value(nil, draw{seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		drawn[d] = true
	}
	if len(drawn) != 3 || !drawn[time.Millisecond] || !drawn[3*time.Millisecond] {
		t.Errorf("1 to 3 ms draws %v", drawn)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	captures := Captures{"a": "1", "b": "${a}"}
	for text, want := range map[Text]string{
		"plain": "plain", "${a}": "1", "x${a}y${a}": "x1y1", "${none}": "", "${b}": "${a}", "$${a}": "${a}",
		"$${": "${", "$$": "$$", "${": "${", "${1}": "${1}", "$a": "$a",
	} {
		if got := text.Expand(captures); got != want {
			t.Errorf("%q expands to %q, want %q", text, got, want)
		}
	}
	if got := Text("${a} $${b} ${c}").Names(); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("names %v", got)
	}
}

// FuzzTextExpand: a text refers to what Names lists and to nothing else, and a capture is never read
// as a text again.
func FuzzTextExpand(f *testing.F) {
	f.Add("${a} and $${b}", "${a}")
	f.Add("$$${a}", "$")
	f.Fuzz(func(t *testing.T, text, value string) {
		captures := Captures{}
		for _, name := range Text(text).Names() {
			captures[name] = value
		}
		got := Text(text).Expand(captures)
		captures["never_named_in_a_text_of_any_corpus"] = "x"
		if again := Text(text).Expand(captures); again != got {
			t.Fatalf("%q expands to %q and %q", text, got, again)
		}
		if limit := len(text) + len(value)*strings.Count(text, "${"); len(got) > limit {
			t.Fatalf("%q expands to %d bytes", text, len(got))
		}
	})
}

func TestPercentsAndRanges(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{"0": true, "100": true, "101": false, "-1": false, "x": false, "": false, "1.5": false} {
		if _, err := ParsePercent(text); (err == nil) != ok {
			t.Errorf("ParsePercent(%q): %v", text, err)
		}
	}
	for r, want := range map[Range]string{{3, 3}: "3", {1, 2}: "1..2", {3, -1}: "3.."} {
		if r.String() != want || !r.Contains(r.From) || r.Contains(r.From-1) || r.Contains(99) != (r.To < 0) {
			t.Errorf("range %s, want %s", r, want)
		}
	}
}

func TestMatcherWords(t *testing.T) {
	t.Parallel()
	not := Literal("a")
	for want, m := range map[string]Matcher{
		"any": {}, `"a"`: Literal("a"), `one of "a", "b"`: {OneOf: []Matcher{Literal("a"), Literal("b")}},
		`starting with "x" and ending with "y"`: {Prefix: "x", Suffix: "y"}, `not "a"`: {Not: &not},
		`containing "c" (ignoring case)`: {Contains: "c", IgnoreCase: true}, `matching "d+"`: {Matches: "d+"},
	} {
		if got := m.String(); got != want {
			t.Errorf("%+v is %q, want %q", m, got, want)
		}
	}
}

func TestMatcherCase(t *testing.T) {
	t.Parallel()
	not := Literal("Secret")
	for _, m := range []Matcher{
		{Prefix: "SEC", IgnoreCase: true}, {Suffix: "CRET", IgnoreCase: true}, {Contains: "CRE", IgnoreCase: true},
		{Matches: "SECRET", IgnoreCase: true}, {OneOf: []Matcher{Literal("SECRET")}, IgnoreCase: true},
	} {
		if err := m.Compile(); err != nil || !m.Match("secret") || m.Match("other") {
			t.Errorf("%s: %v, secret %v, other %v", &m, err, m.Match("secret"), m.Match("other"))
		}
	}
	m := Matcher{Not: &not, IgnoreCase: true}
	if err := m.Compile(); err != nil || m.Match("SECRET") || !m.Match("other") {
		t.Errorf("not, ignoring case: %v", err)
	}
	whole := Matcher{Matches: "a|b"}
	if err := whole.Compile(); err != nil || whole.Match("ab") || !whole.Match("b") || whole.Match("b\n") {
		t.Error("a pattern is not of the whole value")
	}
}
