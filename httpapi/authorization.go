package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"

	"github.com/mockbank/mockbank/engine/surface"
)

// tokens are the bearer tokens that open something, as hashes: comparing those takes the same time
// whatever the texts have in common, and whatever their lengths.
type tokens [][sha256.Size]byte

func newTokens(texts ...string) tokens {
	var hashes tokens
	for _, text := range texts {
		if text != "" {
			hashes = append(hashes, sha256.Sum256([]byte(text)))
		}
	}
	return hashes
}

// admit checks the request's bearer token against those that open the place.
func (t tokens) admit(x *exchange) error {
	scheme, token, _ := strings.Cut(sentHeader(x.r, "Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return refuse(codeUnauthorized, "send the header Authorization: Bearer TOKEN").
			with("WWW-Authenticate", `Bearer realm="mockbank"`)
	}
	hash := sha256.Sum256([]byte(strings.TrimSpace(token)))
	found := 0
	for i := range t {
		found |= subtle.ConstantTimeCompare(hash[:], t[i][:])
	}
	if found == 0 {
		return refuse(codeUnauthorized, "the bearer token is not a valid one").
			with("WWW-Authenticate", `Bearer realm="mockbank", error="invalid_token"`)
	}
	return nil
}

// guardBank wants a token where the configuration lists any: one of those, or one that a declared api issued.
func guardBank(x *exchange) error {
	if len(x.api.tokens) == 0 {
		return x.refuseCrossSite()
	}
	refused := x.api.tokens.admit(x)
	if refused == nil {
		return nil
	}
	_, token, _ := strings.Cut(one(x.r.Header, "Authorization"), " ")
	admitted, err := surface.Of(x.api.bank.Rules()).Admits(x.context(), x.api.bank, strings.TrimSpace(token))
	if err != nil || admitted {
		return err
	}
	return refused
}

// guardAdmin wants the admin token; without one configured, only this machine is answered, and neither a
// proxy that runs on it nor a web page of another site.
func guardAdmin(x *exchange) error {
	if len(x.api.adminTokens) > 0 {
		return x.api.adminTokens.admit(x)
	}
	if !fromLoopback(x.r) {
		return refuse(codeLoopbackOnly, "the request comes from another machine; configure an admin token to allow that")
	}
	if mark := proxyMark(x.r); mark != "" {
		return refuse(codeLoopbackOnly, "the request bears %s: a proxy on this machine passes on what others send; configure an admin token to allow that", mark)
	}
	if !toLoopback(x.r) {
		return refuse(codeLoopbackOnly, "the request's Host is not a loopback name; use localhost or 127.0.0.1, or configure an admin token")
	}
	if err := x.api.crossOrigin.Check(x.r); err != nil {
		return refuse(codeCrossOrigin, "a web page of another site sent this request; configure an admin token to allow that")
	}
	return nil
}
