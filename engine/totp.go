package engine

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238: what authenticator apps compute
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// TOTP is a one-time code that changes with time (RFC 6238, SHA-1), as authenticator apps show it.
type TOTP struct {
	// Secret is the shared key in base32, as apps take it; blanks, lower case and padding do not count.
	Secret string `json:"secret"`
	// Digits are 6 to 8, and Period is how long a code holds.
	Digits int           `json:"digits"`
	Period time.Duration `json:"period"`
}

// Check reports why no code can be worked out.
func (t *TOTP) Check() error {
	switch key, err := t.key(); {
	case err != nil || len(key) == 0:
		return errors.New("the secret is no base32 (letters A to Z and digits 2 to 7)")
	case t.Digits < 6 || t.Digits > 8:
		return fmt.Errorf("a code has 6 to 8 digits, not %d", t.Digits)
	case t.Period < time.Second || t.Period%time.Second != 0:
		return errors.New("the period is whole seconds, at least 1s")
	}
	return nil
}

func (t *TOTP) key() ([]byte, error) {
	plain := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "=", "").Replace(t.Secret))
	return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(plain)
}

// Code returns the code of a moment, "" where none can be worked out.
func (t *TOTP) Code(at time.Time) string {
	key, err := t.key()
	if err != nil || t.Check() != nil {
		return ""
	}
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(at.Unix()/int64(t.Period/time.Second)))
	mac := hmac.New(sha1.New, key)
	_, _ = mac.Write(counter[:]) // a hash never fails
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	number := uint64(binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff)
	modulus := uint64(1)
	for range t.Digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", t.Digits, number%modulus)
}

// HasTOTP reports whether a one-time code is part of the matcher.
func (m *Matcher) HasTOTP() bool {
	if m.TOTP != nil || m.Not != nil && m.Not.HasTOTP() {
		return true
	}
	for i := range m.OneOf {
		if m.OneOf[i].HasTOTP() {
			return true
		}
	}
	return false
}
