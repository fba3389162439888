package httpapi

import "strings"

// trace is where a request stands in a distributed trace, as its client says by `traceparent` (W3C Trace Context): the
// trace's id, of 32 hexadecimal digits, and that of the client's span, of 16. Both are "" where the client says nothing
// that the specification allows.
type trace struct{ id, span string }

// traceOf reads a `traceparent`. Versions after 00 may have more at its end, which is skipped.
func traceOf(header string) trace {
	version, rest, _ := strings.Cut(strings.Trim(header, " \t"), "-")
	id, rest, _ := strings.Cut(rest, "-")
	span, rest, found := strings.Cut(rest, "-")
	flags, _, more := strings.Cut(rest, "-")
	switch {
	case !found, !isHex(version, 2), version == "ff", version == "00" && more, !isHex(flags, 2):
		return trace{}
	case !isHex(id, 32) || strings.Trim(id, "0") == "", !isHex(span, 16) || strings.Trim(span, "0") == "":
		return trace{}
	}
	return trace{id, span}
}

// isHex reports whether text is so many hexadecimal digits, in lower case.
func isHex(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789abcdef") == ""
}
