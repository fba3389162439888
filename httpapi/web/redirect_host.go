package web

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// opensInBrowser reports whether a browser takes the URI's host and port for what they are here: it reads
// numbers as addresses (127.1), and opens no address of a zone and no port that there cannot be.
func opensInBrowser(u *url.URL) bool {
	return goodPort(u) && goodHost(u.Hostname(), strings.HasPrefix(u.Host, "["))
}

func goodPort(u *url.URL) bool {
	if u.Port() == "" {
		return true
	}
	port, err := strconv.Atoi(u.Port())
	return err == nil && port > 0 && port <= 65535
}

func goodHost(name string, bracketed bool) bool {
	address, err := netip.ParseAddr(name)
	if bracketed {
		return err == nil && address.Is6() && address.Zone() == ""
	}
	if err == nil {
		return address.Is4()
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	return len(name) <= 253 && !slices.ContainsFunc(labels, func(l string) bool { return l == "" || len(l) > 63 }) &&
		!isNumber(labels[len(labels)-1])
}

// isNumber reports whether browsers take a host that ends in the label for an IPv4 address.
func isNumber(label string) bool {
	digits := strings.Trim(label, "0123456789") == ""
	hexadecimal, found := strings.CutPrefix(strings.ToLower(label), "0x")
	return digits || found && strings.Trim(hexadecimal, "0123456789abcdef") == ""
}
