package engine

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Text is a text of a scenario. Each ${name} in it stands for what the login's named group of that
// name captured; $${ stands for a plain ${.
type Text string

var placeholder = regexp.MustCompile(`\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Names lists the groups that the text refers to, in order.
func (t Text) Names() []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(string(t), -1) {
		if !strings.HasPrefix(found[0], "$$") {
			names = append(names, found[1])
		}
	}
	return names
}

// Expand replaces each ${name} by its capture. A name without a capture becomes empty.
func (t Text) Expand(captures Captures) string {
	if !strings.Contains(string(t), "${") {
		return string(t)
	}
	return placeholder.ReplaceAllStringFunc(string(t), func(found string) string {
		if strings.HasPrefix(found, "$$") {
			return found[1:]
		}
		return captures[found[2:len(found)-1]]
	})
}

// Duration is a length of time that a scenario declares: fixed, drawn between two bounds, or a text
// that a login's captures complete.
type Duration struct {
	// Min equals Max where the duration is fixed.
	Min time.Duration `json:"min,omitempty"`
	Max time.Duration `json:"max,omitempty"`
	// Text, where set, stands in place of Min and Max.
	Text Text `json:"text,omitempty"`
	// Median, where it is not 0, and Sigma describe a log-normal distribution.
	Median time.Duration `json:"median,omitempty"`
	Sigma  float64       `json:"sigma,omitempty"`
}

// MaxDuration bounds every duration that a scenario may name: a hundred years.
const MaxDuration = 100 * 365 * 24 * time.Hour

// Fixed returns a Duration that is always d.
func Fixed(d time.Duration) Duration { return Duration{Min: d, Max: d} }

// IsZero reports whether no duration was declared.
func (d Duration) IsZero() bool { return d == Duration{} }

// Random reports whether the duration is drawn.
func (d Duration) Random() bool { return d.Text == "" && (d.Min != d.Max || d.Median > 0) }

// Value returns the duration for a login, in whole milliseconds: r draws from a range. It fails where the captures
// complete the text to something that is no duration.
func (d Duration) Value(captures Captures, r draw) (time.Duration, error) {
	if d.Text != "" {
		return ParseDuration(d.Text.Expand(captures))
	}
	if d.Median > 0 {
		return d.logNormal(r.random()), nil
	}
	if d.Min == d.Max {
		return d.Min.Truncate(time.Millisecond), nil
	}
	span := int64((d.Max - d.Min) / time.Millisecond)
	return d.Min.Truncate(time.Millisecond) + time.Duration(r.int64n(span+1))*time.Millisecond, nil
}

// logNormal draws from the log-normal distribution, in whole milliseconds, [MaxDuration] at most.
func (d Duration) logNormal(random *rand.Rand) time.Duration {
	drawn := float64(d.Median) * math.Exp(d.Sigma*random.NormFloat64())
	return time.Duration(min(drawn, float64(MaxDuration))).Round(time.Millisecond)
}

// String returns the duration as a scenario writes it.
func (d Duration) String() string {
	switch {
	case d.Text != "":
		return string(d.Text)
	case d.Median > 0:
		return fmt.Sprintf("about %s (sigma %g)", FormatDuration(d.Median), d.Sigma)
	case d.Min != d.Max:
		return FormatDuration(d.Min) + " to " + FormatDuration(d.Max)
	default:
		return FormatDuration(d.Min)
	}
}

var units = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

var durationPart = regexp.MustCompile(`^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)`)

// Errors that [ParseDuration] returns.
var (
	ErrDurationForm  = errors.New("a duration is a number and a unit (ms, s, m, h, d), such as 2s, 1.5s or 1h30m")
	ErrDurationRange = fmt.Errorf("a duration is at most %d days", MaxDuration/(24*time.Hour))
)

// ParseDuration reads a duration such as 2s, 1.5s, 90d or 1h30m. A plain 0 needs no unit. The
// resolution is a millisecond.
func ParseDuration(text string) (time.Duration, error) {
	if text == "0" {
		return 0, nil
	}
	rest, total := text, time.Duration(0)
	for rest != "" {
		part := durationPart.FindStringSubmatch(rest)
		if part == nil {
			return 0, ErrDurationForm
		}
		number, err := strconv.ParseFloat(part[1], 64)
		if err != nil {
			return 0, ErrDurationForm
		}
		if number*float64(units[part[2]]) > float64(MaxDuration) {
			return 0, ErrDurationRange
		}
		total += time.Duration(number * float64(units[part[2]]))
		if total > MaxDuration {
			return 0, ErrDurationRange
		}
		rest = rest[len(part[0]):]
	}
	if text == "" {
		return 0, ErrDurationForm
	}
	return total.Round(time.Millisecond), nil
}

// FormatDuration writes a duration as [ParseDuration] reads it, in whole milliseconds.
func FormatDuration(d time.Duration) string {
	if d < time.Millisecond {
		return "0s"
	}
	var b strings.Builder
	for _, unit := range []string{"d", "h", "m", "s", "ms"} {
		if n := d / units[unit]; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, unit)
			d -= n * units[unit]
		}
	}
	return b.String()
}

// Percent is a progress from 0 to 100, or a text that a login's captures complete.
type Percent struct {
	Number int  `json:"number,omitempty"`
	Text   Text `json:"text,omitempty"`
}

// ErrPercent is returned for a progress that is not a whole number from 0 to 100.
var ErrPercent = errors.New("a progress is a whole number from 0 to 100")

// Value returns the percentage for a login, or [ErrPercent].
func (p Percent) Value(captures Captures) (int, error) {
	if p.Text == "" {
		return p.Number, nil
	}
	return ParsePercent(p.Text.Expand(captures))
}

// ParsePercent reads a whole number from 0 to 100.
func ParsePercent(text string) (int, error) {
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 || number > 100 {
		return 0, ErrPercent
	}
	return number, nil
}

// Range is a condition on a count: from one number to another, both included, or without an upper end.
type Range struct {
	From int `json:"from"`
	// To below 0 is no upper end.
	To int `json:"to"`
}

// Contains reports whether n lies in the range.
func (r Range) Contains(n int) bool { return n >= r.From && (r.To < 0 || n <= r.To) }

// String returns the range as a scenario writes it.
func (r Range) String() string {
	switch {
	case r.To < 0:
		return fmt.Sprintf("%d..", r.From)
	case r.From == r.To:
		return strconv.Itoa(r.From)
	default:
		return fmt.Sprintf("%d..%d", r.From, r.To)
	}
}

// ParseRange reads a range as a scenario writes it: 3, 1..2 or 3.. .
func ParseRange(text string) (Range, bool) {
	low, high, ranged := strings.Cut(text, "..")
	from, found := parseCount(low)
	switch {
	case !found || !ranged:
		return Range{From: from, To: from}, found
	case strings.TrimSpace(high) == "":
		return Range{From: from, To: -1}, true
	}
	to, found := parseCount(high)
	return Range{From: from, To: to}, found && from <= to
}

func parseCount(text string) (int, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
	return int(n), err == nil
}
