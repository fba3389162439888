package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// baseURL returns the scheme and authority at which the client reaches this server: as configured,
// else as it asked.
func (x *exchange) baseURL() string {
	if x.api.publicURL != "" {
		return x.api.publicURL
	}
	scheme := "http://"
	if x.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + x.host()
}

// host returns the request's Host, or the server's own address where that is none that may be
// repeated to others.
func (x *exchange) host() string {
	if validHost(x.r.Host) {
		return x.r.Host
	}
	if local, ok := x.context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		return local.String()
	}
	return "localhost"
}

// validHost reports whether host is a name or an address, with or without a port.
func validHost(host string) bool {
	if host == "" || len(host) > 255 {
		return false
	}
	name, port := splitPort(host)
	if len(port) > 5 || !isMadeOf(port, "") {
		return false
	}
	if inside, bracketed := strings.CutPrefix(name, "["); bracketed {
		_, err := netip.ParseAddr(strings.TrimSuffix(inside, "]"))
		return err == nil && strings.HasSuffix(inside, "]")
	}
	return name != "" && isMadeOf(name, "-._")
}

// splitPort splits a host at the colon before its port, if there is one.
func splitPort(host string) (name, port string) {
	colon := strings.LastIndexByte(host, ':')
	if colon < 0 || strings.HasSuffix(host, "]") {
		return host, ""
	}
	return host[:colon], host[colon+1:]
}

// fromLoopback reports whether the request comes from this machine. What a proxy says about it in
// X-Forwarded-For does not count: anybody can write that.
func fromLoopback(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}

// toLoopback reports whether the request names this machine as a loopback host. A web page that
// lets its own name resolve to 127.0.0.1 gets no further than here.
func toLoopback(r *http.Request) bool {
	name, _ := splitPort(r.Host)
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && address.Unmap().IsLoopback()
}
