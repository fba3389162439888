package scenarios

import (
	"maps"
	"net/textproto"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// framing are the headers that say where a request's message ends. The server takes them out of what it shows, so
// that no condition sees them.
var framing = map[string]bool{"Transfer-Encoding": true, "Trailer": true}

// headerConditions compiles a `when`'s headers. Each one matches what is on the wire, or is refused.
func (c *compiler) headerConditions(when *When) map[string]engine.Matcher {
	if len(when.Headers) == 0 {
		return nil
	}
	under := Position{file: when.file, node: when.child("headers")}
	conditions := make(map[string]engine.Matcher, len(when.Headers))
	for _, name := range slices.Sorted(maps.Keys(when.Headers)) {
		matcher, canonical := when.Headers[name], textproto.CanonicalMIMEHeaderKey(name)
		_, twice := conditions[canonical]
		switch {
		case !headerForm.MatchString(name):
			c.report.add(under.key(name), CodeBadHeader, "use letters, digits and dashes", "%q is no name of a header", name)
		case framing[canonical]:
			c.report.add(under.key(name), CodeBadHeader, "take it out",
				"no condition can see the header %s, which says how a request is framed", canonical)
		case twice:
			c.report.add(under.key(name), CodeBadHeader, "take one of them out: capital letters make no difference",
				"the header %s is written twice", canonical)
		case canonical == "Host":
			c.checkHost(under, name, &matcher)
		}
		conditions[canonical] = matcher
	}
	return conditions
}

// checkHost reports a host with a port, which no request's is compared with.
func (c *compiler) checkHost(under Position, name string, matcher *engine.Matcher) {
	texts, _ := matcher.Literals()
	for _, text := range texts {
		host, port, found := strings.Cut(text, ":")
		if found && !strings.Contains(port, ":") && strings.Trim(port, "0123456789") == "" {
			c.report.add(under.value(name), CodeBadHeader, "write "+host,
				"the Host is compared without its port, so that %q never matches", text)
		}
	}
}
