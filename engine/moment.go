package engine

import "time"

// FormatTime returns t as mockbank writes times everywhere: RFC 3339 in UTC with milliseconds, which sorts
// as time does. It takes half as long as [time.Time.Format] with that layout.
func FormatTime(t time.Time) string {
	t = t.UTC()
	milliseconds := t.Nanosecond() / int(time.Millisecond)
	text := t.AppendFormat(make([]byte, 0, len("2006-01-02T15:04:05.000Z")), time.RFC3339)
	digit := func(unit int) byte { return byte('0' + milliseconds/unit%10) }
	return string(append(text[:len(text)-len("Z")], '.', digit(100), digit(10), digit(1), 'Z'))
}

// ParseMoment reads a moment as people write it: a day, which is its midnight, or a time of one, both in zone where they
// name none. day says that it is the former.
func ParseMoment(text string, zone *time.Location) (at time.Time, day, ok bool) {
	if at, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return at.UTC(), true, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC().Truncate(time.Millisecond), false, true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at.UTC().Truncate(time.Millisecond), false, true
		}
	}
	return time.Time{}, false, false
}
