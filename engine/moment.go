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
