package jobs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// signer signs the deliveries of a webhook, or forges their signature.
type signer struct {
	webhook *engine.Webhook
	key     *engine.SigningKey
	forges  bool
}

var errNoKey = errors.New("there is no key to sign with")

// sign adds the headers that the webhook's way of signing asks for.
func (s signer) sign(header http.Header, id string, at time.Time, payload []byte) (err error) {
	switch s.webhook.Sign {
	case engine.SignNone:
		return nil
	case engine.SignJWT:
		if s.key == nil {
			return errNoKey
		}
		key := s.key
		if s.forges {
			if key, err = key.Forged(); err != nil {
				return err
			}
		}
		return signToken(header, s.webhook, key, s.key.ID(), at, payload)
	default:
		secrets := s.webhook.Secrets
		if s.forges {
			secrets = forged(secrets)
		}
		sign(header, secrets, id, at, payload)
		return nil
	}
}

// fieldsOf returns what a header holds, by names in small letters as the specification writes them.
func fieldsOf(header http.Header) map[string]string {
	fields := make(map[string]string, len(header))
	for name, values := range header {
		fields[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return fields
}

// sign adds the headers that the Standard Webhooks specification asks for, with a signature under each secret.
func sign(header http.Header, secrets []engine.Secret, id string, at time.Time, payload []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	header.Set("webhook-id", id)
	header.Set("webhook-timestamp", stamp)
	signatures := make([]string, len(secrets))
	for i, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		for _, part := range [][]byte{[]byte(id), []byte("."), []byte(stamp), []byte("."), payload} {
			mac.Write(part)
		}
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	if len(signatures) > 0 {
		header.Set("webhook-signature", strings.Join(signatures, " "))
	}
}

// forged are as many secrets, none of which the receiver has.
func forged(secrets []engine.Secret) []engine.Secret {
	wrong := make([]engine.Secret, len(secrets))
	for i, secret := range secrets {
		sum := sha256.Sum256(append([]byte("forged"), secret...))
		wrong[i] = sum[:]
	}
	return wrong
}
