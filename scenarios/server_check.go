package scenarios

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// checkServer reports settings that the server could not start with.
func (c *compiler) checkServer(server *Server) {
	if !goodAddress(server.Listen) {
		c.badServer(server, "listen", "write an address and a port, such as 127.0.0.1:8080 or :8080", "it is no address")
	}
	if why, hint := checkDatabase(server.Database); why != "" {
		c.badServer(server, "database", hint, why)
	}
	if server.PublicURL != "" && !goodURL(server.PublicURL) {
		c.badServer(server, "public_url", "write it with http:// or https://, such as https://bank.test", "it is no web address")
	}
	for _, origin := range server.AllowedOrigins {
		if origin != "*" && !goodOrigin(origin) {
			c.badServer(server, "allowed_origins", "write each as browsers do, scheme and host without a path, such as http://localhost:3000", "one of them is no origin")
			break
		}
	}
	if !strings.HasPrefix(server.BasePath, "/") || strings.ContainsAny(server.BasePath, "?#{} ") || len(server.BasePath) > 1 && strings.HasSuffix(server.BasePath, "/") {
		c.badServer(server, "base_path", "start it with / and do not end it with one", "it is no path")
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
	if server.DatabaseConnections < 1 {
		c.badServer(server, "database_connections", "", "it must be at least 1")
	}
	if server.AdminToken != "" && strings.TrimSpace(server.AdminToken) == "" {
		c.badServer(server, "admin_token", "", "it is blank")
	}
	for _, token := range server.Tokens {
		if strings.TrimSpace(token) == "" {
			c.badServer(server, "tokens", "", "a token is blank")
		}
	}
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
	return err == nil && parsed.Scheme != "" && parsed.Host != "" && parsed.User == nil && parsed.Path == "" && !strings.ContainsAny(text, "?#*")
}

func goodURL(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != ""
}
