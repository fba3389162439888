package jobs

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// tokenHeader takes the token where a webhook names no header: Plaid's, whose way of signing this is.
const tokenHeader = "Plaid-Verification"

// signToken signs a delivery by a JSON Web Token that names its body's hash and the time of the attempt.
func signToken(header http.Header, webhook *engine.Webhook, key *engine.SigningKey, id string, at time.Time, payload []byte) error {
	sum := sha256.Sum256(payload)
	head, err := json.Marshal(map[string]string{"alg": "ES256", "kid": id, "typ": "JWT"})
	if err != nil {
		return err
	}
	claims, err := json.Marshal(map[string]any{"iat": at.Unix(), "request_body_sha256": hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode(head) + "." + encode(claims)
	signature, err := key.Sign([]byte(text))
	if err != nil {
		return err
	}
	header.Set(cmp.Or(webhook.SignHeader, tokenHeader), text+"."+encode(signature))
	return nil
}
