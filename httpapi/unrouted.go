package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/mockbank/mockbank/engine"
)

// unknownPath refuses a request for which there is no path, and names the one that was probably meant.
func unknownPath(x *exchange) error {
	path := x.r.URL.Path
	if bare := strings.TrimRight(path, "/"); bare != path && x.api.serves(bare) {
		return refuse(codeUnknownPath, "there is nothing at this path: take the slash at its end away")
	}
	if near := x.api.nearestRoute(x.r.Method, path); near != "" {
		return refuse(codeUnknownPath, "there is nothing at this path; the nearest is %s%s", x.prefix, near)
	}
	return refuse(codeUnknownPath, "there is nothing at this path; the bank's endpoints begin with %s, and /openapi.yaml lists what "+
		"there is",
		x.api.config.BasePath)
}

// serves reports whether some method has a route at the path.
func (a *api) serves(path string) bool {
	return len(a.methodsAt(&http.Request{URL: &url.URL{Path: path}})) > 0
}

// methodNotAllowed tells which methods the path takes. A path that only looks like an endpoint's, because some
// word stands where that has an identifier, is no path at all.
func methodNotAllowed(x *exchange) error {
	allowed := x.api.methodsAt(x.r)
	if x.api.standsForAnother(x.r, allowed) {
		return unknownPath(x)
	}
	methods := strings.Join(allowed, ", ")
	return refuse(codeMethodNotAllowed, "the path takes %s", methods).with("Allow", methods)
}

// methodsAt returns the methods for which the request's path has a route.
func (a *api) methodsAt(r *http.Request) []string {
	return slices.DeleteFunc([]string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}, func(method string) bool {
		match := a.matchAs(r, method)
		return match == nil
	})
}

// matchAs returns the route that the request would have with another method, nil for none.
func (a *api) matchAs(r *http.Request, method string) *mux.RouteMatch {
	probe := *r
	probe.Method = method
	var match mux.RouteMatch
	if !a.router.Match(&probe, &match) || match.Route == nil || match.Route.GetName() == "" {
		return nil
	}
	return &match
}

// standsForAnother reports whether the path was taken for one with an identifier that it does not have, while
// the request's method has a path that is nearly the same.
func (a *api) standsForAnother(r *http.Request, methods []string) bool {
	if len(methods) == 0 {
		return false
	}
	match := a.matchAs(r, methods[0])
	said, has := match.Vars["id"]
	if _, ok := canonicalUUID(said); !has || ok {
		return false
	}
	return a.nearestRoute(r.Method, r.URL.Path) != ""
}

// How much of a path may differ from a route's for it still to be recognised: letters that are wrong count one
// each, what is written in another way or is missing altogether counts as these say.
const (
	farthest     = 3
	otherCase    = 1
	otherPrefix  = 1
	cutShort     = 2
	wrongSegment = 100
)

// nearestRoute returns the path of the route that a path which leads nowhere was probably meant for, "" where it
// is like none. Of two that are as near the one that takes the method counts.
func (a *api) nearestRoute(method, path string) string {
	said := segments(path)
	if len(said) == 0 {
		return ""
	}
	best, nearest := "", 2*(farthest+1)
	for _, route := range a.routes {
		distance := 2 * a.distance(said, route.path)
		if route.method != method {
			distance++
		}
		if distance < nearest {
			best, nearest = route.path, distance
		}
	}
	return best
}

// routed is a route for the search of the nearest.
type routed struct{ method, path string }

// segments are a path's, without those that are empty.
func segments(path string) []string {
	return strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
}

// distance tells how far the path is from a route's, be it with the base path or without.
func (a *api) distance(said []string, route string) int {
	whole := segmentsDistance(said, segments(route))
	if inner, found := strings.CutPrefix(route, a.config.BasePath); found {
		for skipped := range min(len(said), 4) { // another base path, or a part of ours
			whole = min(whole, otherPrefix+segmentsDistance(said[skipped:], segments(inner)))
		}
	}
	return whole
}

func segmentsDistance(said, route []string) int {
	if len(said) != len(route) || len(said) == 0 {
		return wrongSegment
	}
	sum, words := 0, 0
	for i, segment := range route {
		if strings.HasPrefix(segment, "{") {
			if _, ok := canonicalUUID(said[i]); !ok && strings.Contains(segment, "id}") {
				return wrongSegment
			}
			continue
		}
		words++
		sum += segmentDistance(said[i], segment)
	}
	if words == 0 {
		return wrongSegment
	}
	return sum
}

func segmentDistance(said, segment string) int {
	switch {
	case said == segment:
		return 0
	case bare(said) == bare(segment):
		return otherCase
	case len(segment) <= 2: // v1, v3
		return wrongSegment
	case len(said) >= len(segment)/2 && strings.HasPrefix(bare(segment), bare(said)):
		return cutShort
	}
	if d := engine.EditDistance(bare(said), bare(segment)); d <= len(segment)/3 {
		return d
	}
	return wrongSegment
}
