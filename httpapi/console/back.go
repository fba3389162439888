package console

import (
	"net/url"
	"strings"
)

// back returns the page of this console from which the form was sent, else the one that is given.
func (p *page) back(otherwise string) string {
	from, err := url.Parse(p.r.Referer())
	if err != nil || from.Host != p.r.Host || !strings.HasPrefix(from.Path, "/console/") {
		return otherwise
	}
	return from.RequestURI()
}

// escapeQuery writes a text as the value of a query's parameter.
func escapeQuery(text string) string { return url.QueryEscape(text) }
