package web

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// RedirectHosts are the hosts to which a login page may send a browser back.
type RedirectHosts struct {
	patterns []string
}

// NewRedirectHosts returns the hosts that the patterns allow: "app.test" (any port),
// "app.test:3000", "*.app.test" (any host beneath). No pattern means loopback only.
func NewRedirectHosts(patterns []string) (RedirectHosts, error) {
	hosts := RedirectHosts{patterns: make([]string, len(patterns))}
	for i, pattern := range patterns {
		if !validPattern(pattern) {
			return hosts, fmt.Errorf("redirect host %q is not a host such as app.test, app.test:3000 or *.app.test", pattern)
		}
		hosts.patterns[i] = strings.ToLower(pattern)
	}
	return hosts, nil
}

func validPattern(pattern string) bool {
	if address, err := netip.ParseAddr(pattern); err == nil {
		return address.Zone() == ""
	}
	rest := strings.TrimPrefix(pattern, "*.")
	u, err := url.Parse("http://" + rest)
	return err == nil && rest != "" && u.Host == rest && u.Hostname() != "" && !strings.Contains(rest, "*")
}

// Check returns nil where a browser may be sent to the URI, else what is wrong with it, in words
// that follow the field's name.
func (h RedirectHosts) Check(uri string) error {
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		return errors.New("must be an absolute URI such as http://localhost:3000/callback")
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("must begin with http:// or https://")
	case u.User != nil:
		return errors.New("must not hold a user name")
	case u.Fragment != "" || strings.Contains(uri, "#"):
		return errors.New("must not have a fragment")
	case !opensInBrowser(u):
		return fmt.Errorf("has a host or a port that browsers do not open as it is written: %q", u.Host)
	case !h.allows(u):
		return fmt.Errorf("leads to the host %q, which server.redirect_hosts does not allow (%s)", u.Host, h)
	}
	return nil
}

func (h RedirectHosts) allows(u *url.URL) bool {
	name := strings.ToLower(u.Hostname())
	port := cmp.Or(u.Port(), schemePorts[u.Scheme])
	if len(h.patterns) == 0 {
		return isLoopback(name)
	}
	return slices.ContainsFunc(h.patterns, func(pattern string) bool {
		if beneath, ok := strings.CutPrefix(pattern, "*"); ok {
			return strings.HasSuffix(name, beneath) && len(name) > len(beneath)
		}
		return pattern == name || pattern == "["+name+"]" || pattern == net.JoinHostPort(name, port)
	})
}

// String lists what is allowed.
func (h RedirectHosts) String() string {
	if len(h.patterns) == 0 {
		return "loopback only"
	}
	return strings.Join(h.patterns, ", ")
}

// schemePorts are the ports that a URI without one means.
var schemePorts = map[string]string{"http": "80", "https": "443"}

func isLoopback(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.Unmap().IsLoopback()
}

// returnTo completes the client's redirect URI with the process and the client's own state.
func returnTo(uri, process, state string) (string, error) {
	u, err := url.Parse(uri)
	if err != nil {
		return "", fmt.Errorf("redirect URI: %w", err)
	}
	taken := []string{"bank_authentication_process_id"}
	if state != "" {
		taken = append(taken, "state")
	}
	u.RawQuery = withoutParameters(u.RawQuery, taken)
	added := url.Values{"bank_authentication_process_id": {process}}
	if state != "" {
		added.Set("state", state)
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += added.Encode()
	return u.String(), nil
}

// withoutParameters returns a query without the parameters of these names; the others stay as they are written.
func withoutParameters(query string, names []string) string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); part != "" && (err != nil || !slices.Contains(names, plain)) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}

// policySource returns what a Content-Security-Policy must let a form lead to, for the browser to come
// back to the app at a URI: browsers apply it to every redirect that follows, and an app's callback
// may send the browser on to any origin of the app's.
func policySource(uri string) string {
	if uri == "" {
		return ""
	}
	return "http: https:"
}
