package web

import (
	"fmt"

	"github.com/mockbank/mockbank/httpapi/locale"
)

// texts are all words of the pages in one language, by name. A text may hold verbs of package fmt.
type texts map[string]string

// tongue is a language that the pages speak.
type tongue struct {
	name  string // the language's tag, such as "de"
	texts texts
	// point is what stands before the decimals of a number.
	point string
}

// tongues are the languages, of which the first is spoken to those who ask for none of them.
var tongues = []*tongue{
	{name: "en", texts: english, point: "."},
	{name: "de", texts: german, point: ","},
}

// tongueFor returns the language that an Accept-Language header prefers.
func tongueFor(acceptLanguage string) *tongue {
	names := make([]string, len(tongues))
	for i, t := range tongues {
		names[i] = t.name
	}
	chosen := locale.Choose(acceptLanguage, names...)
	for _, t := range tongues {
		if t.name == chosen {
			return t
		}
	}
	return tongues[0]
}

// say returns a text, its verbs replaced by the arguments. A text that there is not is an error, so that
// a page never shows a name in its place.
func (t *tongue) say(name string, args ...any) (string, error) {
	text, found := t.texts[name]
	switch {
	case !found:
		return "", fmt.Errorf("there is no text %q in the language %s", name, t.name)
	case len(args) == 0:
		return text, nil
	}
	return fmt.Sprintf(text, args...), nil
}
