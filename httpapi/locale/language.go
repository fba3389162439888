package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Texts are all words of some pages in one language, by name. A text may hold verbs of package fmt.
type Texts map[string]string

// Language is one that pages are written in.
type Language struct {
	// Tag is the language's BCP 47 tag, such as "de".
	Tag   string
	Texts Texts
	// Point is what stands before the decimals of a number.
	Point string
}

// Preferred returns the one of the languages that an Accept-Language header prefers, else the first.
func Preferred(acceptLanguage string, languages []*Language) *Language {
	tags := make([]string, len(languages))
	for i, l := range languages {
		tags[i] = l.Tag
	}
	chosen := Choose(acceptLanguage, tags...)
	for _, l := range languages {
		if l.Tag == chosen {
			return l
		}
	}
	return languages[0]
}

// Say returns a text, its verbs replaced by the arguments. A text that there is not is an error, so that
// a page never shows a name in its place.
func (l *Language) Say(name string, args ...any) (string, error) {
	text, found := l.Texts[name]
	switch {
	case !found:
		return "", fmt.Errorf("there is no text %q in the language %s", name, l.Tag)
	case len(args) == 0:
		return text, nil
	}
	return fmt.Sprintf(text, args...), nil
}

// Span writes how long something takes, in seconds that have begun. It needs the texts span.seconds,
// span.minutes, span.hours and span.days, in which {d}, {h}, {m} and {s} stand for the numbers.
func (l *Language) Span(d time.Duration) (string, error) {
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
	text, err := l.Say(form)
	if err != nil {
		return "", err
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return strings.NewReplacer(
		"{d}", number(seconds/86400), "{h}", number(seconds/3600%24), "{m}", number(seconds/60%60), "{s}", number(seconds%60),
	).Replace(text), nil
}

// Percent writes a share with one decimal.
func (l *Language) Percent(share float64) string {
	return strings.Replace(strconv.FormatFloat(share, 'f', 1, 64), ".", l.Point, 1)
}
