package httpapi

import (
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Bounds on what request headers may hold, in bytes.
const (
	maxRequestID = 128
	maxSession   = 64
	maxScenario  = 200
)

// identify takes the request's id and session from its header.
func (x *exchange) identify() error {
	x.requestID = sentHeader(x.r, "X-Request-Id")
	if !validRequestID(x.requestID) {
		x.requestID = newRequestID()
	}
	x.trace = traceOf(sentHeader(x.r, "Traceparent"))
	x.w.Header()["X-Request-Id"] = []string{x.requestID}
	x.session = engine.DefaultSession
	x.allowOrigin()
	x.api.noticeProxy(x.r)
	path := x.r.URL.Path
	switch {
	case strings.HasPrefix(path, sessionsPath):
		return x.sessionOfURL()
	case !x.api.ofBank(path) && !strings.HasPrefix(path, adminPath+"/"):
		return nil // what has no session looks at no session's header
	}
	said, err := x.sessionOfHeader()
	if err == nil && said != "" {
		x.session = said
	}
	return err
}

// one returns the first value of a header, whose name must be canonical.
func one(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// validRequestID reports whether a client's request id may be taken over: it ends up in logs, so it
// is short, and plain enough to need no quoting anywhere.
func validRequestID(id string) bool {
	return id != "" && len(id) <= maxRequestID && isMadeOf(id, "-._:/+=@")
}

func validSession(session string) bool {
	return session != "" && len(session) <= maxSession && isMadeOf(session, "-._")
}

// isMadeOf reports whether text holds only ASCII letters, digits and the further characters.
func isMadeOf(text, further string) bool {
	for i := range len(text) {
		c := text[i]
		if isAlphanumeric(rune(c)) {
			continue
		}
		known := false
		for j := range len(further) {
			known = known || further[j] == c
		}
		if !known {
			return false
		}
	}
	return true
}

// newRequestID returns 32 random hexadecimal digits. It names a request in the logs and guards
// nothing, so that a fast generator will do.
func newRequestID() string {
	var raw [16]byte
	for i, word := range [2]uint64{rand.Uint64(), rand.Uint64()} {
		for j := range 8 {
			raw[8*i+j] = byte(word >> (8 * j))
		}
	}
	var text [32]byte
	hex.Encode(text[:], raw[:])
	return string(text[:])
}

// forcedScenario returns the scenario that the request's header forces, "" for none.
func (x *exchange) forcedScenario() (string, error) {
	name, err := x.single("X-Mockbank-Scenario")
	if err != nil {
		return "", err
	}
	if len(name) > maxScenario {
		return "", refuse(codeInvalidHeader, "X-Mockbank-Scenario takes a scenario's name of at most %d bytes", maxScenario)
	}
	return name, nil
}

// identifier returns the path's id. One of another form than ours names no record.
func (x *exchange) identifier(noun string) (string, error) {
	return checkIdentifier(noun, x.variable("id"))
}

// checkIdentifier returns id as records bear it, or refuses it as one that no record has.
func checkIdentifier(noun, id string) (string, error) {
	lower, ok := canonicalUUID(id)
	if !ok {
		return "", refuse(engine.CodeNotFound, "no %s has such an identifier; ours are UUIDs", noun)
	}
	return lower, nil
}

// canonicalUUID returns the id in lower case, and whether it has the form of a UUID.
func canonicalUUID(id string) (string, bool) {
	if len(id) != 36 {
		return "", false
	}
	lowered := []byte(id)
	for i, c := range lowered {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return "", false
			}
		case c >= 'A' && c <= 'F':
			lowered[i] = c + 'a' - 'A'
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return "", false
		}
	}
	return string(lowered), true
}
