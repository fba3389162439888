package mockbanktest_test

import (
	"fmt"
	"testing"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// countingShop is a small api whose scenarios count, with faults.
func countingShop(t *testing.T, faults string) *shop {
	t.Helper()
	server := mockbanktest.Start(t, mockbanktest.Config(`
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios:
  - {name: second, when: {password: good, attempt: 2}, authentication: {status: AUTHENTICATION_FAILED, error: {code: SECOND}}}
  - {name: good, when: {password: good}, authentication: AUTHENTICATED, import: {takes: 10s}}
  - {name: customer, when: {password: more, fields: {customer_number: "7", birthday: {prefix: "2000-"}}}, authentication: AUTHENTICATED}
  - {name: other, authentication: {status: AUTHENTICATION_FAILED, error: {code: WRONG}}}
apis:
  - name: small
    base: /small
    connects: when_authenticated
    problem: {no: "${problem.status}", kind: "${problem.code}"}
    ids: {account: {of: connection, each: "${data.accounts}"}, code: {of: process, once: true}}
    data: {accounts: [1, 2]}
    endpoints:
      POST /logins:
        does: {authenticate: {username: "${body.user}", password: "${body.secret}"}}
        answer: {body: {id: "${process.id}", code: "${ids.code}", why: "${error.code}", accounts: "${ids.account}"}}
      POST /wide: {does: {authenticate: {username: u, password: more, fields: "${body}"}}, answer: {body: {in: "${process.status}"}}}
      POST /single:
        does: {authenticate: {username: u, password: more, fields: {customer_number: "${body.no}", birthday: "${body.born}"}}}
        answer: {body: {in: "${process.status}"}}
      GET /accounts/{account}: {does: read_connection, answer: {body: {ok: true}}}
      POST /exchange: {does: read, of: "${body.code}", answer: {body: {ok: true}}}
      GET /constant: {answer: {body: {ok: true}}}
`+faults))
	return &shop{client: newClient(t, server.URL+"/small")}
}

// What a fault refuses is not carried out: no attempt is counted, and a code that works once still works.
func TestFaultsRefuseDeclaredRequestsBeforeTheyAreProcessed(t *testing.T) {
	t.Parallel()
	s := countingShop(t, `faults:
  - {endpoint: authenticate, nth: 2, http_status: 503, processed: false}
  - {endpoint: apis.small POST /exchange, nth: 1, http_status: 500, processed: false}
  - {endpoint: apis.small GET /constant, nth: 1..2, http_status: 502, processed: false, body: {own: words}}
`)
	made := s.wants("POST", "/logins", `{"user":"u","secret":"good"}`, 200, "")
	s.wants("POST", "/logins", `{"user":"u","secret":"good"}`, 503, `{"no":503,"kind":"service_unavailable"}`)
	if second := s.wants("POST", "/logins", `{"user":"u","secret":"good"}`, 200, ""); second["why"] != "SECOND" {
		t.Errorf("the login after a refused one is answered by %v, not as the second", second)
	}
	code := fmt.Sprintf(`{"code":%q}`, made["code"])
	s.wants("POST", "/exchange", code, 500, "")
	s.wants("POST", "/exchange", code, 200, `{"ok":true}`)
	s.wants("POST", "/exchange", code, 404, "")
	s.wants("GET", "/constant", "", 502, `{"own":"words"}`)
	s.wants("GET", "/constant", "", 502, "")
	s.wants("GET", "/constant", "", 200, `{"ok":true}`)
}

// Faults count by account, and over declared and coded endpoints alike.
func TestFaultsCountDeclaredAccounts(t *testing.T) {
	t.Parallel()
	s := countingShop(t, `faults:
  - {endpoint: apis, nth: 2, for: account, http_status: 500}
  - {endpoint: [connection], rate_limit: {per: 1h, requests: 4, window: rolling, headers: {X-Left: "${remaining}"}}}
`)
	made := s.wants("POST", "/logins", `{"user":"u","secret":"good"}`, 200, "")
	accounts := made["accounts"].([]any)
	first, second := "/accounts/"+accounts[0].(string), "/accounts/"+accounts[1].(string)
	s.wants("GET", first, "", 200, "")
	s.wants("GET", first, "", 500, "")
	s.wants("GET", second, "", 200, "")
	if _, _, header := s.raw("GET", first, ""); header.Get("X-Left") != "0" {
		t.Errorf("the limit of the operation's name tells %q left, want 0", header.Get("X-Left"))
	}
	s.wants("GET", first, "", 429, `{"no":429,"kind":"too_many_requests"}`)
}

// Further members of a login's body are mapped one by one, or as a whole.
func TestDeclaredLoginsHaveFurtherFields(t *testing.T) {
	t.Parallel()
	s := countingShop(t, "")
	s.wants("POST", "/wide", `{"customer_number":"7","birthday":"2000-01-01","other":1}`, 200, `{"in":"AUTHENTICATED"}`)
	s.wants("POST", "/wide", `{"customer_number":7,"birthday":"1999-01-01"}`, 200, `{"in":"AUTHENTICATION_FAILED"}`)
	s.wants("POST", "/single", `{"no":7,"born":"2000-01-01"}`, 200, `{"in":"AUTHENTICATED"}`)
	s.wants("POST", "/single", `{"born":"2000-01-01"}`, 200, `{"in":"AUTHENTICATION_FAILED"}`)
}
