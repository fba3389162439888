package surface

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
)

// identifiers are those of the records that an answer is about.
type identifiers struct {
	read  bool
	known []engine.Identifier
	// pending are made, or changed, and still to be stored.
	pending []engine.Identifier
}

// identifiers returns the ids of a kind: a list where it numbers elements, and the place is none of them.
func (e *Env) identifiers(kind *Kind, listed bool) any {
	if kind.Each == nil {
		return e.identifier(kind, 0)
	}
	if !listed {
		index, _ := e.index(kind.Name)
		return e.identifier(kind, index)
	}
	if e.owner(kind) == "" {
		return []any{}
	}
	elements := e.list(kind)
	all := make([]any, len(elements))
	for i := range elements {
		all[i] = e.identifier(kind, i)
	}
	return all
}

// owner returns what the identifiers of a kind are made for, "" where it is not there yet.
func (e *Env) owner(kind *Kind) string {
	if kind.Of == OfProcess {
		if id := e.processID(); id != "" {
			return "process " + id
		}
		return ""
	}
	if e.connection == nil {
		return ""
	}
	if kind.ForEachUser {
		return userOwner(e.connection.Session, e.connection.Bank, e.connection.Username)
	}
	return "connection " + e.connection.ID
}

func userOwner(session, bank, username string) string {
	return "user " + strconv.Quote(session) + strconv.Quote(bank) + strconv.Quote(username)
}

func (e *Env) processID() string {
	switch {
	case e.process != nil:
		return e.process.ID
	case e.connection != nil:
		return e.connection.ProcessID
	default:
		return ""
	}
}

// identifier returns the id of a kind for an element. It is made when it is first asked for, and stays; of
// those that work once a new one is made where the last is used or has expired.
func (e *Env) identifier(kind *Kind, index int) any {
	owner := e.owner(kind)
	if owner == "" {
		return nil
	}
	last := e.lastIdentifier(kind, owner, index)
	if last != nil && !(kind.Once && (last.UsedAt != nil || last.Expired(e.now) || e.usesUp(last))) {
		if text := e.derive(kind, last); lookup(text, kind.Secret) == last.Lookup {
			return e.shown(kind, last, text)
		} // else the kind is written otherwise by now: what was issued stays good, and another is made
	}
	next := engine.Identifier{
		API: e.api.Name, Kind: kind.Name, Session: e.recordSession(), Owner: owner, Element: index, Process: e.processID(),
	}
	if last != nil {
		next.Ordinal = last.Ordinal + 1
	}
	if e.connection != nil {
		next.Connection = e.connection.ID
	}
	if kind.ExpiresAfter > 0 {
		ends := e.now.Add(kind.ExpiresAfter)
		next.ExpiresAt = &ends
	}
	text := e.derive(kind, &next)
	next.Lookup = lookup(text, kind.Secret)
	e.ids.known = append(e.ids.known, next)
	e.ids.pending = append(e.ids.pending, next)
	return e.shown(kind, &next, text)
}

// usesUp reports whether the request is the one that the identifier, which works once, works for.
func (e *Env) usesUp(i *engine.Identifier) bool {
	return e.subject.once != nil && e.subject.once.Lookup == i.Lookup && e.problem == nil
}

// shown returns the identifier as it is sent, and lets it name the newest connection.
func (e *Env) shown(kind *Kind, i *engine.Identifier, text string) any {
	if e.connection != nil && i.Connection < e.connection.ID { // they grow with time
		i.Connection, i.Process = e.connection.ID, e.processID()
		e.ids.pending = append(e.ids.pending, *i)
	}
	if kind.Secret {
		e.hide(text)
	}
	return text
}

func (e *Env) recordSession() string {
	switch {
	case e.process != nil:
		return e.process.Session
	case e.connection != nil:
		return e.connection.Session
	default:
		return e.session
	}
}

// lastIdentifier returns the newest identifier of a kind for an element, nil for none.
func (e *Env) lastIdentifier(kind *Kind, owner string, index int) *engine.Identifier {
	e.readIdentifiers()
	var last *engine.Identifier
	for i := range e.ids.known {
		one := &e.ids.known[i]
		if one.Kind == kind.Name && one.Owner == owner && one.Element == index && (last == nil || one.Ordinal > last.Ordinal) {
			last = one
		}
	}
	return last
}

// readIdentifiers reads, once, the identifiers of the records that the answer is about.
func (e *Env) readIdentifiers() {
	if e.ids.read {
		return
	}
	e.ids.read = true
	var owners []string
	for _, kind := range e.api.ids {
		if owner := e.owner(kind); owner != "" && !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
	}
	slices.Sort(owners) // few texts of the query, in one order
	known, err := e.records.Identifiers(e.api.Name, owners...)
	e.fail(err)
	e.ids.known = append(known, e.ids.known...)
}

// numberDigits are those of an identifier that is a number.
const numberDigits = 15

// derive returns the identifier itself. It follows from what it was made for, and from the key that all nodes
// share, so that those which work once need not be stored to be shown again.
func (e *Env) derive(kind *Kind, i *engine.Identifier) string {
	sum := derived(e.host.Key, i.API, i.Kind, i.Owner, i.Element, i.Ordinal)
	if e.api.numbers[kind.Name] {
		const most = 900_000_000_000_000 // JSON's numbers are exact up to 2^53
		return kind.Prefix + strconv.FormatUint(100_000_000_000_000+binary.BigEndian.Uint64(sum)%most, 10)
	}
	return kind.Prefix + uuid(sum)
}

func derived(key []byte, api, kind, owner string, element, ordinal int) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range []string{api, kind, owner, strconv.Itoa(element), strconv.Itoa(ordinal)} {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(part), part) // a hash never fails
	}
	return mac.Sum(nil)
}

// uuid writes the first 16 bytes as a UUID of version 4.
func uuid(sum []byte) string {
	raw := slices.Clone(sum[:16])
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80
	text := hex.EncodeToString(raw)
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// lookup returns what an identifier is found by: a secret one by its hash.
func lookup(identifier string, secret bool) string {
	if !secret {
		return identifier
	}
	sum := sha256.Sum256([]byte(identifier))
	return "sha256 " + hex.EncodeToString(sum[:])
}

// maxIdentifier is the longest identifier that is looked up, in bytes.
const maxIdentifier = 512

// find returns the identifier of the api that a request names, or refuses it: as unknown, used or expired.
func (e *Env) find(text string) (engine.Identifier, error) {
	found, err := e.findAny(text, false)
	if err != nil {
		return found, err
	}
	kind, known := e.api.ids[found.Kind]
	if !known {
		return found, refuse(CodeUnknownID, "the api has no such identifier")
	}
	now, err := e.nowOf(found.Session)
	switch {
	case err != nil:
		return found, err
	case kind.Once && found.UsedAt != nil:
		return found, refuse(CodeIDUsed, "the identifier of the kind %q was used already", kind.Name)
	case found.Expired(now):
		return found, refuse(CodeIDExpired, "the identifier of the kind %q has expired", kind.Name)
	}
	return found, nil
}

// findAny looks an identifier up by itself, then by its hash. Tokens are found only where they are wanted.
func (e *Env) findAny(text string, token bool) (engine.Identifier, error) {
	unknown := refuse(CodeUnknownID, "the api has no such identifier")
	if text == "" || len(text) > maxIdentifier || !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
		return engine.Identifier{}, unknown
	}
	for _, secret := range []bool{token, true} {
		found, err := e.records.Identifier(e.api.Name, lookup(text, secret))
		if errors.Is(err, engine.ErrNotFound) {
			continue
		}
		if err == nil && isToken(found.Kind) != token {
			continue
		}
		return found, err
	}
	return engine.Identifier{}, unknown
}

func (e *Env) nowOf(session string) (time.Time, error) {
	if session == e.session && !e.now.IsZero() {
		return e.now, nil
	}
	return e.host.Bank.Now(e.host.ctx, session)
}

func ignoreMissing(err error) error {
	if errors.Is(err, engine.ErrNotFound) {
		return nil
	}
	return err
}

// sortedNames lists the names of a map in order.
func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
