package web

import (
	"html/template"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// functions are what the templates of a language call.
func functions(l *locale.Language) template.FuncMap {
	return template.FuncMap{
		"t": l.Say, "span": l.Span, "percent": l.Percent,
		"moment": func(at time.Time) (string, error) { return moment(l, at) },
		"stamp":  engine.FormatTime, "initial": initial,
	}
}

// moment writes a time for people.
func moment(l *locale.Language, at time.Time) (string, error) {
	at = at.UTC()
	month, err := l.Say("month." + strconv.Itoa(int(at.Month())))
	if err != nil {
		return "", err
	}
	return l.Say("moment", at.Day(), month, at.Year(), at.Format("15:04:05"))
}

// initial is a name's first letter, as a bank's mark.
func initial(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first))
}
