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
      GET /links/{code}: {does: read, answer: {headers: {Location: "${base_url}/links/${ids.code}"}, body: {code: "${ids.code}"}}}
      POST /users: {answer: {body: {password: "${body.password}"}}}
      POST /refresh: {does: {refresh: "${body.refresh}"}, answer: {body: {access: "${tokens.access}"}}}
      GET /age: {answers: [{when: {older_than: 20d}, body: {old: true}}, {body: {old: false}}]}
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
	bearer := "Bearer " + tokens["access"]
	next := s.do(t, "GET", "/issuer/links/"+secrets[2], nil, "Authorization", bearer)
	if !strings.HasSuffix(next.Header.Get("Location"), into[map[string]string](t, next, 200)["code"]) {
		t.Errorf("the next code is at %s", next.Header.Get("Location"))
	}
	user := into[map[string]string](t, s.do(t, "POST", "/issuer/users", fields{"password": "the user's own"}, "Authorization", bearer), 200)
	secrets = append(secrets, into[map[string]string](t, next, 200)["code"], user["password"])
	_ = s.do(t, "GET", "/issuer/links/"+secrets[2], nil, "Authorization", bearer) // which was used already
	_ = s.do(t, "PUT", "/issuer/links/"+secrets[2], nil, "Authorization", bearer) // a method that the path does not take
	_ = s.do(t, "GET", "/issuer/nowhere/"+secrets[2], nil)
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

// Who names no session goes by that of the record, and of the token: its clock was turned, and theirs was not.
func TestDeclaredEndpointsGoByTheRecordsClock(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, issuingConfig)})
	tokens := into[map[string]string](t, s.do(t, "POST", "/sessions/late/issuer/token", fields{}), 200)
	bearer := "Bearer " + tokens["access"]
	into[map[string]string](t, s.do(t, "POST", "/sessions/late/issuer/links", fields{}, "Authorization", bearer), 200)
	age := func(want bool) {
		t.Helper()
		if got := into[map[string]bool](t, s.do(t, "GET", "/issuer/age", nil, "Authorization", bearer), 200); got["old"] != want {
			t.Errorf("old is %t", got["old"])
		}
	}
	age(false)
	for _, advance := range []string{"1d", "28d"} {
		into[map[string]any](t, s.do(t, "POST", "/admin/v1/sessions/late/clock", fields{"advance": advance}), 200)
		tokens["access"] = into[map[string]string](t, s.do(t, "POST", "/issuer/refresh", fields{"refresh": tokens["refresh"]}), 200)["access"]
		bearer = "Bearer " + tokens["access"]
	}
	age(true)
}
