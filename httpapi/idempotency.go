package httpapi

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Bounds of idempotency keys.
const (
	maxIdempotencyKey = 255 // bytes
	// claimLease is how long a first request may take before a repeat may do its work: what a
	// node that died left behind is free again after it.
	claimLease = 30 * time.Second
	// settleTimeout bounds how long keeping an answer, or giving a claim up, may take.
	settleTimeout = 5 * time.Second
)

// claim is an exchange's hold of the Idempotency-Key that its client chose.
type claim struct {
	key engine.RequestKey
	// held says that this exchange does the work for the key.
	held bool
	// seal makes what is kept of the answer unreadable to whoever sees the store alone.
	seal seal
	// kept says that the answer was put into the store, together with what it tells of.
	kept bool
}

// once answers a POST. One that bears an Idempotency-Key does its work once: a repeat gets the
// first answer.
func (x *exchange) once(handle func(*exchange) error) error {
	key, err := x.single("Idempotency-Key")
	switch {
	case err != nil:
		return err
	case key == "":
		return handle(x)
	}
	if !isPrintable(key) || len(key) > maxIdempotencyKey {
		return refuse(codeInvalidHeader, "Idempotency-Key takes 1 to %d printable ASCII characters", maxIdempotencyKey)
	}
	first, err := x.takeClaim(engine.RequestKey{Session: x.session, Route: x.endpoint.name, Key: key})
	if err != nil || !first {
		return err
	}
	if err := handle(x); err != nil {
		x.composeProblem(err)
		// A refusal was not committed, whatever an attempt before it had put into its transaction.
		x.claim.kept = x.claim.kept && x.failed()
	}
	x.settleClaim()
	return nil
}

// failed reports whether the composed answer says that the work could not be done. One that a declared api says so is
// an answer as any other.
func (x *exchange) failed() bool {
	if d := x.declared; d != nil && d.response != nil && x.code == "" {
		return false
	}
	return x.answer.Status >= http.StatusInternalServerError || x.answer.Status == statusClientGone
}

// takeClaim reports whether this is the first request with the key. For a repeat of an answered
// one, the first answer becomes the exchange's.
func (x *exchange) takeClaim(key engine.RequestKey) (first bool, err error) {
	fingerprint, seal := x.fingerprint()
	found, err := x.api.requests.ClaimRequest(x.context(), key, fingerprint, x.api.now().UTC(), claimLease)
	switch {
	case err != nil:
		return false, err
	case found.First:
		x.claim = claim{key: key, seal: seal, held: true}
		return true, nil
	case found.Fingerprint != fingerprint:
		return false, refuse(codeKeyReused, "the key was sent before with another method, path or body; use a new one for each request")
	case found.Answer == nil:
		return false, refuse(codeKeyInUse, "send the request again when the first one has been answered").with("Retry-After", retryAfter)
	}
	plain, err := seal.open(found.Answer)
	if err != nil {
		return false, fmt.Errorf("open kept answer: %w", err)
	}
	until, err := x.answer.unpack(plain)
	switch {
	case err != nil:
		return false, fmt.Errorf("unpack kept answer: %w", err)
	case x.api.now().Before(until):
		x.answer.reset()
		return false,
			refuse(codeKeyInUse, "the first request's answer is still being held back; send the request again when it has come").with(
				"Retry-After", retryAfter)
	}
	x.answer.Header = append(x.answer.Header, headerField{"Idempotency-Replayed", "true"})
	return false, nil
}

// keep puts the composed answer into the transaction that it tells of.
func (x *exchange) keep(tx engine.Tx) error {
	packed, err := x.answer.pack(x.outgoing.heldUntil(x.api.now()))
	if err != nil {
		return fmt.Errorf("pack answer: %w", err)
	}
	if err := tx.AnswerRequest(x.claim.key, x.claim.seal.close(packed)); err != nil {
		return err
	}
	x.claim.kept = true
	return nil
}

// settleClaim keeps an answer that is not yet in the store, or gives the claim up after a failure
// that a repeat may not meet again. A failure after the answer was offered to the store leaves the
// claim to its lease: whether the transaction was committed is not known.
func (x *exchange) settleClaim() {
	if !x.claim.held {
		return
	}
	x.claim.held = false
	if x.claim.kept {
		return
	}
	if engine.Lost(x.context()) != nil { // the client does not wait for a silent database once more
		x.api.giveUpLater(x.claim.key, claimLease-x.api.now().Sub(x.began))
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.context()), settleTimeout)
	defer cancel()
	err := x.api.requests.Update(ctx, func(tx engine.Tx) error {
		if x.failed() || x.request.Refused { // what was not carried out may be sent again
			return tx.ForgetRequest(x.claim.key)
		}
		return x.keep(tx)
	})
	if err != nil {
		x.api.logger.Warn().Err(err).Str("request_id", x.requestID).Msg("idempotency key not settled")
	}
}

// reviseKept puts the answer as it is now in place of the one that was kept.
func (x *exchange) reviseKept() {
	if !x.claim.kept {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.context()), settleTimeout)
	defer cancel()
	packed, err := x.answer.pack(x.outgoing.heldUntil(x.api.now()))
	if err == nil {
		err = x.api.requests.Update(ctx, func(tx engine.Tx) error { return tx.ReviseAnswer(x.claim.key, x.claim.seal.close(packed)) })
	}
	if err != nil {
		x.api.logger.Warn().Err(err).Str("request_id", x.requestID).Msg("kept answer not revised")
	}
}

// keepProcess returns what composes and keeps the answer within the transaction that changes a
// process. Without a claim there is nothing to keep.
func (x *exchange) keepProcess() []engine.Within[engine.ProcessState] {
	if !x.claim.held {
		return nil
	}
	return []engine.Within[engine.ProcessState]{func(tx engine.Tx, state engine.ProcessState) error {
		x.outgoing.step = state.Shape
		x.composeProcess(&state)
		return x.keep(tx)
	}}
}

// keepConnection is as keepProcess, for a connection that compose answers with.
func (x *exchange) keepConnection(compose func(*engine.ConnectionState)) []engine.Within[engine.ConnectionState] {
	if !x.claim.held {
		return nil
	}
	return []engine.Within[engine.ConnectionState]{func(tx engine.Tx, state engine.ConnectionState) error {
		compose(&state)
		return x.keep(tx)
	}}
}

// fingerprint tells whether two requests with one key are the same. It is keyed, so that a store's
// reader cannot find out by trial what password a body held.
func (x *exchange) fingerprint() (string, seal) {
	mac := hmac.New(sha256.New, x.api.fingerprintKey)
	for _, part := range [][]byte{[]byte(x.r.Method), []byte(x.r.URL.Path), x.body.Bytes()} {
		_, _ = fmt.Fprintf(mac, "%d:", len(part)) // a hash never fails
		_, _ = mac.Write(part)
	}
	fingerprint := hex.EncodeToString(mac.Sum(nil))
	_, _ = mac.Write([]byte("answer"))
	return fingerprint, seal(mac.Sum(nil))
}

func fingerprintKey(configured []byte) []byte {
	if configured != nil {
		return configured
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}

func isPrintable(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}
