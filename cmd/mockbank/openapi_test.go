package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// operation is what these tests look at of a described operation.
type operation struct {
	Summary    string                    `json:"summary"`
	Parameters []map[string]any          `json:"parameters"`
	Body       map[string]any            `json:"requestBody"`
	Responses  map[string]map[string]any `json:"responses"`
}

// The description names what a declared api's endpoints take and answer, beside the bank's own.
func TestOpenAPIDescribesDeclaredAPIs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(path, []byte(`banks: [{slug: MockBank, is_mock_bank: true}]
scenarios: [{name: all, authentication: AUTHENTICATED}]
server: {base_path: /own}
apis:
  - name: shop
    base: /shop
    tokens: {expires_after: 1h}
    endpoints:
      GET /logins/{process}/: {description: How a login stands, does: read, answer: {body: {state: "${process.status}", list: [1]}}}
      POST /logins:
        expects: [user.name]
        does: authenticate
        answers: [{when: {process: AUTHENTICATED}, status: 201, body: {id: "${process.id}"}}, {status: 403}]
`), 0o600); err != nil {
		t.Fatal(err)
	}
	got := command(t, "", "openapi", "--config", path)
	var document struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal([]byte(got.stdout), &document); err != nil || got.code != 0 {
		t.Fatalf("%d %v %.300s%s", got.code, err, got.stdout, got.stderr)
	}
	var read, login operation
	for raw, into := range map[*json.RawMessage]*operation{
		new(document.Paths["/shop/logins/{process}"]["get"]): &read, new(document.Paths["/shop/logins"]["post"]): &login,
	} {
		if err := json.Unmarshal(*raw, into); err != nil {
			t.Fatal(err)
		}
	}
	if read.Summary != "How a login stands" || len(read.Parameters) != 1 || read.Parameters[0]["name"] != "process" || read.Body != nil {
		t.Errorf("the read is described as %+v", read)
	}
	if len(login.Responses) != 3 || login.Responses["201"] == nil || login.Responses["403"]["content"] != nil || login.Body == nil {
		t.Errorf("the login is described as %+v", login)
	}
	if document.Paths["/own/bank_connections"] == nil {
		t.Errorf("the bank's own paths are not at its base path")
	}
}
