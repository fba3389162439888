package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// explainedShop is an api of which a login, and what becomes of it, can be explained.
const explainedShop = `version: 1
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios:
  - {name: good, when: {password: good}, authentication: AUTHENTICATED}
  - {name: other, authentication: {status: AUTHENTICATION_FAILED, error: {code: WRONG}}}
apis:
  - name: shop
    base: /shop
    tokens: {expires_after: 1h}
    endpoints:
      POST /token: {answer: {body: {access: "${tokens.access}"}}}
      POST /logins:
        description: The user logs in.
        expects: [user]
        rate_limit: {per: 1m, requests: 5, for: user}
        does: {authenticate: {username: "${body.user}", password: "${body.secret}"}}
        keep: [reference]
        answers:
          - {when: {headers: {X-Shut: "1"}}, processed: false, status: 503, body: {}}
          - {when: {any_of: [{process: AUTHENTICATION_FAILED}, {older_than: 90d}]}, status: 403, body: {}}
          - {status: 201, body: {id: "${process.id}"}}
`

func TestExplainRoutes(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(config, []byte(explainedShop), 0o600); err != nil {
		t.Fatal(err)
	}
	explain := func(args ...string) outcome {
		return command(t, "", append([]string{"explain", "--config", config}, args...)...)
	}
	for _, want := range []string{
		"apis.shop POST /logins answers.", "The user logs in.", "It needs a bearer token", "expects user", "It lets pass 5 in 1m for each user",
		"does authenticate {password: ${body.secret}, username: ${body.user}}", "keeps reference", `503  when {headers.X-Shut: "1"}`, "nothing is done",
		`403  when {any_of: [{process: "AUTHENTICATION_FAILED"}, {older_than: 90d}]}`, "201  always", `Faults may call it "authenticate", "apis", "apis.shop", "apis.shop POST /logins"`,
	} {
		explain("POST /shop/logins").wants(t, 0, want, "")
	}
	explain("POST", "/shop/logins", "--data", `{"user": "jane", "secret": "good"}`).wants(t, 0, "good answers this login", "")
	explain("POST", "/shop/logins", "--data", `{"user": "jane", "secret": "bad"}`).wants(t, 0, "other answers this login", "")
	explain("POST", "/shop/token", "--data", `{}`).wants(t, 0, "does nothing", "")
	explain("POST", "/shop/logins", "--data", `{`).wants(t, 1, "", "--data")
	explain("POST", "/shop/nothing").wants(t, 1, "", "it has POST /shop/token")
	explain("GET", "/elsewhere").wants(t, 1, "", "no declared api has anything at /elsewhere")
	explain("GET", "/x?%zz").wants(t, 1, "", "query")
	explain("logins").wants(t, 1, "", "is no route")
	explain("POST", "/a", "b").wants(t, 1, "", "is no route")
	var reported explainedRoute
	if err := json.Unmarshal([]byte(explain("POST /shop/logins", "--data", `{"user":"u","secret":"good"}`, "--format", "json").stdout), &reported); err != nil {
		t.Fatal(err)
	}
	if reported.Login == nil || reported.Login.Match.Name != "good" || len(reported.Cases[0].Answers) != 3 {
		t.Errorf("in JSON it is %+v", reported)
	}
}
