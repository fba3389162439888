package scenarios

import (
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
scenarios:
  - {name: all, authentication: AUTHENTICATED}
`)
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	plain, _ := config.Rules.Webhook("plain")
	if plain == nil || plain.Attempts != 8 || plain.Pause != time.Second || plain.Timeout != 10*time.Second || len(plain.Secret) != 0 {
		t.Errorf("the plain one is %+v", plain)
	}
	full, _ := config.Rules.Webhook("full")
	if full == nil || full.URL != "https://my.app.test/hooks" || len(full.Events) != 2 || len(full.Secret) != 24 ||
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
