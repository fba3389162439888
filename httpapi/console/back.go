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
