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

	"github.com/mockbank/mockbank/engine"
)

// RedirectHosts are the hosts to which a login page may send a browser back.
type RedirectHosts struct {
	patterns []string
	// schemes are those of apps, besides http and https.
	schemes []string
}

// WithSchemes returns the hosts, and the schemes of apps that a browser may be sent back to as well, whatever
// follows them: "myapp".
func (h RedirectHosts) WithSchemes(schemes []string) (RedirectHosts, error) {
	for _, scheme := range schemes {
		if why := engine.CheckAppScheme(scheme); why != "" {
			return h, fmt.Errorf("redirect scheme %q: %s", scheme, why)
		}
		h.schemes = append(slices.Clip(h.schemes), strings.ToLower(scheme))
	}
	return h, nil
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
	if err == nil && slices.Contains(h.schemes, u.Scheme) {
		return checkAppURI(uri)
	}
	switch {
	case err == nil && u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("must begin with http:// or https://%s", h.orSchemes())
	case err != nil || u.Scheme == "" || u.Host == "":
		return errors.New("must be an absolute URI such as http://localhost:3000/callback")
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

// checkAppURI says what is wrong with a URI of an app's own scheme.
func checkAppURI(uri string) error {
	if strings.Contains(uri, "#") {
		return errors.New("must not have a fragment")
	}
	if strings.ContainsFunc(uri, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return errors.New("must not have blanks or control characters")
	}
	return nil
}

// orSchemes lists the schemes that are allowed too, for a message.
func (h RedirectHosts) orSchemes() string {
	if len(h.schemes) == 0 {
		return ", or with a scheme that server.redirect_schemes allows (it allows none)"
	}
	return ", or with a scheme that server.redirect_schemes allows (" + strings.Join(h.schemes, ", ") + ")"
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

// policySource returns what a Content-Security-Policy must let a form lead to, for the browser to come
// back to the app at a URI: browsers apply it to every redirect that follows, and an app's callback
// may send the browser on to any origin of the app's.
func (h RedirectHosts) policySource(uri string) string {
	if uri == "" {
		return ""
	}
	sources := "http: https:"
	for _, scheme := range h.schemes {
		sources += " " + scheme + ":"
	}
	return sources
}
