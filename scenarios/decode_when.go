package scenarios

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// decodeCount reads a range, or a count with more words.
func decodeCount(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	to := into.Addr().Interface().(*engine.Count)
	*to = engine.Count{}
	if node.Kind != yaml.MappingNode {
		decodeRange(d, node, reflect.ValueOf(&to.Range).Elem(), what)
		return
	}
	var keys CountKeys
	decodeStruct(d, node, reflect.ValueOf(&keys).Elem(), what)
	if keys.Count != nil {
		to.Range = *keys.Count
	}
	if keys.Within != nil {
		to.Within = *keys.Within
		d.checkWithin(&keys, to)
	}
	to.OfUser = keys.Of == "user"
}

// maxRecent bounds how many of what a count counts are remembered with their times.
const maxRecent = 10_000

func (d *decoder) checkWithin(keys *CountKeys, count *engine.Count) {
	if keys.Within.Text == "" && keys.Within.Max == 0 {
		d.report.add(keys.value("within"), CodeBadDuration, "take it out to count everything", "within must be at least 1ms")
	}
	if keys.Within.Random() {
		d.report.add(keys.value("within"), CodeBadDuration, "write one duration",
			"within cannot be drawn: it would differ each time that it is asked")
	}
	if max(count.From, count.To) > maxRecent {
		d.report.add(keys.value("count"), CodeBadRange, "count without `within`, or up to less", "a count with `within` goes up to %d",
			maxRecent)
	}
}

// decodeSpan reads a range of durations.
func decodeSpan(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	text, ok := d.scalar(node, what, "a range of durations such as 0s..10m or 90d..")
	if !ok {
		return
	}
	node = follow(node)
	low, high, ranged := strings.Cut(text, "..")
	low, high = strings.TrimSpace(low), strings.TrimSpace(high)
	if !ranged || low == "" {
		d.problem(node, CodeBadRange, spanHint(low, high, ranged), "%s must be a range of durations, not %q", what, text)
		return
	}
	from, ok := d.bound(node, low, what)
	if !ok {
		return
	}
	span := engine.Span{From: from}
	if high != "" {
		to, ok := d.bound(node, high, what)
		if !ok {
			return
		}
		if from.Text == "" && to.Text == "" && to.Max <= from.Min {
			d.problem(node, CodeBadRange, "write the shorter duration first; the second is excluded",
				"%s takes no duration: nothing lies between %s and %s", what, low, high)
			return
		}
		span.To = &to
	}
	into.Set(reflect.ValueOf(span))
}

func spanHint(low, high string, ranged bool) string {
	switch {
	case ranged && high != "":
		return "write 0s.." + high
	case low != "":
		if strings.Trim(low, "0123456789") == "" { // seconds are the least that is meant
			low += "s"
		}
		return "write " + low + ".. for that long and longer, or 0s.." + low + " for less"
	}
	return "write 0s..10m or 90d.."
}

func (d *decoder) bound(node *yaml.Node, text, what string) (engine.Duration, bool) {
	if len(names(engine.Text(text))) > 0 {
		return engine.Duration{Text: engine.Text(text)}, true
	}
	length, ok := d.length(node, text, what)
	return engine.Fixed(length), ok
}

func decodeChanceText(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	if text, ok := d.scalar(node, what, "a number from 0 to 1"); ok && len(names(engine.Text(text))) > 0 {
		into.Set(reflect.ValueOf(engine.Chance{Text: engine.Text(text)}))
		return
	} else if !ok {
		return
	}
	var number float64
	decodeProbability(d, node, reflect.ValueOf(&number).Elem(), what)
	into.Set(reflect.ValueOf(engine.Chance{Number: number}))
}

func decodeOnOff(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	text, ok := d.scalar(node, what, "on or off")
	switch {
	case !ok:
	case text == "on" || text == "true":
		into.SetBool(true)
	case text == "off" || text == "false":
		into.SetBool(false)
	default:
		d.problem(follow(node), CodeUnknownWord, "write on or off", "the switch %q is on or off, not %q", what, text)
	}
}

// decodeTime reads times of day, days and moments.
func decodeTime(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	var keys TimeKeys
	if node.Kind != yaml.MappingNode {
		d.wrongForm(node, what, `a mapping such as {between: ["23:30", "05:00"]}`)
		return
	}
	before := d.report.errors
	decodeStruct(d, node, reflect.ValueOf(&keys).Elem(), what)
	if d.report.errors > before {
		return
	}
	window := into.Addr().Interface().(*engine.TimeWindow)
	*window = engine.TimeWindow{Zone: keys.Zone}
	zone, err := engine.LoadZone(keys.Zone)
	if err != nil {
		d.report.add(keys.value("zone"), CodeBadTime, "a name such as Europe/Berlin, America/New_York or UTC", "no time zone is called %q",
			keys.Zone)
		return
	}
	d.timesOfDay(&keys, window)
	d.days(&keys, window)
	d.moments(&keys, window, zone)
	if len(node.Content) == 0 || len(node.Content) == 2 && keys.has("zone") {
		d.problem(node, CodeBadTime, "add `between`, `days`, `from` or `until`", "%s says no time", what)
	}
}

// timesOfDay reads the two times of day.
func (d *decoder) timesOfDay(keys *TimeKeys, window *engine.TimeWindow) {
	if !keys.has("between") {
		return
	}
	if len(keys.Between) != 2 {
		d.report.add(keys.value("between"), CodeBadTime, `write between: ["23:30", "05:00"]`, "between holds two times of day")
		return
	}
	positions, times := keys.items("between"), [2]time.Duration{}
	for i, text := range keys.Between {
		at := keys.value("between")
		if len(positions) == 2 {
			at = positions[i]
		}
		parsed, ok := timeOfDay(text)
		if !ok || parsed == 24*time.Hour && i == 0 {
			d.report.add(at, CodeBadTime, `write hours and minutes in quotes, such as "23:30"`, "%q is no time of day", text)
			return
		}
		times[i] = parsed
	}
	if times[0] == times[1] {
		d.report.add(keys.value("between"), CodeBadTime, "take `between` out for the whole day",
			"nothing lies between %s and %s, since the second is excluded", keys.Between[0], keys.Between[1])
		return
	}
	window.Daily, window.Start, window.End = true, times[0], times[1]
}

// timeOfDay reads hours and minutes, and seconds where they are written.
func timeOfDay(text string) (time.Duration, bool) {
	if text == "24:00" || text == "24:00:00" {
		return 24 * time.Hour, true
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if parsed, err := time.Parse(layout, text); err == nil && len(text) >= len("0:00") {
			midnight := time.Date(parsed.Year(), parsed.Month(), parsed.Day(), 0, 0, 0, 0, time.UTC)
			return parsed.Sub(midnight), true
		}
	}
	return 0, false
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (d *decoder) days(keys *TimeKeys, window *engine.TimeWindow) {
	if keys.has("days") && len(keys.Days) == 0 {
		d.report.add(keys.value("days"), CodeBadTime, "take it out for every day", "days holds no day")
	}
	positions := keys.items("days")
	for i, text := range keys.Days {
		at := keys.value("days")
		if len(positions) == len(keys.Days) {
			at = positions[i]
		}
		day := slices.Index(weekdays, text)
		if day < 0 {
			d.report.add(at, CodeBadTime, dayHint(text), "%q is no day of the week", text)
			continue
		}
		if !slices.Contains(window.Days, time.Weekday(day)) {
			window.Days = append(window.Days, time.Weekday(day))
		}
	}
}

func dayHint(text string) string {
	lower := strings.ToLower(text)
	for i, day := range weekdays {
		if strings.HasPrefix(lower, day) || lower == strings.ToLower([]string{"so", "mo", "di", "mi", "do", "fr", "sa"}[i]) {
			return "did you mean " + day + "?"
		}
	}
	return "one of mon, tue, wed, thu, fri, sat, sun"
}

// moments reads the moments, or days, from and until which it is.
func (d *decoder) moments(keys *TimeKeys, window *engine.TimeWindow, zone *time.Location) {
	for key, text := range map[string]string{"from": keys.From, "until": keys.Until} {
		if !keys.has(key) {
			continue
		}
		at, day, ok := engine.ParseMoment(text, zone)
		if !ok {
			d.report.add(keys.value(key), CodeBadTime, "write a day as 2026-12-24, or a moment as 2026-12-24T23:00:00+01:00",
				"%q is neither a moment nor a day", text)
			return
		}
		if key == "from" {
			window.From = &at
			continue
		}
		if day {
			at = at.In(zone).AddDate(0, 0, 1).UTC() // until is to its end
		}
		window.Until = &at
	}
	if window.From != nil && window.Until != nil && !window.From.Before(*window.Until) {
		d.report.add(keys.value("until"), CodeBadTime, "write the earlier one as `from`", "nothing lies from %s until %s", keys.From,
			keys.Until)
	}
}
