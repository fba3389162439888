package httpapi

import (
	"net/http"
	"strings"
)

// sentHeader returns a header of the request as the client sent it, "" where it is absent, for the conditions
// of scenarios. Of several fields of the name all values count, joined as RFC 9110 (5.3) has it. The name must
// be canonical.
func sentHeader(r *http.Request, name string) string {
	values := r.Header[name]
	switch {
	case name == "Host": // net/http keeps it out of the header
		return r.Host
	case len(values) == 0:
		return ""
	case len(values) == 1:
		return values[0]
	case name == "Cookie": // RFC 9113, 8.2.3
		return strings.Join(values, "; ")
	default:
		return strings.Join(values, ", ")
	}
}

// headerOf returns what reads a request's header for the bank.
func headerOf(r *http.Request) func(name string) string {
	return func(name string) string { return sentHeader(r, name) }
}

// single returns a header of which a request may have one value alone, be it in several fields. The name must
// be canonical.
func (x *exchange) single(name string) (string, error) {
	values := x.r.Header[name]
	for _, value := range values {
		if value != values[0] {
			return "", refuse(codeInvalidHeader, "%s comes twice, with two values; send one of them", name)
		}
	}
	return one(x.r.Header, name), nil
}
