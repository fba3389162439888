package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mockbank/mockbank/engine/surface"
	"github.com/mockbank/mockbank/httpapi/console"
)

// Access is who is let in: the bearer tokens of the bank's API and of the admin API. They may change while the
// server runs, as secrets do that a file outside holds.
type Access struct {
	now     func() time.Time
	current atomic.Pointer[access]
}

// access is who is let in at one moment.
type access struct {
	bank, admin tokens
	// first is a token of the bank's API, for what the console sends itself; "" where it wants none.
	first string
	// gate lets people into the console, nil where there is no admin token.
	gate *console.Gate
}

// NewAccess returns an Access for these tokens; [Access.Use] says what their absence means. now is the wall clock.
func NewAccess(now func() time.Time, bank []string, admin string) *Access {
	a := &Access{now: now}
	a.Use(bank, admin)
	return a
}

// Use lets these tokens in from the next request on, and no others. Without any of the bank's API everybody may use
// it, and without one of the admin API this machine alone may. Who signed in to the console by another one has to
// sign in again.
func (a *Access) Use(bank []string, admin string) {
	next := &access{bank: newTokens(bank...), admin: newTokens(admin), gate: console.NewGate(admin, a.now)}
	if len(bank) > 0 {
		next.first = bank[0]
	}
	a.current.Store(next)
}

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
	bank := x.api.access().bank
	if len(bank) == 0 {
		return x.refuseCrossSite()
	}
	refused := bank.admit(x)
	if refused == nil {
		return nil
	}
	_, token, _ := strings.Cut(one(x.r.Header, "Authorization"), " ")
	admitted, err := surface.Of(x.api.bank.Rules()).Admits(x.context(), &surface.Host{Bank: x.api.bank, APIs: x.api.apis},
		strings.TrimSpace(token))
	if err != nil || admitted {
		return err
	}
	return refused
}

// guardAdmin wants the admin token; without one configured, only this machine is answered, and neither a
// proxy that runs on it nor a web page of another site.
func guardAdmin(x *exchange) error {
	if admin := x.api.access().admin; len(admin) > 0 {
		return admin.admit(x)
	}
	if !fromLoopback(x.r) {
		return refuse(codeLoopbackOnly, "the request comes from another machine; configure an admin token to allow that")
	}
	if mark := proxyMark(x.r); mark != "" {
		return refuse(codeLoopbackOnly, "the request bears %s: a proxy on this machine passes on what others send; configure an admin "+
			"token to allow that", mark)
	}
	if !toLoopback(x.r) {
		return refuse(codeLoopbackOnly, "the request's Host is not a loopback name; use localhost or 127.0.0.1, or configure an admin "+
			"token")
	}
	if err := x.api.crossOrigin.Check(x.r); err != nil {
		return refuse(codeCrossOrigin, "a web page of another site sent this request; configure an admin token to allow that")
	}
	return nil
}

// access is who is let in now.
func (a *api) access() *access { return a.config.Access.current.Load() }
