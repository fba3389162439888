package scenarios

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func TestWebhooksAreCompiled(t *testing.T) {
	t.Parallel()
	config, report := loadText(t, `server: {webhook_hosts: ["*.app.test", localhost]}
webhooks:
  - {name: plain, url: "http://localhost:9000/hooks"}
  - name: full
    url: https://my.app.test/hooks
    events: [import.step, import.finished]
    when: {bank: MockBank, username: {prefix: test}, scenario: all, session: any}
    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    attempts: 3
    pause: 250ms
    timeout: 2s
    faults:
      - {fault: duplicate, probability: 0.25, events: [import.step]}
      - {fault: late, delay: 2s}
      - {fault: late, delay: 1h}
scenarios:
  - {name: all, authentication: AUTHENTICATED}
`)
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	plain, _ := config.Rules.Webhook("plain")
	if plain == nil || plain.Attempts != 8 || plain.Pause != time.Second || plain.Timeout != 10*time.Second || len(plain.Secrets) != 0 {
		t.Errorf("the plain one is %+v", plain)
	}
	full, _ := config.Rules.Webhook("full")
	if full == nil || full.URL != "https://my.app.test/hooks" || len(full.Events) != 2 || len(full.Secrets) != 1 || len(full.Secrets[0]) != 24 ||
		full.Attempts != 3 || full.Pause != 250*time.Millisecond || full.Timeout != 2*time.Second || full.Source.Line != 4 {
		t.Fatalf("the full one is %+v", full)
	}
	first, second := full.Faults[0], full.Faults[1]
	if first.Kind != engine.DeliverTwice || *first.Probability != 0.25 || len(first.Events) != 1 {
		t.Errorf("the first fault is %+v", first)
	}
	if second.Kind != engine.DeliverLate || second.Probability != nil || second.Delay != 2*time.Second {
		t.Errorf("the second fault is %+v", second)
	}
	if !full.When.Username.Match("tester") || full.When.Username.Match("other") {
		t.Error("its condition is another")
	}
}

// TestWebhookSecretsRotate: N-10. While a secret takes another's place, both sign.
func TestWebhookSecretsRotate(t *testing.T) {
	t.Parallel()
	const first, second = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	written := func(secret string) string {
		return "webhooks: [{name: app, url: \"http://127.0.0.1:9/\", secret: " + secret + "}]\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n"
	}
	for secret, lengths := range map[string][]int{
		first: {24}, "[" + first + "]": {24}, "[" + second + ", " + first + "]": {32, 24}, "[]": nil,
	} {
		config, report := loadText(t, written(secret))
		if config == nil {
			t.Fatalf("%s: %s", secret, textOf(t, report))
		}
		var got []int
		webhook, _ := config.Rules.Webhook("app")
		for _, one := range webhook.Secrets {
			got = append(got, len(one))
		}
		if !slices.Equal(got, lengths) {
			t.Errorf("%s: secrets of %v bytes, want %v", secret, got, lengths)
		}
	}
	for secret, want := range map[string]string{
		"[" + first + ", short]":                              "must be whsec_ and 24 to 64 bytes",
		"[" + strings.Repeat(first+", ", 5) + second + "]":    "5 secrets at most",
		"[" + first + ", \"${env:SURELY_NOT_SET_ANYWHERE}\"]": "SURELY_NOT_SET_ANYWHERE is not set",
	} {
		config, report := loadText(t, written(secret))
		got := textOf(t, report)
		if config != nil || !strings.Contains(got, want) || strings.Contains(got, first) {
			t.Errorf("%s: %s", secret, got)
		}
	}
}
