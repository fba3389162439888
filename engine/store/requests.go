package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/mockbank/mockbank/engine"
)

const (
	requestKey = ` WHERE session = ? AND route = ? AND key = ?`
	// A claim succeeds on a new key, and on one whose claim ran out before its answer was kept.
	claimRequest = `INSERT INTO idempotency_keys (session, route, key, fingerprint, claimed_until, holder, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (session, route, key)
		DO UPDATE SET fingerprint = excluded.fingerprint, claimed_until = excluded.claimed_until, holder = excluded.holder
		WHERE idempotency_keys.answer IS NULL AND idempotency_keys.claimed_until <= excluded.created_at
		RETURNING fingerprint`
	selectRequest = `SELECT fingerprint, answer FROM idempotency_keys` + requestKey
	// The first answer stays: of two that hold one claim, since its lease ran out, one is undone.
	answerRequest = `UPDATE idempotency_keys SET answer = ?` + requestKey + ` AND answer IS NULL`
	reviseAnswer  = `UPDATE idempotency_keys SET answer = ?` + requestKey + ` AND answer IS NOT NULL`
	forgetRequest = `DELETE FROM idempotency_keys` + requestKey + ` AND answer IS NULL`
)

func requestArgs(key engine.RequestKey) []any { return []any{key.Session, key.Route, key.Key} }

// ClaimRequest implements [engine.Store].
func (s *Store) ClaimRequest(ctx context.Context, key engine.RequestKey, fingerprint string, now time.Time,
	lease time.Duration) (claim engine.Claim, err error) {
	err = s.update(ctx, func(t *transaction) error {
		claim, err = t.claim(key, fingerprint, now, now.Add(lease))
		return err
	})
	return claim, err
}

func (t *transaction) claim(key engine.RequestKey, fingerprint string, now, until time.Time) (engine.Claim, error) {
	t.wrote = true
	claim := engine.Claim{First: true}
	d := t.store.dialect
	args := append(requestArgs(key), fingerprint, d.time(until), t.store.options.Node, d.time(now))
	err := t.row(claimRequest, args, &claim.Fingerprint)
	if !errors.Is(err, sql.ErrNoRows) {
		return claim, err
	}
	claim.First = false
	err = t.row(selectRequest, requestArgs(key), &claim.Fingerprint, &claim.Answer)
	if errors.Is(err, sql.ErrNoRows) { // its holder forgot the claim in between
		return t.claim(key, fingerprint, now, until)
	}
	return claim, err
}

// AnswerRequest implements [engine.Tx].
func (t *transaction) AnswerRequest(key engine.RequestKey, answer []byte) error {
	return t.keepAnswer(answerRequest, key, answer)
}

// ReviseAnswer implements [engine.Tx].
func (t *transaction) ReviseAnswer(key engine.RequestKey, answer []byte) error {
	return t.keepAnswer(reviseAnswer, key, answer)
}

func (t *transaction) keepAnswer(statement string, key engine.RequestKey, answer []byte) error {
	if answer == nil {
		answer = []byte{} // NULL says that there is none yet
	}
	rows, err := t.write(statement, append([]any{answer}, requestArgs(key)...)...)
	if err == nil && rows == 0 {
		return engine.ErrNotFound
	}
	return err
}

// ForgetRequest implements [engine.Tx].
func (t *transaction) ForgetRequest(key engine.RequestKey) error {
	_, err := t.write(forgetRequest, requestArgs(key)...)
	return err
}
