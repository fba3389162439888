package surface

import "strings"

// OwnRoutes lists the routes of mockbank's own, METHOD /path, where its API is at a base path.
func OwnRoutes(base string) []string {
	routes := []string{
		"POST BASE/bank_connections/authenticate", "POST BASE/bank_connections/confirm_challenge_response",
		"GET BASE/bank_connections/{id}", "GET BASE/bank_connections/authenticate/{id}", "POST BASE/bank_connections",
		"GET BASE/bank_connections", "POST BASE/bank_connections/{id}/update", "DELETE BASE/bank_connections/{id}",
		"GET BASE/banks", "GET BASE/banks/{slug}", "GET /api/v1/banks", "GET /api/v1/banks/{slug}",
		"GET /", "GET /phone", "GET /openapi.yaml", "GET /healthz", "GET /readyz", "GET /metrics",
	}
	for i, route := range routes {
		routes[i] = strings.Replace(route, "BASE", base, 1)
	}
	return routes
}

// Collision returns the first of some routes that may take the same requests, "" for none.
func Collision(routes []string, method, path string) string {
	segments := splitPath(path)
	for _, route := range routes {
		other, pattern, _ := strings.Cut(route, " ")
		if other != method {
			continue
		}
		if theirs := splitPath(pattern); len(theirs) == len(segments) && meet(theirs, segments) {
			return route
		}
	}
	return ""
}

// meet reports whether some path fits both patterns.
func meet(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] && variableOf(a[i]) == "" && variableOf(b[i]) == "" {
			return false
		}
	}
	return true
}

// Pattern returns a path in which all variables are called alike.
func Pattern(path string) string {
	segments := splitPath(path)
	for i, segment := range segments {
		if variableOf(segment) != "" {
			segments[i] = "{}"
		}
	}
	return "/" + strings.Join(segments, "/")
}

// JSON returns what a node that depends on no request is in JSON.
func JSON(node Node) string {
	return string(appendJSON(nil, node.Eval(&Env{host: &Host{}, request: &Request{}})))
}
