package web

import (
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// functions are what the templates of a language call.
func (t *tongue) functions() template.FuncMap {
	return template.FuncMap{
		"t": t.say, "moment": t.moment, "span": t.span, "percent": t.percent,
		"stamp": stamp, "initial": initial,
	}
}

// stamp writes a time for machines: RFC 3339 in UTC with milliseconds.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

// moment writes a time for people.
func (t *tongue) moment(at time.Time) (string, error) {
	at = at.UTC()
	month, err := t.say("month." + strconv.Itoa(int(at.Month())))
	if err != nil {
		return "", err
	}
	return t.say("moment", at.Day(), month, at.Year(), at.Format("15:04:05"))
}

// span writes how long something takes, in seconds that have begun.
func (t *tongue) span(d time.Duration) (string, error) {
	seconds := int64((max(d, 0) + time.Second - 1) / time.Second)
	form := "span.seconds"
	switch {
	case seconds >= 24*60*60:
		form = "span.days"
	case seconds >= 60*60:
		form = "span.hours"
	case seconds >= 60:
		form = "span.minutes"
	}
	text, err := t.say(form)
	if err != nil {
		return "", err
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return strings.NewReplacer(
		"{d}", number(seconds/86400), "{h}", number(seconds/3600%24), "{m}", number(seconds/60%60), "{s}", number(seconds%60),
	).Replace(text), nil
}

// percent writes a share with one decimal.
func (t *tongue) percent(share float64) string {
	return strings.Replace(strconv.FormatFloat(share, 'f', 1, 64), ".", t.point, 1)
}

// initial is a name's first letter, as a bank's mark.
func initial(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first))
}
