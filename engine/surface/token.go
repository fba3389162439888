package surface

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// The kinds of tokens among an api's identifiers: no declared name holds a dot.
const (
	accessToken  = "tokens.access"
	refreshToken = "tokens.refresh"
)

func isToken(kind string) bool { return kind == accessToken || kind == refreshToken }

// issued is the pair of tokens that an answer issues.
type issued struct{ seed, access, refresh string }

// token returns a part of the pair of tokens that the answer issues.
func (e *Env) token(name string) any {
	t := e.api.Tokens
	switch name {
	case "access":
		if e.issued.access == "" {
			e.issued.access = e.issue(accessToken, t.ExpiresAfter)
		}
		return e.issued.access
	case "refresh":
		if e.issued.refresh == "" {
			e.issued.refresh = e.issue(refreshToken, t.Refresh)
		}
		return e.issued.refresh
	case "expires_in":
		return seconds(t.ExpiresAfter)
	case "refresh_expires_in":
		return seconds(t.Refresh)
	default:
		if t.ExpiresAfter == 0 {
			return nil
		}
		return e.now.Add(t.ExpiresAfter)
	}
}

func seconds(d time.Duration) any {
	if d == 0 {
		return nil
	}
	return int(d / time.Second)
}

// issue makes a token, which names the records that the answer is about.
func (e *Env) issue(kind string, lasts time.Duration) string {
	if e.issued.seed == "" {
		e.issued.seed = e.host.APIs.NewID()
	}
	next := engine.Identifier{
		API: e.api.Name, Kind: kind, Session: e.recordSession(), Owner: "token " + e.issued.seed, Process: e.processID(),
	}
	if e.connection != nil {
		next.Connection = e.connection.ID
	}
	if next.Process == "" || e.holder != nil && e.holder.Element == following {
		next.Element, next.Connection = following, ""
	}
	if lasts > 0 {
		ends := e.now.Add(lasts)
		next.ExpiresAt = &ends
	}
	token := e.tokenText(&next)
	next.Lookup = lookup(token, true)
	e.ids.pending = append(e.ids.pending, next)
	e.hide(token)
	return token
}

// tokenText writes a token. It follows from what it was issued for, and from the key that all nodes share.
func (e *Env) tokenText(i *engine.Identifier) string {
	id := uuid(derived(e.host.Key, i.API, i.Kind, i.Owner, 0, 0))
	if i.Kind == refreshToken || e.api.Tokens.Form != JSONWebTokens {
		return strings.ReplaceAll(id+uuid(derived(e.host.Key, i.API, i.Kind, i.Owner, 1, 0)), "-", "")
	}
	claims := &Object{}
	claims.add("iss", e.host.BaseURL+e.api.Base)
	claims.add("jti", id)
	claims.add("iat", int(e.now.Unix()))
	if i.ExpiresAt != nil {
		claims.add("exp", int(i.ExpiresAt.Unix()))
	}
	part := base64.RawURLEncoding.EncodeToString
	token := part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part(appendJSON(nil, claims))
	mac := hmac.New(sha256.New, derived(e.host.Key, i.API, i.Kind, "signature", 0, 0))
	mac.Write([]byte(token))
	return token + "." + part(mac.Sum(nil))
}

// bearer returns the token in the Authorization header.
func (r *Request) bearer() string {
	scheme, token, _ := strings.Cut(r.header("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// checkToken refuses a request that bears no token of the api, or one that has expired.
func (e *Env) checkToken() error {
	text := e.request.bearer()
	e.hide(text)
	if e.api.Tokens == nil || e.host.Admitted {
		return nil
	}
	if text == "" {
		return unauthorized(CodeUnauthorized, "send the header Authorization: Bearer TOKEN")
	}
	found, err := e.findAny(text, true)
	var unknown *Refusal
	switch {
	case errors.As(err, &unknown):
		return unauthorized(CodeUnauthorized, "the bearer token is not a valid one")
	case err != nil:
		return err
	case found.Kind != accessToken:
		return unauthorized(CodeUnauthorized, "the bearer token is a refresh token; send the access token")
	}
	now, err := e.nowOf(found.Session)
	if err != nil {
		return err
	}
	if found.Expired(now) {
		return unauthorized(CodeTokenExpired, "the bearer token has expired; take a new one")
	}
	e.subject.process, e.subject.connection, e.holder = found.Process, found.Connection, &found
	return nil
}

// following is the element of tokens that were issued before there was any login, and name the newest that was begun
// with them.
const following = 1

// follow lets the tokens of a pair that was issued for no login name the one that has begun with it.
func (p *play) follow(tx engine.Tx) error {
	if p.holder == nil || p.holder.Element != following {
		return nil
	}
	pair, err := tx.Identifiers(p.api.Name, p.holder.Owner)
	if err != nil {
		return err
	}
	for _, token := range pair {
		token.Process, token.Connection = p.processID(), ""
		if err := tx.SaveIdentifier(token); err != nil {
			return err
		}
	}
	return nil
}

func unauthorized(code engine.Code, detail string) error {
	r := refuse(code, "%s", detail)
	r.Header = []HeaderField{{"WWW-Authenticate", `Bearer error="invalid_token"`}}
	return r
}

// refresh takes a refresh token: the records that it names are those of the new pair.
func (e *Env) refresh(text string) (engine.Identifier, error) {
	e.hide(text)
	found, err := e.findAny(text, true)
	var unknown *Refusal
	if errors.As(err, &unknown) || err == nil && found.Kind != refreshToken {
		return found, refuse(CodeInvalidGrant, "the refresh token is not a valid one")
	}
	if err != nil {
		return found, err
	}
	now, err := e.nowOf(found.Session)
	switch {
	case err != nil:
		return found, err
	case found.UsedAt != nil:
		return found, refuse(CodeInvalidGrant, "the refresh token was used already")
	case found.Expired(now):
		return found, refuse(CodeInvalidGrant, "the refresh token has expired")
	}
	return found, nil
}

// Admits reports whether some api issued the bearer token, and it is good by the clock of the session that
// issued it: such a token opens the bank's own API too.
func (s *Set) Admits(ctx context.Context, host *Host, token string) (bool, error) {
	if s == nil || token == "" || len(token) > maxIdentifier {
		return false, nil
	}
	records := host.APIs.Records(ctx)
	for _, api := range s.APIs {
		if api.Tokens == nil {
			continue
		}
		found, err := records.Identifier(api.Name, lookup(token, true))
		if errors.Is(err, engine.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		now, err := host.Bank.Now(ctx, found.Session)
		if err != nil {
			return false, err
		}
		if found.Kind == accessToken && !found.Expired(now) {
			return true, nil
		}
	}
	return false, nil
}
