package jobs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// sign adds the headers that the Standard Webhooks specification asks for.
func sign(header http.Header, secret engine.Secret, id string, at time.Time, payload []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	header.Set("webhook-id", id)
	header.Set("webhook-timestamp", stamp)
	if len(secret) == 0 {
		return
	}
	mac := hmac.New(sha256.New, secret)
	for _, part := range [][]byte{[]byte(id), []byte("."), []byte(stamp), []byte("."), payload} {
		mac.Write(part)
	}
	header.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// forged is a secret that the receiver does not have.
func forged(secret engine.Secret) engine.Secret {
	sum := sha256.Sum256(append([]byte("forged"), secret...))
	return sum[:]
}
