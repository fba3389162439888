package jobs

import (
	"encoding/base64"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/mockbank/mockbank/engine"
)

// TestSecretsRotate: N-10. Each of the secrets' owners takes the signature, and nobody a forged one.
func TestSecretsRotate(t *testing.T) {
	t.Parallel()
	secrets := []engine.Secret{[]byte("the new one, of 24 bytes"), []byte("the old one, of 24 bytes")}
	payload := []byte(`{"type":"import.step"}`)
	taken := func(header http.Header, by engine.Secret) bool {
		verifier, err := standardwebhooks.NewWebhook(base64.StdEncoding.EncodeToString(by))
		if err != nil {
			t.Fatal(err)
		}
		return verifier.Verify(payload, header) == nil
	}
	good, bad, none := http.Header{}, http.Header{}, http.Header{}
	sign(good, secrets, "id", time.Now(), payload)
	sign(bad, forged(secrets), "id", time.Now(), payload)
	sign(none, nil, "id", time.Now(), payload)
	for i, one := range secrets {
		if !taken(good, one) || taken(bad, one) {
			t.Errorf("secret %d takes the good signature: %v, the bad one: %v", i, taken(good, one), taken(bad, one))
		}
	}
	if got := strings.Count(good.Get("webhook-signature"), "v1,"); got != 2 || none.Get("webhook-signature") != "" {
		t.Errorf("%d signatures, and without a secret %q", got, none.Get("webhook-signature"))
	}
}

// TestReceiversRetryAfter: N-10. Only a refusal asks for anything.
func TestReceiversRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		status int
		header string
		want   time.Duration
	}{
		{429, "120", 2 * time.Minute},
		{503, " 7 ", 7 * time.Second},
		{500, "Tue, 24 Nov 2026 09:31:00 GMT", time.Minute},
		{503, "Tue, 24 Nov 2026 09:29:00 GMT", 0},
		{503, "99999999999999999999", math.MaxInt32 * time.Second},
		{503, "-5", 0}, {503, "1.5", 0}, {503, "soon", 0}, {503, "", 0}, {204, "120", 0},
	} {
		receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.header)
			w.WriteHeader(c.status)
		}))
		p := newPost(engine.WebhookHosts{})
		webhook := &engine.Webhook{URL: receiver.URL, Timeout: 10 * time.Second}
		got := p.send(t.Context(), signer{webhook: webhook}, &engine.Delivery{ID: "id", Payload: []byte("{}")}, now)
		p.close()
		receiver.Close()
		if got.Status != c.status || got.RetryAfter != c.want {
			t.Errorf("%d %q: %+v, want %v", c.status, c.header, got, c.want)
		}
	}
}
