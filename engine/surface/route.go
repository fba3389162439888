package surface

import (
	"net/url"
	"slices"
	"strings"
)

// routes finds endpoints by the segments of their paths: a plain segment goes before a variable.
type routes struct {
	plain    map[string]*routes
	variable *routes
	// endpoints by method, and the names of the variables that lead here, for each.
	endpoints map[string]*Endpoint
}

// add adds an endpoint, and returns the one that is there already.
func (t *routes) add(e *Endpoint) *Endpoint {
	at := t
	for _, segment := range e.segments() {
		if name := variableOf(segment); name != "" {
			if at.variable == nil {
				at.variable = new(routes)
			}
			at = at.variable
			continue
		}
		if at.plain == nil {
			at.plain = make(map[string]*routes)
		}
		if at.plain[segment] == nil {
			at.plain[segment] = new(routes)
		}
		at = at.plain[segment]
	}
	if before := at.endpoints[e.Method]; before != nil {
		return before
	}
	if at.endpoints == nil {
		at.endpoints = make(map[string]*Endpoint)
	}
	at.endpoints[e.Method] = e
	return nil
}

// find returns where the segments lead, trying plain ones first; nil where they lead nowhere. Endpoints of the
// method are preferred.
func (t *routes) find(segments []string, method string) *routes {
	if len(segments) == 0 {
		if len(t.endpoints) == 0 {
			return nil
		}
		return t
	}
	var other *routes
	for _, next := range []*routes{t.plain[segments[0]], t.variable} {
		if next == nil || next == t.variable && segments[0] == "" {
			continue
		}
		found := next.find(segments[1:], method)
		if found != nil && found.endpoints[method] != nil {
			return found
		}
		if found != nil && other == nil {
			other = found
		}
	}
	return other
}

// allowed lists the methods that the path takes.
func (t *routes) allowed() []string {
	var methods []string
	for method := range t.endpoints {
		methods = append(methods, method)
		if method == "GET" {
			methods = append(methods, "HEAD")
		}
	}
	slices.Sort(methods)
	return methods
}

// splitPath divides a path at its slashes, a slash at the end taken and left out alike, and decodes the parts.
func splitPath(path string) []string {
	path = strings.TrimPrefix(path, "/")
	path = strings.TrimSuffix(path, "/")
	if path == "" {
		return nil
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if decoded, err := url.PathUnescape(segment); err == nil {
			segments[i] = decoded
		}
	}
	return segments
}

// variableOf returns the name of a segment {name}, "" where it is a plain one.
func variableOf(segment string) string {
	if len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}' {
		return segment[1 : len(segment)-1]
	}
	return ""
}

// Variables lists the variables of a path in their order.
func Variables(path string) []string {
	var names []string
	for _, segment := range splitPath(path) {
		if name := variableOf(segment); name != "" {
			names = append(names, name)
		}
	}
	return names
}
