package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// issuingConfig declares an api that issues tokens, and codes that work once.
const issuingConfig = `version: 1
server: {log_level: trace}
banks: [{slug: MockBank, is_mock_bank: true}]
scenarios: [{name: all, authentication: AUTHENTICATED}]
apis:
  - name: issuer
    base: /issuer
    tokens: {expires_after: 1h, refresh: 30d}
    ids: {code: {of: process, prefix: code-, once: true}}
    endpoints:
      POST /token: {answer: {body: {access: "${tokens.access}", refresh: "${tokens.refresh}"}}}
      POST /links: {does: {authenticate: {username: u, password: p}}, answer: {body: {code: "${ids.code}"}}}
`

// What a declared api issues is in no row, file, log line or journal entry, though a repeat of the request gets it again.
func TestSecretsThatAnAPIIssues(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, issuingConfig)})
	issue := func(path, key string, header ...string) map[string]string {
		first := s.do(t, "POST", path, fields{"n": key}, append(header, "Idempotency-Key", key)...)
		again := s.do(t, "POST", path, fields{"n": key}, append(header, "Idempotency-Key", key)...)
		if string(first.Body) != string(again.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: a repeat gets %d %s after %s", path, again.Status, again.Body, first.Body)
		}
		return into[map[string]string](t, first, 200)
	}
	tokens := issue("/issuer/token", "k1")
	secrets := []string{tokens["access"], tokens["refresh"], issue("/issuer/links", "k2", "Authorization", "Bearer "+tokens["access"])["code"]}
	journal := s.do(t, "GET", "/admin/v1/journal?limit=200", nil)
	s.end(t)
	places := map[string]string{"the journal": string(journal.Body), "the log": s.log.String()}
	files, err := filepath.Glob(s.database + "*")
	must(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		places[filepath.Base(file)] = string(text)
	}
	for _, secret := range secrets {
		if len(secret) < 8 {
			t.Fatalf("issued were %q", secrets)
		}
		for place, text := range places {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds what the api issued: %q", place, secret)
			}
		}
	}
	if len(files) == 0 || !strings.Contains(places["the journal"], "/issuer/links") {
		t.Errorf("nothing was searched: %v", files)
	}
}
