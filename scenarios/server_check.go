package scenarios

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// checkServer reports settings that the server could not start with.
func (c *compiler) checkServer(server *Server) {
	c.serverSecrets(server)
	if !goodAddress(server.Listen) {
		c.badServer(server, "listen", "write an address and a port, such as 127.0.0.1:8080 or :8080", "it is no address")
	}
	if why, hint := checkDatabase(server.Database); why != "" {
		c.badServer(server, "database", hint, why)
	} else if _, err := engine.ParseDatabaseAddress(server.Database); err != nil {
		c.badServer(server, "database", "", err.Error())
	}
	if server.PublicURL != "" && !goodURL(server.PublicURL) {
		c.badServer(server, "public_url", "write it with http:// or https://, such as https://bank.test", "it is no web address")
	} else if !bareURL(server.PublicURL) {
		c.badServer(server, "public_url", "write a scheme and a host alone, such as https://bank.test",
			"it has more than a scheme and a host")
	}
	for _, origin := range server.AllowedOrigins {
		if origin != "*" && !goodOrigin(origin) {
			c.badServer(server, "allowed_origins",
				"write each as browsers do, scheme and host without a path, such as http://localhost:3000", "one of them is no origin")
			break
		}
	}
	if !strings.HasPrefix(server.BasePath, "/") || strings.ContainsAny(server.BasePath, "?#{} ") || len(server.BasePath) > 1 &&
		strings.HasSuffix(server.BasePath, "/") {
		c.badServer(server, "base_path", "start it with / and do not end it with one", "it is no path")
	} else if why := checkBasePath(server.BasePath); why != "" {
		c.badServer(server, "base_path", "such as /api/v3/wealth_api", why)
	}
	for _, host := range server.RedirectHosts {
		if !goodRedirectHost(host) {
			c.badServer(server, "redirect_hosts", "write hosts such as app.test, app.test:3000 or *.app.test", "one of them is no host")
			break
		}
	}
	if server.JournalBytes < 1 {
		c.badServer(server, "journal_bytes", "", "it must be at least 1")
	}
	for _, limit := range []struct {
		key    string
		length time.Duration
	}{{"retention", server.Retention}, {"request_retention", server.RequestRetention},
		{"session_idle", server.SessionIdle}, {"clean_up_every", server.CleanUpEvery}} {
		if limit.length < time.Second {
			c.badServer(server, limit.key, "", "it must be at least 1s")
		}
	}
	for _, scheme := range server.RedirectSchemes {
		if why := engine.CheckAppScheme(scheme); why != "" {
			c.badServer(server, "redirect_schemes", "write an app's own scheme, such as myapp, without ://", why)
		}
	}
	if server.DatabaseConnections < 1 {
		c.badServer(server, "database_connections", "", "it must be at least 1")
	}
	if server.AdminToken != "" && strings.TrimSpace(server.AdminToken) == "" {
		c.badServer(server, "admin_token", "", "it is blank")
	} else if strings.ContainsAny(server.AdminToken, whiteSpace) {
		c.badServer(server, "admin_token", "write it without spaces: a bearer token is one word", "it has white space in it")
	}
	for _, token := range server.Tokens {
		if strings.TrimSpace(token) == "" {
			c.badServer(server, "tokens", "", "a token is blank")
		} else if strings.ContainsAny(token, whiteSpace) {
			c.badServer(server, "tokens", "write it without spaces: a bearer token is one word", "a token has white space in it")
		}
	}
}

// whiteSpace is what no bearer token may have in it.
const whiteSpace = " \t\r\n"

// bareURL reports whether a web address has nothing beside its scheme and its host.
func bareURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.User == nil && strings.TrimSuffix(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
}

// goodRedirectHost reports whether a text is a host as the pages' own check takes it.
func goodRedirectHost(text string) bool {
	if address, err := netip.ParseAddr(text); err == nil {
		return address.Zone() == ""
	}
	rest := strings.TrimPrefix(text, "*.")
	u, err := url.Parse("http://" + rest)
	return err == nil && rest != "" && u.Host == rest && u.Hostname() != "" && !strings.Contains(rest, "*")
}

// checkBasePath says why the API cannot be under a path that begins with a slash.
func checkBasePath(path string) string {
	for _, r := range path {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("-._~/", r) {
			return "it has more than letters, digits and - . _ ~ / in it"
		}
	}
	switch {
	case strings.Contains(path, "//"), path == "/":
		return "a part of it is empty"
	case strings.HasPrefix(path+"/", "/sessions/"), strings.HasPrefix(path+"/", "/admin/"):
		return "what begins with /sessions or /admin is mockbank's own"
	}
	return ""
}

// badServer reports a setting, without its value: some are secrets.
func (c *compiler) badServer(server *Server, key, hint, why string) {
	c.report.add(server.value(key), CodeBadServer, hint, "the server cannot use this %q: %s", key, why)
}

func goodAddress(address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil || strings.ContainsAny(host, " /") {
		return false
	}
	number, err := strconv.Atoi(port)
	return err == nil && number >= 0 && number <= 65535
}

// goodOrigin reports whether the text is what a browser sends in Origin.
func goodOrigin(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Scheme != "" && parsed.Host != "" && parsed.User == nil && parsed.Path == "" &&
		!strings.ContainsAny(text, "?#*")
}

func goodURL(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != ""
}
