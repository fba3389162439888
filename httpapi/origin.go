package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
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

// guardHost keeps off web pages that let their own name resolve to a server which listens on loopback only:
// nobody reaches such a server by another name than loopback's, or that of its public URL.
func guardHost(x *exchange) error {
	host := x.r.Host
	if !x.api.config.LoopbackOnly || host == "" || toLoopback(x.r) || isAddress(host) || x.api.isPublicHost(host) {
		return nil
	}
	return refuse(codeForeignHost, "this server listens on loopback only, and the request's Host is neither a loopback name nor an "+
		"address; "+
		"use localhost, or set server.public_url to the address that browsers use")
}

func isAddress(host string) bool {
	name, _ := splitPort(host)
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil
}

// isPublicHost reports whether the host is that of the public URL, on whatever port.
func (a *api) isPublicHost(host string) bool {
	if a.publicURL == "" {
		return false
	}
	public, _ := splitPort(a.publicURL[strings.Index(a.publicURL, "://")+len("://"):])
	name, _ := splitPort(host)
	return strings.EqualFold(public, name)
}

// proxyMarks are the headers by which proxies, balancers and tunnels tell whom they pass a request on for, and
// proxyFamilies what further ones begin with.
var (
	proxyMarks = map[string]bool{
		"Forwarded": true, "Via": true, "Cdn-Loop": true, "X-Client-Ip": true, "X-Cluster-Client-Ip": true, "X-Proxyuser-Ip": true,
		"X-Scheme": true, "X-Url-Scheme": true, "X-Cloud-Trace-Context": true, "X-Varnish": true,
	}
	proxyFamilies = []string{
		"X-Forwarded", "X-Original-", "X-Real-", "X-Envoy-", "X-Amzn-", "X-Amz-Cf-", "X-Azure-", "X-Appengine-", "X-Arr-",
		"True-Client-", "Cf-", "Fastly-", "Cloudfront-", "Ali-Cdn-", "Tailscale-",
	}
)

// proxyMark returns the header by which a proxy shows that it passed the request on, "" for none.
func proxyMark(r *http.Request) string {
	for name := range r.Header {
		if isOrdinary(name) {
			continue
		}
		if proxyMarks[name] || slices.ContainsFunc(proxyFamilies, func(begin string) bool { return strings.HasPrefix(name, begin) }) {
			return name
		}
	}
	return ""
}

// isOrdinary reports whether the header is one that every client sends: they are nearly all there is, and looking each up costs a
// login half a microsecond.
func isOrdinary(header string) bool {
	switch header {
	case "User-Agent", "Authorization", "Idempotency-Key":
		return true
	}
	return strings.HasPrefix(header, "Content-") || strings.HasPrefix(header, "Accept")
}

// noticeProxy says once that there is a proxy whose address the bank does not know. What it says of itself does
// not count: anybody can write that.
func (a *api) noticeProxy(r *http.Request) {
	if a.publicURL != "" || a.proxySeen.Load() {
		return
	}
	if mark := proxyMark(r); mark != "" && a.proxySeen.CompareAndSwap(false, true) {
		a.logger.Warn().Str("header", mark).Str("host", shorten(r.Host)).
			Msg("a proxy passes requests on: redirect_url and phone_url name the host and scheme that it asks at; set server.public_url")
	}
}
