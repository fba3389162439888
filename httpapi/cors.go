package httpapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// origins are those whose web pages may call the bank's endpoints.
type origins struct {
	all   bool
	named []string // as browsers write them
}

func newOrigins(texts []string) (origins, error) {
	var o origins
	for _, text := range texts {
		if text == "*" {
			o.all = true
			continue
		}
		origin, ok := canonicalOrigin(text)
		if !ok {
			return o, fmt.Errorf("httpapi: allowed origin %q must be a scheme and a host, such as http://localhost:3000", text)
		}
		o.named = append(o.named, origin)
	}
	return o, nil
}

// canonicalOrigin returns an origin as browsers write it: in lower case, without its scheme's own port.
func canonicalOrigin(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" ||
		strings.ContainsAny(text, "#?*") {
		return "", false
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host, true
}

func (o *origins) any() bool { return o.all || len(o.named) > 0 }

func (o *origins) allow(origin string) bool {
	return origin != "" && (o.all || slices.Contains(o.named, origin))
}

// exposed are the headers of answers that a web page may read.
const exposed = "Allow, Content-Language, Idempotency-Replayed, Location, Retry-After, WWW-Authenticate, X-Request-Id, " +
	"X-Mockbank-Fault, X-Mockbank-Rules, X-Mockbank-Scenario"

// allowOrigin marks the answer, whatever it will be, as one that the page which asks may read.
func (x *exchange) allowOrigin() {
	if !x.api.origins.any() || !x.api.ofBank(withoutSession(x.r.URL.Path)) {
		return
	}
	header := x.w.Header()
	header.Add("Vary", "Origin")
	origin := one(x.r.Header, "Origin")
	if !x.api.origins.allow(origin) {
		return
	}
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Allow-Credentials", "true")
	header.Set("Access-Control-Expose-Headers", exposed)
}

// withoutSession returns the path without the session that it may name.
func withoutSession(path string) string {
	rest, found := strings.CutPrefix(path, sessionsPath)
	if !found {
		return path
	}
	_, path, _ = strings.Cut(rest, "/")
	return "/" + path
}

// isPreflight reports whether a browser asks if a page of an allowed origin may send a request.
func (x *exchange) isPreflight() bool {
	return x.r.Method == http.MethodOptions && one(x.r.Header, "Access-Control-Request-Method") != "" &&
		x.w.Header().Get("Access-Control-Allow-Origin") != ""
}

// preflightLasts is how long browsers may remember an answer to a preflight, in seconds.
const preflightLasts = "600"

// answerPreflight lets the page send whatever it wants to: the answer says what the bank thinks of it.
func answerPreflight(x *exchange) error {
	header := x.w.Header()
	for _, name := range []string{"Access-Control-Request-Method", "Access-Control-Request-Headers",
		"Access-Control-Request-Private-Network"} {
		header.Add("Vary", name)
	}
	header.Set("Access-Control-Allow-Methods", "DELETE, GET, HEAD, PATCH, POST, PUT")
	if names := sentHeader(x.r, "Access-Control-Request-Headers"); names != "" {
		header.Set("Access-Control-Allow-Headers", names)
	}
	if one(x.r.Header, "Access-Control-Request-Private-Network") == "true" {
		header.Set("Access-Control-Allow-Private-Network", "true")
	}
	header.Set("Access-Control-Max-Age", preflightLasts)
	x.noContent()
	return nil
}

// refuseCrossSite refuses what would change something and was sent by a page of a site that is not allowed.
func (x *exchange) refuseCrossSite() error {
	switch {
	case x.r.Method == http.MethodGet || x.r.Method == http.MethodHead:
	case !strings.EqualFold(strings.TrimSpace(one(x.r.Header, "Sec-Fetch-Site")), "cross-site"):
	case x.api.origins.allow(one(x.r.Header, "Origin")):
	default:
		return refuse(codeCrossOrigin,
			"a web page of another site sent this request; name its origin in server.allowed_origins to allow that")
	}
	return nil
}
