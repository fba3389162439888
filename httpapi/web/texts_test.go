package web

import (
	"github.com/mockbank/mockbank/httpapi/locale"

	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// templateFiles are the sources of the pages.
func templateFiles(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(files, "*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("%v, %v", names, err)
	}
	sources := map[string]string{}
	for _, name := range names {
		sources[name] = string(read(name))
	}
	return sources
}

var verb = regexp.MustCompile(`%[a-z%]|\{[a-z]\}`)

// Each language has every text, with the same verbs, in their order where there are several of a kind.
func TestLanguagesHaveTheSameTexts(t *testing.T) {
	t.Parallel()
	first := languages[0]
	for _, other := range languages[1:] {
		for name, text := range first.Texts {
			translated, found := other.Texts[name]
			if !found || translated == "" {
				t.Errorf("%s lacks %s: %q", other.Tag, name, text)
				continue
			}
			if want, got := verb.FindAllString(text, -1), verb.FindAllString(translated, -1); !slices.Equal(want, got) {
				t.Errorf("%s: %s has %q, in %s %q", other.Tag, name, got, first.Tag, want)
			}
		}
		for name := range other.Texts {
			if _, found := first.Texts[name]; !found {
				t.Errorf("%s lacks %s, which %s has", first.Tag, name, other.Tag)
			}
		}
	}
}

var (
	used   = regexp.MustCompile(`\bt "([a-z_.]+)"`)
	action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tag    = regexp.MustCompile(`(?s)<[^>]*>`)
	worded = regexp.MustCompile(`(?:alt|title|placeholder|aria-label|value)="([^"]*)"`)
	letter = regexp.MustCompile(`\pL{2,}`)
)

// What templates ask for is there, and what is there is asked for, by a template or by name in Go.
func TestTextsAreUsed(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	for name, source := range templateFiles(t) {
		for _, found := range used.FindAllStringSubmatch(source, -1) {
			asked[found[1]] = true
			if _, there := english[found[1]]; !there {
				t.Errorf("%s asks for %q, which is not there", name, found[1])
			}
		}
	}
	// Names that Go makes: of problems, months and spans, and the titles and texts of pages.
	made := regexp.MustCompile(`^(problem|month|span|elsewhere|over|undecided)\.|\.title$|^moment$|^phone\.app$`)
	for _, name := range slices.Sorted(maps.Keys(english)) {
		if !asked[name] && !made.MatchString(name) {
			t.Errorf("nothing says %q", name)
		}
	}
}

// No template has words of its own.
func TestTemplatesHaveNoWords(t *testing.T) {
	t.Parallel()
	const own = "mockbank" // the product's name, in every language
	for name, source := range templateFiles(t) {
		bare := action.ReplaceAllString(source, "")
		for _, attribute := range worded.FindAllStringSubmatch(bare, -1) {
			if letter.MatchString(attribute[1]) && attribute[1] != "approved" && attribute[1] != "declined" {
				t.Errorf("%s has words in %s", name, attribute[0])
			}
		}
		for _, text := range tag.Split(bare, -1) {
			if text = strings.TrimSpace(text); letter.MatchString(text) && text != own {
				t.Errorf("%s has the words %q", name, text)
			}
		}
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 5, 9, 4, 7, 0, time.FixedZone("", 3600))
	for _, c := range []struct {
		language string
		moment   string
		percent  string
		spans    map[time.Duration]string
	}{
		{"en", "5 March 2026, 08:04:07 UTC", "33.3", map[time.Duration]string{
			-time.Second: "0 s", 0: "0 s", time.Millisecond: "1 s", 59*time.Second + time.Millisecond: "1 min 0 s",
			time.Hour: "1 h 0 min", 90*24*time.Hour + 3*time.Hour: "90 d 3 h",
		}},
		{"de", "5. März 2026, 08:04:07 UTC", "33,3", map[time.Duration]string{
			0: "0 Sek.", 61 * time.Second: "1 Min. 1 Sek.", 2*time.Hour - time.Minute: "1 Std. 59 Min.", 48 * time.Hour: "2 T. 0 Std.",
		}},
	} {
		spoken := locale.Preferred(c.language, languages)
		if got, err := moment(spoken, at); err != nil || got != c.moment {
			t.Errorf("%s: %q, %v; want %q", c.language, got, err, c.moment)
		}
		if got := spoken.Percent(33.34); got != c.percent {
			t.Errorf("%s: %q, want %q", c.language, got, c.percent)
		}
		for d, want := range c.spans {
			if got, err := spoken.Span(d); err != nil || got != want {
				t.Errorf("%s: %v is %q, %v; want %q", c.language, d, got, err, want)
			}
		}
	}
}

func TestUnknownTextsAreErrors(t *testing.T) {
	t.Parallel()
	if text, err := languages[0].Say("no.such"); err == nil {
		t.Errorf("said %q", text)
	}
}
