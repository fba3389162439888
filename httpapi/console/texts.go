package console

import (
	"fmt"
	"html/template"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// languages are those that the console speaks; the first is spoken to who asks for none of them.
var languages = []*locale.Language{
	{Tag: "en", Texts: english, Point: "."},
	{Tag: "de", Texts: german, Point: ","},
}

// functions are what the templates of a language call.
func (c *Console) functions(l *locale.Language) template.FuncMap {
	return template.FuncMap{
		"t": l.Say, "span": l.Span, "clock": clock, "date": date, "stamp": engine.FormatTime, "ms": milliseconds, "short": short,
		"exact": exact, "second": second, "door": doorOf, "asset": c.assetPath, "class": statusClass, "happened": happened,
		"list": func(texts ...string) []string { return texts },
		"hint": func(text string) (string, error) { return hint(l, text) },
	}
}

// assetPath is the address of a file that pages load.
func (c *Console) assetPath(name string) (string, error) {
	version, found := c.versions[name]
	if !found {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return "/console/assets/" + name + "?v=" + version, nil
}

// clock writes a time of day with milliseconds, date the day.
func clock(at time.Time) string { return at.UTC().Format("15:04:05.000") }

func date(at time.Time) string { return at.UTC().Format("2006-01-02") }

// second writes a time of day without milliseconds.
func second(at time.Time) string { return at.UTC().Format("15:04:05") }

func milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64)
}

// exact writes a duration for buttons: seconds with one decimal below a minute, else in whole parts.
func exact(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < 24*time.Hour:
		return d.Round(time.Second).String()
	}
	return strconv.FormatFloat(d.Hours()/24, 'f', 1, 64) + " d"
}

// short is the beginning of an identifier: as much as tells those of one screen apart.
func short(id string) string {
	if len(id) <= 13 {
		return id
	}
	return id[:8] + "…" + id[len(id)-4:]
}

// statusClass is how a status of HTTP is coloured.
func statusClass(status int) string {
	switch {
	case status == 0:
		return "none"
	case status < 300:
		return "ok"
	case status < 400:
		return "moved"
	case status < 500:
		return "refused"
	}
	return "broken"
}

// doorOf is the member of a request in which a client sends an input of the kind.
func doorOf(kind string) string {
	if spec := engine.EventKind(kind).Spec(); spec != nil && spec.Door != nil {
		return spec.Door.Field
	}
	return ""
}
