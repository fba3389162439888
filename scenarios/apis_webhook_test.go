package scenarios

import (
	"strings"
	"testing"
)

// What is wrong with a webhook of an api is told with its place and reason.
func TestWebhooksOfAPIsAreChecked(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct{ webhook, want string }{
		"a path that is not there": {`{name: h, url: "${kept.hok}"}`, `no endpoint keeps "hok"`},
		"a forbidden host":         {`{name: h, url: "http://app.test/x"}`, `webhooks may not go to the host "app.test"`},
		"no address":               {`{name: h, url: "app"}`, "is no web address"},
		"a secret id":              {`{name: h, url: "${kept.hook}", body: {code: "${ids.code}"}}`, `a webhook cannot tell the id "code"`},
		"tokens":                   {`{name: h, url: "${kept.hook}", body: {code: "${tokens.access}"}}`, "a webhook issues no tokens"},
		"an event outside":         {`{name: h, url: "${kept.hook}", body: {x: "${event.tipe}"}}`, `there is no "tipe" here`},
		"a way of signing":         {`{name: h, url: "${kept.hook}", sign: jwt}`, `sign`},
		"a secret for a token": {
			`{name: h, url: "${kept.hook}", sign: jwt_es256, secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}`, "only `sign: standard` uses a secret",
		},
		"a header without a token": {`{name: h, url: "${kept.hook}", sign_header: X-Sig}`, "only a token has a header of its own"},
		"a body and more":          {`{name: h, url: "${kept.hook}", body: {a: 1}, set: {b: 2}}`, "the `body` replaces all that is told"},
		"a name twice":             {`{name: bank, url: "${kept.hook}"}`, `the webhook "bank"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, report := loadText(t, `banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios: [{name: all, authentication: AUTHENTICATED}]
webhooks: [{name: bank, url: "http://127.0.0.1:9/x"}]
apis:
  - name: my
    base: /my
    tokens: {expires_after: 1h}
    ids: {code: {of: process, once: true}}
    endpoints: {POST /links: {does: authenticate, keep: [hook], answer: {body: {code: "${ids.code}"}}}}
    webhooks: [`+one.webhook+`]
`)
			if text := textOf(t, report); config != nil || !strings.Contains(text, one.want) {
				t.Errorf("it says %s\nwant %s", text, one.want)
			}
		})
	}
}
