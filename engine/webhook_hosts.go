package engine

import (
	"net/netip"
	"net/url"
	"strings"
)

// WebhookHosts says where webhooks may go. The zero value allows loopback only.
type WebhookHosts struct {
	names    []string // in small letters; "*.app.test" stands for all beneath
	networks []netip.Prefix
}

// ParseWebhookHosts reads host names ("app.test", "*.app.test"), addresses and networks
// ("10.0.0.0/8"). None means loopback. It returns the first text that is none of them.
func ParseWebhookHosts(texts []string) (hosts WebhookHosts, bad string) {
	for _, text := range texts {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			hosts.networks = append(hosts.networks, prefix.Masked())
			continue
		}
		if address, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
			hosts.networks = append(hosts.networks, netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()))
			continue
		}
		name := strings.TrimPrefix(text, "*.")
		if name == "" || strings.ContainsAny(name, "*/:@?# []") {
			return WebhookHosts{}, text
		}
		hosts.names = append(hosts.names, strings.ToLower(text))
	}
	return hosts, ""
}

func (h *WebhookHosts) unset() bool { return len(h.names) == 0 && len(h.networks) == 0 }

// AllowsURL reports whether a webhook may have this address, as far as its text tells.
func (h *WebhookHosts) AllowsURL(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if address, err := netip.ParseAddr(host); err == nil {
		return h.allowsLiteral(address.Unmap())
	}
	return h.unset() && host == "localhost" || h.allowsName(host)
}

func (h *WebhookHosts) allowsName(host string) bool {
	for _, name := range h.names {
		if beneath, wild := strings.CutPrefix(name, "*"); name == host || wild && strings.HasSuffix(host, beneath) {
			return true
		}
	}
	return false
}

func (h *WebhookHosts) allowsLiteral(address netip.Addr) bool {
	if h.unset() {
		return address.IsLoopback()
	}
	for _, network := range h.networks {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// AllowsDial reports whether a webhook whose URL names this host may be sent to the address that the
// name led to. Whoever answers for a name could send us anywhere: a name that is allowed never leads to
// this machine (unless it is localhost, or the address is allowed by itself), to its network's link
// (where clouds keep their credentials), or to no single machine.
func (h *WebhookHosts) AllowsDial(host string, address netip.Addr) bool {
	host, address = strings.ToLower(host), address.Unmap()
	if h.allowsLiteral(address) {
		return true
	}
	if _, err := netip.ParseAddr(host); err == nil || !h.allowsName(host) {
		return false
	}
	switch {
	case address.IsLoopback():
		return host == "localhost"
	case address.IsUnspecified(), address.IsLinkLocalUnicast(), address.IsMulticast(), address.IsInterfaceLocalMulticast():
		return false
	}
	return true
}
